using System.Collections.Concurrent;
using IpActors.Domain.Compounds;
using IpActors.Domain.Entities;
using IpActors.Domain.Works;

namespace IpActors.Domain.Views;

/// <summary>A compound's distance to the hull, eV/atom; what it would decompose into is in its event.</summary>
public sealed record HullDistance(double SignedEvPerAtom, double EdEvPerAtom, bool Passes);

/// <summary>What is known of one compound, in brief: names that many compounds share are held once, and structures, parts and products not at all.</summary>
public sealed record CompoundSummary(CompoundIdentity Identity, CompoundStage Stage)
{
    /// <summary>It has a relaxed structure.</summary>
    public bool IsRelaxed { get; init; }
    public double EnergyEvPerAtom { get; init; } = double.NaN;
    public string Scheme { get; init; } = "";
    public HullDistance? Hull { get; init; }
    public int? Iteration { get; init; }
    public int? Rank { get; init; }
    public CompoundRanked? Front { get; init; }
    public string? Reason { get; init; }
    /// <summary>The properties told by events of their own; those of a compound that was not selected (yet) without their details.</summary>
    public ImmutableArray<PropertyValue> Known { get; init; } = [];
    /// <summary>Properties of the screening that are still to come.</summary>
    public ImmutableArray<string> ScreeningOpen { get; init; } = [];
    /// <summary>Properties that it was selected for.</summary>
    public ImmutableArray<string> Wanted { get; init; } = [];

    /// <summary>All properties by name, the distance to the hull among them.</summary>
    public ImmutableSortedDictionary<string, PropertyValue> Values
    {
        get
        {
            var values = ImmutableSortedDictionary.CreateBuilder<string, PropertyValue>(StringComparer.Ordinal);
            foreach (var v in Known) values[v.Property] = v;
            if (Hull is { } h) values[Properties.DecompositionEnergy] = HullEvaluated.AsProperty(h.SignedEvPerAtom, h.EdEvPerAtom, Scheme);
            return values.ToImmutable();
        }
    }

    public bool Knows(string property) => (property == Properties.DecompositionEnergy && Hull is not null) || Known.Any(v => v.Property == property);

    /// <summary>The value of one property; NaN where it is not known.</summary>
    public double Value(string property)
    {
        if (property == Properties.DecompositionEnergy && Hull is { } h) return h.EdEvPerAtom;
        foreach (var v in Known) if (v.Property == property) return v.Value;
        return double.NaN;
    }

    /// <summary>Its screening calculations are done (relaxation and what comes with it), or it was given up.</summary>
    public bool IsSettled => Stage == CompoundStage.Abandoned || (IsRelaxed && ScreeningOpen.IsEmpty);
    public bool AwaitsHull => IsSettled && Hull is null && Stage != CompoundStage.Abandoned;

    internal static CompoundSummary Begin(CompoundGenerated g)
    {
        var i = g.Identity;
        return new(i with { Campaign = Shared(i.Campaign), Formula = Shared(i.Formula), Aristotype = Shared(i.Aristotype), SpaceGroup = Shared(i.SpaceGroup), Origin = i.Origin == i.Id ? i.Id : i.Origin }, CompoundStage.Generated)
        {
            ScreeningOpen = [.. g.Screening.Select(p => Shared(p.Property)).Where(p => p != Properties.Relaxation)],
        };
    }

    internal CompoundSummary Apply(IEvent e) => e switch
    {
        CompoundRelaxed r => this with { Stage = CompoundStage.Relaxed, IsRelaxed = r.Result.Structure is not null, EnergyEvPerAtom = r.Result["energy_eV_per_atom"], Scheme = Shared(r.Result.Texts.GetValueOrDefault("scheme", "")) },
        PropertyKnown p => (this with { Known = With(p.Value), ScreeningOpen = ScreeningOpen.IsEmpty ? [] : ScreeningOpen.Remove(p.Value.Property) }).WithStageOfProperties(),
        HullEvaluated h => this with { Hull = new(h.SignedEvPerAtom, h.EdEvPerAtom, h.Passes), Stage = h.Passes ? CompoundStage.HullEvaluated : CompoundStage.Unstable },
        CompoundSelected s => (this with { Stage = CompoundStage.DftQueued, Iteration = s.Iteration, Rank = s.Rank, Wanted = [.. s.Plans.Select(p => Shared(p.Property))] }).WithStageOfProperties(),
        CompoundRanked r => this with { Stage = CompoundStage.ParetoRanked, Front = r },
        CompoundAbandoned a => this with { Stage = CompoundStage.Abandoned, Reason = a.Reason },
        _ => this,
    };

    ImmutableArray<PropertyValue> With(PropertyValue v)
    {
        v = v with { Property = Shared(v.Property), Unit = Shared(v.Unit), Calculator = Shared(v.Calculator), Details = Iteration is null ? v.Details.Clear() : v.Details };
        for (var i = 0; i < Known.Length; i++) if (Known[i].Property == v.Property) return Known.SetItem(i, v);
        return Known.Add(v);
    }

    CompoundSummary WithStageOfProperties() => Stage == CompoundStage.DftQueued && Wanted.All(Knows) ? this with { Stage = CompoundStage.PropertiesKnown } : this;

    static readonly ConcurrentDictionary<string, string> Names = new(StringComparer.Ordinal);

    /// <summary>The one copy of a name of which there are few: formulas, space groups, calculators.</summary>
    public static string Shared(string name) => Names.GetOrAdd(name, name);
}
