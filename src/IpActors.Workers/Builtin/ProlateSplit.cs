using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// 1/r = [1 - Φ(r/r_c)]/r + smooth, Φ(x) = ∫₀ˣ ψ / ∫₀¹ ψ, with ψ the prolate spheroidal wave function of order zero and bandwidth c = r_c k_c (Slepian and Pollak, Bell Syst. Tech. J. 40, 43 (1961)): of all functions
/// that vanish beyond r_c the one whose Fourier transform has least beyond k_c. As ψ is its own transform, the smooth part is Σ 4π/(V k²) ψ(k/k_c)/ψ(0) over |k| &lt; k_c. At the accuracy of molecular dynamics k_c r_c is 12, where
/// Gaussians need 17 to 20: a third of the waves.
/// </summary>
sealed class ProlateSplit
{
    readonly double[] _a; // ψ(x)/ψ(0) = Σ a_m x^(2m)
    readonly double[] _slope; // its derivative by x²

    public double RealCutoff { get; }
    public double ReciprocalCutoff { get; }
    /// <summary>∫₀¹ ψ / ψ(0).</summary>
    public double Integral { get; }

    public ProlateSplit(double realCutoff, double reciprocalCutoff)
    {
        (RealCutoff, ReciprocalCutoff) = (realCutoff, reciprocalCutoff);
        _a = Powers(LegendreCoefficients(realCutoff * reciprocalCutoff));
        _slope = [.. _a.Skip(1).Select((a, m) => a * (m + 1))];
        for (var m = 0; m < _a.Length; m++) Integral += _a[m] / (2 * m + 1);
    }

    /// <summary>Energy (1 - Φ)/r of unit charges and -u'/r at r below the cutoff; zero beyond.</summary>
    public (double Energy, double ForceOverR) Real(double r)
    {
        if (r >= RealCutoff) return (0, 0);
        double x = r / RealCutoff, y = x * x, wave = 0, integral = 0;
        for (var m = _a.Length - 1; m >= 0; m--) (wave, integral) = (wave * y + _a[m], integral * y + _a[m] / (2 * m + 1));
        var energy = (1 - integral * x / Integral) / r;
        return (energy, (energy + wave / (RealCutoff * Integral)) / (r * r));
    }

    /// <summary>The weight ψ(k/k_c)/ψ(0) and its derivative by k².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (Vector256<double> Weight, Vector256<double> Slope) Reciprocal(Vector256<double> k2)
    {
        var scale = 1 / (ReciprocalCutoff * ReciprocalCutoff);
        var y = scale * k2;
        Vector256<double> w = default, s = default;
        for (var m = _a.Length - 1; m >= 0; m--) w = Vector256.FusedMultiplyAdd(w, y, Vector256.Create(_a[m]));
        for (var m = _slope.Length - 1; m >= 0; m--) s = Vector256.FusedMultiplyAdd(s, y, Vector256.Create(_slope[m]));
        return (w, scale * s);
    }

    /// <summary>The smooth potential of a unit charge at its own place, 1/Å, from the waves that are summed.</summary>
    public double Self => 2 / Math.PI * ReciprocalCutoff * Integral;

    /// <summary>∫ (1 - Φ)/r d³r, in Å²: what the mean of the real-space part leaves to the neutralising background. For Gaussians π/α².</summary>
    public double Background
    {
        get
        {
            var moment = 0.5; // ∫ x (1 - Φ) dx
            for (var m = 0; m < _a.Length; m++) moment -= _a[m] / ((2 * m + 1) * (2 * m + 3)) / Integral;
            return 4 * Math.PI * RealCutoff * RealCutoff * moment;
        }
    }

    /// <summary>The expansion of ψ in P_0, P_2, P_4...: the lowest eigenvector of a tridiagonal matrix (Xiao, Rokhlin and Yarvin, Inverse Problems 17, 805 (2001)), by inverse iteration.</summary>
    static double[] LegendreCoefficients(double c)
    {
        var n = 16 + (int)c;
        var (diagonal, next, v) = (new double[n], new double[n], new double[n]);
        for (var j = 0; j < n; j++)
        {
            double k = 2 * j;
            diagonal[j] = k * (k + 1) + (2 * k * (k + 1) - 1) / ((2 * k + 3) * (2 * k - 1)) * c * c;
            next[j] = (k + 2) * (k + 1) / ((2 * k + 3) * Math.Sqrt((2 * k + 1) * (2 * k + 5))) * c * c;
        }
        var pivot = new double[n];
        pivot[0] = diagonal[0];
        for (var j = 1; j < n; j++) pivot[j] = diagonal[j] - next[j - 1] * next[j - 1] / pivot[j - 1];
        v[0] = 1;
        for (var pass = 0; pass < 60; pass++)
        {
            for (var j = 1; j < n; j++) v[j] -= next[j - 1] / pivot[j - 1] * v[j - 1];
            v[n - 1] /= pivot[n - 1];
            for (var j = n - 2; j >= 0; j--) v[j] = (v[j] - next[j] * v[j + 1]) / pivot[j];
            var norm = Math.Sqrt(v.Sum(x => x * x));
            for (var j = 0; j < n; j++) v[j] /= norm;
        }
        for (var j = 0; j < n; j++) v[j] *= Math.Sqrt(2 * j + 0.5);
        return v;
    }

    /// <summary>The same in powers of x², divided by the value at 0.</summary>
    static double[] Powers(double[] legendre)
    {
        var n = legendre.Length;
        var (before, now, sum) = (new double[2 * n], new double[2 * n], new double[n]);
        now[0] = 1; // P_0, then (k + 1) P_(k+1) = (2k + 1) x P_k - k P_(k-1)
        for (var k = 0; k < 2 * n - 1; k++)
        {
            if (k % 2 == 0) for (var m = 0; m < n; m++) sum[m] += legendre[k / 2] * now[2 * m];
            for (var m = 2 * n - 1; m >= 0; m--) before[m] = ((2 * k + 1) * (m > 0 ? now[m - 1] : 0) - k * before[m]) / (k + 1);
            (before, now) = (now, before);
        }
        var significant = Array.FindLastIndex(sum, a => Math.Abs(a) > 1e-18) + 1;
        return [.. sum.Take(significant).Select(a => a / sum[0])];
    }
}
