using IpActors.Domain.Campaigns;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using Composition = IpActors.Science.Phases.Composition;

namespace IpActors.Workers.Builtin;

/// <summary>A known phase of the hull: its stable id, reduced formula, prototype and conventional lattice constant (Å) to start from.</summary>
public sealed record ReferencePhase(string Id, string Formula, string Prototype, double StartA)
{
    /// <summary>Primitive cell.</summary>
    public Structure ToStructure()
    {
        var h = StartA / 2;
        var cell = new Mat3(new(0, h, h), new(h, 0, h), new(h, h, 0));
        var anion = Prototype == "antifluorite" ? Formula["Li2".Length..] : Formula["Li".Length..];
        return Prototype == "antifluorite"
            ? new Structure(cell, ["Li", "Li", anion], [new(0.25, 0.25, 0.25), new(0.75, 0.75, 0.75), Vec3.Zero])
            : new Structure(cell, ["Li", anion], [new(0.5, 0.5, 0.5), Vec3.Zero]);
    }

    public SpaceGroup SpaceGroup => Spglib.SpaceGroup(ToStructure());
}

/// <summary>
/// The eight binaries Li2X (antifluorite) and LiZ (rock salt), which span every charge-balanced compound of the family. The built-in model knows these ions and no other; experimental lattice constants at room temperature
/// (ICSD-era handbook values; starting points only, each is relaxed).
/// </summary>
public static class ReferencePhases
{
    public static readonly ImmutableArray<ReferencePhase> All =
    [
        new("ref-Li2O", "Li2O", "antifluorite", 4.619), new("ref-Li2S", "Li2S", "antifluorite", 5.710), new("ref-Li2Se", "Li2Se", "antifluorite", 6.002), new("ref-Li2Te", "Li2Te", "antifluorite", 6.517),
        new("ref-LiF", "LiF", "rock salt", 4.026), new("ref-LiCl", "LiCl", "rock salt", 5.130), new("ref-LiBr", "LiBr", "rock salt", 5.501), new("ref-LiI", "LiI", "rock salt", 6.000),
    ];

    public static ReferencePhase? Find(string id) => All.FirstOrDefault(r => r.Id == id);

    /// <summary>Those of a campaign: of the ions of its space, where it takes the set, without the ones it leaves out.</summary>
    public static ImmutableArray<ReferencePhase> Of(CampaignSettings settings) => settings.References.Set == ReferenceSettings.None ? [] : Of(settings.Space.Elements, settings.References.Exclude);

    /// <summary>Those of some ions without some formulas, however these are written.</summary>
    public static ImmutableArray<ReferencePhase> Of(IEnumerable<string> elements, IEnumerable<string> exclude)
    {
        var left = exclude.Select(f => Composition.Parse(f).Reduced).ToHashSet();
        return [.. All.Where(r => elements.Any(e => r.Formula == $"Li2{e}" || r.Formula == $"Li{e}") && !left.Contains(Composition.Parse(r.Formula).Reduced))];
    }
}
