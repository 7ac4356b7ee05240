using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>Band edges in eV: the highest level filled by eight electrons per anion and the lowest empty one, over the k points used.</summary>
public sealed record BandGapResult(double GapEv, double ValenceBandMaximumEv, double ConductionBandMinimumEv);

/// <summary>
/// Band gap by s-p tight binding in Harrison's form: hopping h η 7.62 eV Å²/d0² exp(-1.8308 (r/d0 - 1)) up to 6.5 Å, anion levels shifted by the
/// Madelung potential of formal charges, E_p = E0 - 0.2511 (v - mean v of Li). Sampled at the eight points {0, 1/2}³ of the given cell, which must be
/// primitive: there the Hamiltonian is real. O((4N)³) for N atoms.
/// </summary>
public static class BandGap
{
    const double CutoffA = 6.5, Decay = 1.83080267926957, MadelungShare = 0.25112612160475356, LithiumP = 6.394337103944339, HBarSquaredOverM = 7.62;
    const double Ss = -1.32, Sp = 1.42, PpSigma = 2.22, PpPi = -0.63;
    /// <summary>Scales of the hopping by number of Li in the pair: anion-anion, Li-anion, Li-Li.</summary>
    static readonly double[] Scale = [0.12374029211601587, 0.6016309038315863, 0.06075949065802698];

    /// <summary>E_p before the Madelung shift, p-s splitting (Hartree-Fock, after Harrison), formal charge, Shannon crystal radius (VI) in Å.</summary>
    static readonly Dictionary<string, (double E0, double Splitting, double Charge, double RadiusA)> Ions = new()
    {
        ["Li"] = (0, 0, 1, 0.90),
        ["O"] = (5.299714069366455, 17.25, -2, 1.26),
        ["S"] = (4.450002574920654, 12.42, -2, 1.70),
        ["Se"] = (4.314571208953857, 12.18, -2, 1.84),
        ["Te"] = (4.192383251190186, 9.58, -2, 2.07),
        ["F"] = (-2.706596240997314, 22.93, -1, 1.19),
        ["Cl"] = (-1.532463817596435, 15.42, -1, 1.67),
        ["Br"] = (-0.677073421478271, 14.57, -1, 1.82),
        ["I"] = (-0.251322956085205, 11.37, -1, 2.06),
    };

    /// <summary>The gap; negative where bands overlap.</summary>
    public static BandGapResult Of(Structure s)
    {
        BuiltinModel.Require(s.Species);
        var filled = 4 * s.Species.Count(e => e != "Li");
        if (filled == 0 || filled == 4 * s.Count) throw new Science.InputException($"a band gap needs both Li and an anion; the structure has only {string.Join(", ", s.Species.Distinct())}");
        var (n, stride) = (4 * s.Count, 4 * s.Count);
        var classes = Hopping(s, stride);
        var levels = Levels(s);
        double valence = double.NegativeInfinity, conduction = double.PositiveInfinity;
        var h = new double[n * stride];
        for (var k = 0; k < 8; k++)
        {
            Array.Clear(h);
            for (var c = 0; c < 8; c++)
                if (classes[c] is { } block)
                {
                    var sign = (System.Numerics.BitOperations.PopCount((uint)(c & k)) & 1) == 0 ? 1.0 : -1.0;
                    for (var m = 0; m < h.Length; m++) h[m] += sign * block[m];
                }
            for (var m = 0; m < n; m++) h[m * stride + m] += levels[m];
            var edges = SymmetricEigenvalues.Of(h, n, stride, filled - 1, filled);
            (valence, conduction) = (Math.Max(valence, edges[0]), Math.Min(conduction, edges[1]));
        }
        return new(conduction - valence, valence, conduction);
    }

    /// <summary>Orbital energies s, x, y, z of every atom.</summary>
    static double[] Levels(Structure s)
    {
        var v = MadelungPotential.At(s, [.. s.Species.Select(e => Ions[e].Charge)]);
        var mean = s.Species.Select((e, i) => (e, i)).Where(p => p.e == "Li").Average(p => v[p.i]);
        return [.. s.Species.SelectMany((e, i) =>
        {
            if (e == "Li") return new[] { 0, LithiumP, LithiumP, LithiumP };
            var p = Ions[e].E0 - MadelungShare * (v[i] - mean);
            return [p - Ions[e].Splitting, p, p, p];
        })];
    }

    /// <summary>Hopping summed by parity of the lattice vector crossed: at k = (h, k, l)/2 a class counts with sign (-1)^(h·parity).</summary>
    static double[]?[] Hopping(Structure s, int stride)
    {
        var classes = new double[]?[8];
        var (reduced, _) = LatticeReduction.Minkowski(s.Cell);
        var inverse = s.Cell.Inverse;
        var r = Enumerable.Range(0, s.Count).Select(s.Cartesian).ToArray();
        foreach (var (i, j, shift) in Images.Pairs(reduced, r, CutoffA))
        {
            var t = shift * inverse;
            var parity = ((int)Math.Round(t.X) & 1) | ((int)Math.Round(t.Y) & 1) << 1 | ((int)Math.Round(t.Z) & 1) << 2;
            var d = r[j] + shift - r[i];
            var length = d.Length;
            var d0 = Ions[s.Species[i]].RadiusA + Ions[s.Species[j]].RadiusA;
            var f = Scale[(s.Species[i] == "Li" ? 1 : 0) + (s.Species[j] == "Li" ? 1 : 0)] * HBarSquaredOverM / (d0 * d0) * VectorMath.Exp(-Decay * (length / d0 - 1));
            AddBlock(classes[parity] ??= new double[stride * stride], stride, 4 * i, 4 * j, f, (1 / length) * d);
        }
        return classes;
    }

    static void AddBlock(double[] h, int stride, int row, int column, double f, Vec3 u)
    {
        h[row * stride + column] += Ss * f;
        for (var a = 0; a < 3; a++)
        {
            h[row * stride + column + 1 + a] += Sp * f * u[a];
            h[(row + 1 + a) * stride + column] -= Sp * f * u[a];
            for (var b = 0; b < 3; b++) h[(row + 1 + a) * stride + column + 1 + b] += f * ((PpSigma - PpPi) * u[a] * u[b] + (a == b ? PpPi : 0));
        }
    }
}
