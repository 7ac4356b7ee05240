namespace IpActors.Science.Transport;

/// <summary>
/// How the points of one MSD curve fluctuate together, for a Gaussian walk whose mean squared displacement along one axis is v(m) = a + b m (m in frames, v(0) = 0; a: vibration, b = 2 D Δt):
/// displacements over overlapping windows have covariance c(k; m, n) = ½ [v(|k+n|) + v(|k-m|) - v(|k+n-m|) - v(|k|)], k the offset of the second window, and their squares 2 c² (Wick).
/// Lags of one curve are thus strongly correlated, which is why ordinary least squares is far too sure (Bullerjahn, von Bülow and Hummer, J. Chem. Phys. 153, 024116 (2020)).
/// <para>Mean over <c>walkers</c> such walks, plus <c>shot</c> Å⁴ per frame in which two windows overlap: jumps come one by one and the ions share few defects, so whole windows
/// are richer or poorer in jumps than independent Gaussian walkers would be.</para>
/// </summary>
sealed record RandomWalkCovariance(double A, double B, int Dimensions, double Walkers, double Shot)
{
    double V(int m) => m == 0 ? 0 : A + B * Math.Abs(m);

    /// <summary>Covariance of the mean |Δr|² over a window of m frames and one of n frames that starts k frames later, Å⁴.</summary>
    public double Windows(int m, int n, int k)
    {
        var c = 0.5 * (V(k + n) + V(k - m) - V(k + n - m) - V(k));
        return 2 * Dimensions * c * c / Walkers + Shot * Math.Max(0, Math.Min(m, k + n) - Math.Max(0, k));
    }

    /// <summary>Covariance of MSD(m) and MSD(n), each averaged over all its overlapping origins in a run of F frames; windows that do not touch add nothing. O(m + n).</summary>
    public double Msd(int m, int n, int frames)
    {
        int km = frames - m, kn = frames - n;
        var sum = 0.0;
        for (var k = -Math.Min(n, km - 1); k <= Math.Min(m, kn - 1); k++)
        {
            var pairs = Math.Min(km, kn - k) - Math.Max(0, -k); // origins i of m and i + k of n inside the run
            if (pairs > 0) sum += pairs * Windows(m, n, k);
        }
        return sum / ((double)km * kn);
    }
}
