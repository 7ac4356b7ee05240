using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>The host's supercell, relaxed without symmetry: its structure and energy (eV), the gain over the ideal one, and why it failed if it did.</summary>
public sealed record HydrationHost(Structure Structure, double EnergyEv, double GainEvPerAtom, int Steps, string? Fault);

/// <summary>One Li replaced by H on a chalcogen: which atoms, its relaxed energy (eV), the X-H distance (Å); a fault where it did not converge.</summary>
public sealed record HydrationPlacement(int Index, int Lithium, int Anion, string Anchor, double EnergyEv, double BondLengthA, int Steps, string? Fault);

/// <summary>E(LiXH) - E(Li2X) of the model, eV per formula, and the enthalpy of the reaction that anchors it, kJ/mol.</summary>
public sealed record HydrationAnchor(string X, double DifferenceEv, double EnthalpyKJPerMol);

/// <summary>One placement's hydration energy after its own anchor.</summary>
public sealed record HydrationValue(int Index, string Anchor, double EnergyKJPerMol);

/// <summary>E_h = minimum over placements, the standard deviation over placements, how many were relaxed, all values, and the faults of those left out.</summary>
public sealed record HydrationResult(double EnergyKJPerMol, double SpreadKJPerMol, int Configurations, ImmutableArray<HydrationValue> Placements, ImmutableArray<string> Faults);

/// <summary>
/// E_h = ΔE(Li → H) - [E(LiXH) - E(Li2X)] + ΔH_exp + 20.9 kJ/mol for Li_a X_b Z_c + H2O → Li_(a-1) H X_b Z_c + LiOH (the last term is T S of liquid water at 298 K).
/// Positive: stable against water. With model v1 where none is given. Four parts, each pure and runnable as a job of its own; the minimum is biased low as the number of placements grows.
/// </summary>
public static class Hydration
{
    const double KJPerMolInEv = 96.48533212, WaterEntropyKJPerMol = 20.9, CoordinationA = 3.4, HostNudgeA = 0.06;
    internal const double PlacementNudgeA = 0.03;
    static readonly RelaxationSettings Loose = new(ForceToleranceEvPerA: 5e-3, StressToleranceEvPerA3: 1e-4, MaxSteps: 2000);

    /// <summary>The smallest supercell whose edges, multiples of those of the reduced cell, are at least that long (Å).</summary>
    public static Structure Supercell(Structure relaxed, double minimumEdgeA)
    {
        var s = LatticeReduction.Reduce(relaxed);
        int Times(Vec3 v) => Math.Max(1, (int)Math.Ceiling(minimumEdgeA / v.Length - 1e-9));
        return Science.Crystals.Supercell.Make(s, IntMat3.Diagonal(Times(s.Cell.A), Times(s.Cell.B), Times(s.Cell.C)));
    }

    /// <summary>(a) The reference: the supercell of the relaxed compound, nudged and relaxed without symmetry; kept as it was where that gains nothing.</summary>
    public static HydrationHost Host(Structure relaxed, double minimumEdgeA, SeededRandom random, BuiltinModel? model = null)
    {
        BuiltinModel.Require(relaxed.Species);
        var molecular = (model ?? BuiltinModel.V1).Hydration;
        if (!relaxed.Species.Any(molecular.Ions.ContainsKey)) throw new InputException($"hydration needs O, S, Se or Te to bind the proton; the structure has {string.Join(", ", relaxed.Species.Distinct())}");
        var ideal = Supercell(relaxed, minimumEdgeA);
        var kept = Relaxation.Run(ideal, [], Loose, molecular.Field(ideal));
        var nudged = Relaxation.Run(Nudged(ideal, HostNudgeA, random), [], Loose, molecular.Field(ideal));
        var best = nudged.Converged && (!kept.Converged || nudged.EnergyEv < kept.EnergyEv - 0.02) ? nudged : kept;
        return new(best.Structure, best.EnergyEv, (kept.EnergyEv - best.EnergyEv) / ideal.Count, kept.Steps + nudged.Steps, best.Fault);
    }

    /// <summary>Gaussian displacements: a symmetric start would stay on a saddle.</summary>
    internal static Structure Nudged(Structure s, double byA, SeededRandom random)
    {
        var inverse = s.Cell.Inverse;
        return s with { Fractional = [.. s.Fractional.Select(f => f + byA * new Vec3(random.NextGaussian(), random.NextGaussian(), random.NextGaussian()) * inverse)] };
    }

    /// <summary>(b) One placement: a Li chosen at random gives way, a chalcogen of its coordination, chosen at random, takes the proton towards the vacancy; nudged and relaxed with its cell, without symmetry.</summary>
    public static HydrationPlacement Placement(Structure host, int index, SeededRandom random, BuiltinModel? model = null)
    {
        var molecular = (model ?? BuiltinModel.V1).Hydration;
        var (start, nudged, li, x) = Place(host, random, model);
        var r = Relaxation.Run(nudged, [], Loose, molecular.Field(start, (li, x)));
        return new(index, li, x, host.Species[x], r.EnergyEv, BondA(r.Structure, li, x), r.Steps, r.Fault);
    }

    /// <summary>Where a placement puts its proton, before any relaxation: the cell, the same nudged, the atom that is now H, and the chalcogen it is on.</summary>
    public static (Structure Start, Structure Nudged, int Lithium, int Anion) Place(Structure host, SeededRandom random, BuiltinModel? model = null)
    {
        var molecular = (model ?? BuiltinModel.V1).Hydration;
        int[] lithium = [.. Enumerable.Range(0, host.Count).Where(i => host.Species[i] == "Li")];
        if (lithium.Length == 0) throw new InputException("no Li in the cell: nothing gives way to a proton");
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var li = lithium[random.NextInt(lithium.Length)];
            var neighbours = Coordination(host, li, molecular);
            if (neighbours.Count == 0) continue;
            var (x, toX) = neighbours[random.NextInt(neighbours.Count)];
            var place = host.Cartesian(x) - (molecular.Ions[host.Species[x]].LengthA / toX.Length) * toX;
            var start = host with { Species = host.Species.SetItem(li, "H"), Fractional = host.Fractional.SetItem(li, place * host.Cell.Inverse) };
            return (start, Nudged(start, PlacementNudgeA, random), li, x);
        }
        throw new InputException($"no Li has O, S, Se or Te within {CoordinationA} Å: the proton finds no place");
    }

    /// <summary>Distance of the nearest images of two atoms, Å.</summary>
    static double BondA(Structure s, int i, int j)
    {
        var d = s.Fractional[i] - s.Fractional[j];
        return (new Vec3(d.X - Math.Round(d.X), d.Y - Math.Round(d.Y), d.Z - Math.Round(d.Z)) * s.Cell).Length;
    }

    static List<(int X, Vec3 ToX)> Coordination(Structure s, int li, HydrationModel molecular) =>
        [.. Images.Pairs(s.Cell, [.. Enumerable.Range(0, s.Count).Select(s.Cartesian)], CoordinationA, li)
            .Where(p => molecular.Ions.ContainsKey(s.Species[p.J])).Select(p => (p.J, s.Cartesian(p.J) + p.Shift - s.Cartesian(li)))];

    /// <summary>(c) The anchor of one chalcogen: LiXH in LiOH's structure (the lower of two starts) and Li2X, both relaxed. The same for every compound.</summary>
    public static HydrationAnchor Anchor(string x, BuiltinModel? model = null)
    {
        var (version, molecular) = (model ?? BuiltinModel.V1, (model ?? BuiltinModel.V1).Hydration);
        if (!molecular.Ions.TryGetValue(x, out var ion)) throw new InputException($"no anchor for '{x}'; the hydration model knows {string.Join(", ", molecular.Ions.Keys)}");
        if (ion.AnchorEv is { } known) return new(x, known, ion.EnthalpyKJPerMol);
        var tight = new RelaxationSettings(MaxSteps: 3000);
        var oxide = Relaxation.Run(HydrationModel.Antifluorite(x), [], version, tight);
        var ideal = molecular.LithiumHydroxide(x);
        var straight = Relaxation.Run(ideal, [], tight, molecular.Field(ideal, (4, 2), (5, 3)));
        var nudged = Relaxation.Run(Nudged(ideal, PlacementNudgeA, SeededRandom.Stream(0, $"hydration anchor {x}")), [], tight, molecular.Field(ideal, (4, 2), (5, 3)));
        var best = new[] { straight, nudged }.Where(r => r.Converged).MinBy(r => r.EnergyEv)
            ?? throw new ArithmeticException($"the anchor Li{x}H did not relax: {straight.Fault}");
        if (!oxide.Converged) throw new ArithmeticException($"the anchor Li2{x} did not relax: {oxide.Fault}");
        return new(x, best.EnergyEv / 2 - oxide.EnergyEv, ion.EnthalpyKJPerMol);
    }

    /// <summary>(d) The result from the parts; placements with a fault are left out and named. Throws <see cref="ArithmeticException"/> where none is left.</summary>
    public static HydrationResult Combine(HydrationHost host, IReadOnlyList<HydrationPlacement> placements, IReadOnlyList<HydrationAnchor> anchors)
    {
        if (host.Fault is { } fault) throw new ArithmeticException($"the host did not relax: {fault}");
        var byX = anchors.ToDictionary(a => a.X);
        ImmutableArray<HydrationValue> values = [.. placements.Where(p => p.Fault is null).Select(p =>
            new HydrationValue(p.Index, p.Anchor, (p.EnergyEv - host.EnergyEv - byX[p.Anchor].DifferenceEv) * KJPerMolInEv + byX[p.Anchor].EnthalpyKJPerMol + WaterEntropyKJPerMol))];
        ImmutableArray<string> faults = [.. placements.Where(p => p.Fault is not null).Select(p => $"placement {p.Index}: {p.Fault}")];
        if (values.IsEmpty) throw new ArithmeticException($"no placement relaxed: {string.Join("; ", faults)}");
        var mean = values.Average(v => v.EnergyKJPerMol);
        var spread = values.Length < 2 ? 0 : Math.Sqrt(values.Sum(v => (v.EnergyKJPerMol - mean) * (v.EnergyKJPerMol - mean)) / (values.Length - 1));
        return new(values.Min(v => v.EnergyKJPerMol), spread, values.Length, values, faults);
    }

    /// <summary>All four parts in order; stream k of <paramref name="randomOf"/> serves placement k, stream -1 the host.</summary>
    public static HydrationResult Run(Structure relaxed, double minimumEdgeA, int placements, Func<int, SeededRandom> randomOf, BuiltinModel? model = null)
    {
        var host = Host(relaxed, minimumEdgeA, randomOf(-1), model);
        HydrationAnchor[] anchors = [.. relaxed.Species.Distinct().Where((model ?? BuiltinModel.V1).Hydration.Ions.ContainsKey).Select(x => Anchor(x, model))];
        return Combine(host, [.. Enumerable.Range(0, placements).Select(k => Placement(host.Structure, k, randomOf(k), model))], anchors);
    }
}
