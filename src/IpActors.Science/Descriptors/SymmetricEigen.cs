namespace IpActors.Science.Descriptors;

/// <summary>
/// All eigenpairs of a small dense symmetric matrix: Householder reduction to tridiagonal form, then QL with implicit shifts (Bowdler, Martin, Reinsch and Wilkinson,
/// Numer. Math. 11, 293 (1968)). About 8 n³ operations, in one fixed order.
/// </summary>
public static class SymmetricEigen
{
    /// <summary>Eigenvalues from the largest down, and their unit eigenvectors as rows; <paramref name="matrix"/> (n × n, row-major) is overwritten.</summary>
    public static (double[] Values, double[][] Vectors) Solve(double[] matrix, int n)
    {
        var z = new double[n][]; // row k becomes the k-th eigenvector
        for (var i = 0; i < n; i++) { z[i] = new double[n]; z[i][i] = 1; }
        var (d, e) = (new double[n], new double[n]);
        Tridiagonalise(matrix, n, d, e, z);
        Diagonalise(d, e, z);
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => d[i])];
        return ([.. order.Select(i => d[i])], [.. order.Select(i => z[i])]);
    }

    /// <summary>A = Qᵀ T Q with T of diagonal d and off-diagonal e_i = T_(i, i+1); the rows of z become those of Q, one reflection I − v vᵀ (|v|² = 2) after the other.</summary>
    static void Tridiagonalise(double[] a, int n, double[] d, double[] e, double[][] z)
    {
        var (v, p) = (new double[n], new double[n]);
        for (var k = 0; k < n - 1; k++)
        {
            var norm = 0.0;
            for (var i = k + 1; i < n; i++) { v[i] = a[i * n + k]; norm += v[i] * v[i]; }
            norm = Math.Sqrt(norm);
            e[k] = v[k + 1];
            if (k == n - 2 || norm == 0) continue;
            e[k] = v[k + 1] > 0 ? -norm : norm;
            v[k + 1] -= e[k];
            var length = 0.0;
            for (var i = k + 1; i < n; i++) length += v[i] * v[i];
            var scale = Math.Sqrt(2 / length);
            for (var i = k + 1; i < n; i++) v[i] *= scale;
            var vp = 0.0;
            for (var i = k + 1; i < n; i++)
            {
                var s = 0.0;
                for (var j = k + 1; j < n; j++) s += a[i * n + j] * v[j];
                p[i] = s;
                vp += s * v[i];
            }
            for (var i = k + 1; i < n; i++) p[i] -= 0.5 * vp * v[i];
            for (var i = k + 1; i < n; i++)
                for (var j = k + 1; j < n; j++) a[i * n + j] -= v[i] * p[j] + p[i] * v[j];
            Array.Clear(p);
            for (var i = k + 1; i < n; i++) for (var j = 0; j < n; j++) p[j] += v[i] * z[i][j];
            for (var i = k + 1; i < n; i++) for (var j = 0; j < n; j++) z[i][j] -= v[i] * p[j];
        }
        for (var i = 0; i < n; i++) d[i] = a[i * n + i];
    }

    static void Diagonalise(double[] d, double[] e, double[][] z)
    {
        var n = d.Length;
        for (var l = 0; l < n; l++)
        {
            for (var sweeps = 0; ; sweeps++)
            {
                var m = l;
                while (m < n - 1 && Math.Abs(e[m]) > 1.1e-16 * (Math.Abs(d[m]) + Math.Abs(d[m + 1]))) m++;
                if (m == l) break;
                if (sweeps > 60) throw new ArithmeticException($"eigenvalue {l} of {n} did not converge");
                var g = (d[l + 1] - d[l]) / (2 * e[l]);
                g = d[m] - d[l] + e[l] / (g + Math.CopySign(Math.Sqrt(g * g + 1), g));
                var (s, c, p, whole) = (1.0, 1.0, 0.0, true);
                for (var i = m - 1; i >= l; i--)
                {
                    var (f, b) = (s * e[i], c * e[i]);
                    var r = Math.Sqrt(f * f + g * g);
                    e[i + 1] = r;
                    if (r == 0) { d[i + 1] -= p; e[m] = 0; whole = false; break; }
                    (s, c) = (f / r, g / r);
                    g = d[i + 1] - p;
                    r = (d[i] - g) * s + 2 * c * b;
                    p = s * r;
                    d[i + 1] = g + p;
                    g = c * r - b;
                    var (z0, z1) = (z[i], z[i + 1]);
                    for (var k = 0; k < n; k++) { f = z1[k]; z1[k] = s * z0[k] + c * f; z0[k] = c * z0[k] - s * f; }
                }
                if (!whole) continue;
                d[l] -= p; e[l] = g; e[m] = 0;
            }
        }
    }
}
