using System.Text.Json.Serialization;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Transport;

namespace IpActors.Workers.Builtin;

/// <summary>What makes up for the charge of a lithium defect: a uniform background, or one framework ion exchanged for its neighbour in the periodic table's row of charges.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DefectCompensation>))]
public enum DefectCompensation { Background, AliovalentSwap }

/// <summary>A cell with one lithium defect.</summary>
/// <param name="Site">Index, in the perfect supercell, of the lithium that is missing or shares its site.</param>
/// <param name="FormalCharge">Of the cell: -1 for the vacancy, +1 for the interstitial, 0 where a swap compensates (times 0.85 in the built-in model).</param>
/// <param name="DefectsPerLithium">One over the lithium sites of the perfect supercell.</param>
public sealed record DefectCell(Structure Structure, LithiumDefect Kind, int Site, int FormalCharge, double DefectsPerLithium);

/// <summary>Lithium vacancies and interstitials. The site is drawn from the lithium of the cell by the seeded generator.</summary>
public static class Defects
{
    /// <summary>Half the distance between the two ions of the dumbbell before relaxation, Å.</summary>
    const double DumbbellHalfA = 1.05;
    const int Directions = 200;

    public static DefectCell Make(Structure supercell, LithiumDefect kind, SeededRandom random, DefectCompensation compensation = DefectCompensation.Background)
    {
        var lithium = Enumerable.Range(0, supercell.Count).Where(i => supercell.Species[i] == "Li").ToArray();
        if (lithium.Length < 2) throw new InputException($"{lithium.Length} lithium in the cell: no lithium defect can be made; give a lithium compound in a larger cell");
        var site = lithium[random.NextInt(lithium.Length)];
        var (species, fractional) = (supercell.Species, supercell.Fractional);
        if (compensation == DefectCompensation.AliovalentSwap) species = Swap(supercell, site, kind);
        if (kind == LithiumDefect.Vacancy) (species, fractional) = (species.RemoveAt(site), fractional.RemoveAt(site));
        else
        {
            var half = DumbbellHalfA * FreestDirection(supercell, site) * supercell.Cell.Inverse;
            fractional = fractional.SetItem(site, (fractional[site] + half).Wrapped()).Add((supercell.Fractional[site] - half).Wrapped());
            species = species.Add("Li");
        }
        var charge = compensation == DefectCompensation.AliovalentSwap ? 0 : kind == LithiumDefect.Vacancy ? -1 : 1;
        return new(new(supercell.Cell, species, fractional), kind, site, charge, 1.0 / lithium.Length);
    }

    /// <summary>
    /// The direction u of the dumbbell, of 200 spread evenly over the half sphere (Fibonacci lattice), in which the nearer of the two ions r ± u·h is farthest from every other atom.
    /// </summary>
    static Vec3 FreestDirection(Structure s, int site)
    {
        var others = new List<Vec3>();
        for (var j = 0; j < s.Count; j++)
            for (var a = -1; a <= 1; a++) for (var b = -1; b <= 1; b++) for (var c = -1; c <= 1; c++)
            {
                if (j == site && a == 0 && b == 0 && c == 0) continue;
                var d = s.Fractional[j] - s.Fractional[site];
                var r = (d - new Vec3(Math.Round(d.X), Math.Round(d.Y), Math.Round(d.Z)) + new Vec3(a, b, c)) * s.Cell;
                if (r.Length < 8) others.Add(r);
            }
        var best = (Room: -1.0, Direction: new Vec3(0, 0, 1));
        for (var k = 0; k < Directions; k++)
        {
            var z = 1 - (k + 0.5) / Directions;
            var (sin, cos) = Math.SinCos(k * Math.PI * (3 - Math.Sqrt(5)));
            var u = new Vec3(Math.Sqrt(1 - z * z) * cos, Math.Sqrt(1 - z * z) * sin, z);
            var room = others.Min(r => Math.Min((r - DumbbellHalfA * u).Length, (r + DumbbellHalfA * u).Length));
            if (room > best.Room + 1e-9) best = (room, u);
        }
        return best.Direction;
    }

    /// <summary>The framework ion farthest from the site that has the charge to give: X²⁻ becomes Z⁻ beside a vacancy, Z⁻ becomes X²⁻ beside an interstitial, of the cell's own elements.</summary>
    static ImmutableArray<string> Swap(Structure s, int site, LithiumDefect kind)
    {
        string[] chalcogens = ["O", "S", "Se", "Te"], halogens = ["F", "Cl", "Br", "I"];
        var (give, take) = kind == LithiumDefect.Vacancy ? (chalcogens, halogens) : (halogens, chalcogens);
        var into = s.Composition().Select(c => c.Element).FirstOrDefault(take.Contains) ?? throw new InputException($"no {string.Join("/", take)} in the cell to compensate a lithium {kind.ToString().ToLowerInvariant()} with; use the background");
        var from = Enumerable.Range(0, s.Count).Where(i => give.Contains(s.Species[i])).OrderByDescending(i => Math.Round(Distance(s, site, i), 6)).ThenBy(i => i).ToArray();
        if (from.Length == 0) throw new InputException($"no {string.Join("/", give)} in the cell to exchange; use the background");
        return s.Species.SetItem(from[0], into);
    }

    static double Distance(Structure s, int i, int j)
    {
        var d = s.Fractional[j] - s.Fractional[i];
        d -= new Vec3(Math.Round(d.X), Math.Round(d.Y), Math.Round(d.Z));
        var shortest = double.PositiveInfinity;
        for (var a = -1; a <= 1; a++) for (var b = -1; b <= 1; b++) for (var c = -1; c <= 1; c++) shortest = Math.Min(shortest, ((d + new Vec3(a, b, c)) * s.Cell).Length);
        return shortest;
    }
}
