using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>Band edges in eV: the highest level filled by eight electrons per anion and the lowest empty one, over the k points used.</summary>
public sealed record BandGapResult(double GapEv, double ValenceBandMaximumEv, double ConductionBandMinimumEv);

/// <summary>
/// Band gap by s-p tight binding in Harrison's form: hopping h η 7.62 eV Å²/d0² exp(-λ (r/d0 - 1)) up to 6.5 Å, levels shifted by the
/// Madelung potential of formal charges, E_p = E0 - s (v - mean v of Li); h, λ, s, E0: <see cref="BandGapParameters"/>. Sampled at the eight points {0, 1/2}³ of the given cell, which must be
/// primitive: there the Hamiltonian is real. O((4N)³) for N atoms.
/// </summary>
public static class BandGap
{
    const double CutoffA = 6.5, HBarSquaredOverM = 7.62;

    /// <summary>The gap; negative where bands overlap. With model v1 where none is given.</summary>
    public static BandGapResult Of(Structure s, BuiltinModel? model = null)
    {
        BuiltinModel.Require(s.Species);
        var p = (model ?? BuiltinModel.V1).Gap;
        var filled = 4 * s.Species.Count(e => e != "Li");
        if (filled == 0 || filled == 4 * s.Count) throw new Science.InputException($"a band gap needs both Li and an anion; the structure has only {string.Join(", ", s.Species.Distinct())}");
        var (n, stride) = (4 * s.Count, 4 * s.Count);
        var classes = Hopping(s, stride, p);
        var levels = Levels(s, p);
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

    /// <summary>
    /// Eigenvalues of the given ranks (0: lowest; the first 4 per anion are filled) at any k point in fractions of the reciprocal cell, eV, by H(k) = Σ_T H(T) exp(2πi k·T) over lattice vectors T, as the real symmetric
    /// matrix [[Re, -Im], [Im, Re]] of twice the size.
    /// </summary>
    internal static double[] Bands(Structure s, Vec3 k, ReadOnlySpan<int> ranks, BuiltinModel model)
    {
        var (n, half) = (8 * s.Count, 4 * s.Count);
        var (re, im) = (new double[half * half], new double[half * half]);
        var (reduced, _) = LatticeReduction.Minkowski(s.Cell);
        var inverse = s.Cell.Inverse;
        var r = Enumerable.Range(0, s.Count).Select(s.Cartesian).ToArray();
        var block = new double[half * half];
        foreach (var (i, j, shift) in Images.Pairs(reduced, r, CutoffA))
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * k.Dot(shift * inverse));
            AddPair(block, half, s, i, j, r[j] + shift - r[i], model.Gap);
            for (var a = 4 * i; a < 4 * i + 4; a++)
                for (var b = 4 * j; b < 4 * j + 4; b++)
                {
                    var at = a * half + b;
                    re[at] += cos * block[at];
                    im[at] += sin * block[at];
                    block[at] = 0;
                }
        }
        var levels = Levels(s, model.Gap);
        for (var m = 0; m < half; m++) re[m * half + m] += levels[m];
        var h = new double[n * n];
        for (var a = 0; a < half; a++)
            for (var b = 0; b < half; b++)
            {
                h[a * n + b] = h[(a + half) * n + b + half] = re[a * half + b];
                h[(a + half) * n + b] = im[a * half + b];
                h[a * n + b + half] = -im[a * half + b];
            }
        int[] doubled = [.. ranks];
        for (var m = 0; m < doubled.Length; m++) doubled[m] *= 2; // each eigenvalue comes twice
        return SymmetricEigenvalues.Of(h, n, n, doubled);
    }

    /// <summary>Orbital energies s, x, y, z of every atom.</summary>
    static double[] Levels(Structure s, BandGapParameters p)
    {
        var v = MadelungPotential.At(s, [.. s.Species.Select(e => p.Ions[e].Charge)]);
        var mean = s.Species.Select((e, i) => (e, i)).Where(a => a.e == "Li").Average(a => v[a.i]);
        return [.. s.Species.SelectMany((e, i) =>
        {
            if (e == "Li")
            {
                var li = -p.LithiumShare * (v[i] - mean);
                return new[] { li, p.LithiumP + li, p.LithiumP + li, p.LithiumP + li };
            }
            var level = p.Ions[e].E0 - p.MadelungShare * (v[i] - mean);
            return [level - p.Ions[e].Splitting, level, level, level];
        })];
    }

    /// <summary>Hopping summed by parity of the lattice vector crossed: at k = (h, k, l)/2 a class counts with sign (-1)^(h·parity).</summary>
    static double[]?[] Hopping(Structure s, int stride, BandGapParameters p)
    {
        var classes = new double[]?[8];
        var (reduced, _) = LatticeReduction.Minkowski(s.Cell);
        var inverse = s.Cell.Inverse;
        var r = Enumerable.Range(0, s.Count).Select(s.Cartesian).ToArray();
        foreach (var (i, j, shift) in Images.Pairs(reduced, r, CutoffA))
        {
            var t = shift * inverse;
            var parity = ((int)Math.Round(t.X) & 1) | ((int)Math.Round(t.Y) & 1) << 1 | ((int)Math.Round(t.Z) & 1) << 2;
            AddPair(classes[parity] ??= new double[stride * stride], stride, s, i, j, r[j] + shift - r[i], p);
        }
        return classes;
    }

    static void AddPair(double[] h, int stride, Structure s, int i, int j, Vec3 d, BandGapParameters p)
    {
        var length = d.Length;
        var d0 = p.Ions[s.Species[i]].RadiusA + p.Ions[s.Species[j]].RadiusA;
        var kind = (s.Species[i] == "Li" ? 1 : 0) + (s.Species[j] == "Li" ? 1 : 0);
        var f = p.Scale[kind] * HBarSquaredOverM / (d0 * d0) * VectorMath.Exp(-p.Decay[kind] * (length / d0 - 1));
        if (kind == 1) f *= p.Ions[s.Species[i]].LithiumHopping * p.Ions[s.Species[j]].LithiumHopping; // that of Li is 1
        AddBlock(h, stride, 4 * i, 4 * j, f, (1 / length) * d, p);
    }

    static void AddBlock(double[] h, int stride, int row, int column, double f, Vec3 u, BandGapParameters p)
    {
        h[row * stride + column] += p.Ss * f;
        for (var a = 0; a < 3; a++)
        {
            h[row * stride + column + 1 + a] += p.Sp * f * u[a];
            h[(row + 1 + a) * stride + column] -= p.Sp * f * u[a];
            for (var b = 0; b < 3; b++) h[(row + 1 + a) * stride + column + 1 + b] += f * ((p.PpSigma - p.PpPi) * u[a] * u[b] + (a == b ? p.PpPi : 0));
        }
    }
}
