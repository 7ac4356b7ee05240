namespace IpActors.Science.Transport;

/// <summary>
/// y = α + β x with errors of covariance C: β̂ = (XᵀC⁻¹X)⁻¹ XᵀC⁻¹ y (Aitken). C needs only the right shape for the estimate; its size sets the variance returned. O(n³).
/// </summary>
public static class GeneralisedLeastSquares
{
    public static (double Intercept, double Slope, double SlopeVariance) Line(double[] x, double[] y, double[,] covariance)
    {
        var (one, cx) = Whiten(x, covariance);
        double s = one.Sum(), sx = Dot(one, x), sxx = Dot(cx, x), sy = Dot(one, y), sxy = Dot(cx, y);
        var det = s * sxx - sx * sx;
        return ((sxx * sy - sx * sxy) / det, (s * sxy - sx * sy) / det, s / det);
    }

    /// <summary>w with β̂ = Σ w_i y_i.</summary>
    public static double[] SlopeWeights(double[] x, double[,] covariance)
    {
        var (one, cx) = Whiten(x, covariance);
        double s = one.Sum(), sx = Dot(one, x), sxx = Dot(cx, x);
        var det = s * sxx - sx * sx;
        return [.. Enumerable.Range(0, x.Length).Select(i => (s * cx[i] - sx * one[i]) / det)];
    }

    /// <summary>C⁻¹ 1 and C⁻¹ x.</summary>
    static (double[] One, double[] X) Whiten(double[] x, double[,] covariance)
    {
        var l = Cholesky(covariance);
        return (Solve(l, [.. x.Select(_ => 1.0)]), Solve(l, x));
    }

    static double[,] Cholesky(double[,] c)
    {
        var n = c.GetLength(0);
        var l = new double[n, n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
            {
                // Neighbouring lags are nearly the same number; a part in 10⁹ on the diagonal keeps the factor real and changes no weight that matters.
                var v = c[i, j] * (i == j ? 1 + 1e-9 : 1);
                for (var k = 0; k < j; k++) v -= l[i, k] * l[j, k];
                if (i == j && !(v > 0)) throw new ArithmeticException($"covariance of the points is not positive definite (pivot {i}: {v:0.0e+0})");
                l[i, j] = i == j ? Math.Sqrt(v) : v / l[j, j];
            }
        return l;
    }

    static double[] Solve(double[,] l, double[] b)
    {
        var n = b.Length;
        var v = (double[])b.Clone();
        for (var i = 0; i < n; i++) { for (var k = 0; k < i; k++) v[i] -= l[i, k] * v[k]; v[i] /= l[i, i]; }
        for (var i = n - 1; i >= 0; i--) { for (var k = i + 1; k < n; k++) v[i] -= l[k, i] * v[k]; v[i] /= l[i, i]; }
        return v;
    }

    static double Dot(double[] a, double[] b) { var s = 0.0; for (var i = 0; i < a.Length; i++) s += a[i] * b[i]; return s; }
}
