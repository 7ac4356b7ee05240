using IpActors.FakeVasp.Inputs;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Builtin;

namespace IpActors.FakeVasp.Physics;

/// <summary>Eigenvalues (eV) and occupations (0 to 1) per k point, the same in both spins, and the Fermi level.</summary>
sealed record Bands(ImmutableArray<(Vec3 K, double Weight)> Points, ImmutableArray<double[]> Energies, double[] Occupations, double FermiEv, double? VbmEv, double? CbmEv)
{
    const double CoreEv = -46;
    public int Count => Occupations.Length;

    /// <summary>
    /// The tight binding of the built-in model, with flat levels far below for the core electrons that potentials such as Li_sv count. Hydrogen is taken for the lithium that it replaced. As many bands as VASP would take.
    /// </summary>
    public static Bands Of(RunInputs inputs, Structure s)
    {
        var points = inputs.Points();
        if (!s.Species.Contains("Li")) return Flat(inputs, points);
        var host = s with { Species = [.. s.Species.Select(e => e == "H" ? "Li" : e)] };
        var shells = 8 * s.Species.Count(e => e is not ("Li" or "H"));
        var ions = s.Species.Sum(e => inputs.Potcar(e).Valence - (e is "Li" or "H" ? 1 : e is "O" or "S" or "Se" or "Te" ? -2 : -1)); // electrons of closed shells
        var cores = Math.Max(0, (int)Math.Round((ions - shells) / 2));
        var count = Math.Min(cores + 4 * s.Count, inputs.Incar.Integer("NBANDS") ?? (int)Math.Ceiling(inputs.Electrons / 2 + Math.Max(s.Count / 2.0, 3)));
        var ranks = Enumerable.Range(0, count - cores).ToArray();
        var energies = points.Select(p => (double[])[.. Enumerable.Repeat(CoreEv, cores), .. BandGap.Bands(host, p.K, ranks, Model.Version)]).ToImmutableArray();
        var occupations = Enumerable.Range(0, count).Select(b => Math.Clamp(inputs.Electrons / 2 - b, 0, 1)).ToArray();
        var filled = occupations.Count(o => o > 0);
        if (filled == 0 || filled >= count) return new(points, energies, occupations, energies.Max(e => e[^1]), null, null);
        var (vbm, cbm) = (energies.Max(e => e[filled - 1]), energies.Min(e => e[filled]));
        return new(points, energies, occupations, occupations.Any(o => o is > 0 and < 1) ? vbm : 0.5 * (vbm + cbm), vbm, cbm);
    }

    /// <summary>A molecule: levels without dispersion.</summary>
    static Bands Flat(RunInputs inputs, ImmutableArray<(Vec3 K, double Weight)> points)
    {
        var filled = (int)Math.Ceiling(inputs.Electrons / 2);
        double[] levels = [.. Enumerable.Range(0, filled + 4).Select(b => b < filled ? -7.0 - 3 * (filled - 1 - b) : -1.0 + b - filled)];
        return new(points, [.. points.Select(_ => levels)], [.. levels.Select((_, b) => Math.Clamp(inputs.Electrons / 2 - b, 0, 1))], -4, -7, -1);
    }
}
