namespace IpActors.Science.Surrogates;

/// <summary>Value at x, gradient into g. A value that is not finite means: not here, step back.</summary>
public delegate double Objective(ReadOnlySpan<double> x, Span<double> g);

/// <summary>
/// Projected quasi-Newton method for min F(x), lower ≤ x ≤ upper (Bertsekas, SIAM J. Control Optim. 20, 221 (1982)): BFGS inverse Hessian, coordinates held at a
/// bound while their gradient points outwards, backtracking along the projected step. For tens of coordinates. Deterministic.
/// </summary>
public static class BoundedMinimizer
{
    /// <summary>The point found, its value, and the number of evaluations; with what <see cref="Continue"/> needs: gradient and approximate inverse Hessian there.</summary>
    public sealed record Result(double[] X, double Value, int Evaluations)
    {
        internal double[] Gradient { get; init; } = [];
        internal double[,] Curvature { get; init; } = new double[0, 0];
        internal bool Fresh { get; init; }
    }

    /// <param name="f">What to minimise.</param>
    /// <param name="start">Moved into the box first.</param>
    /// <param name="lower">Lower bounds.</param>
    /// <param name="upper">Upper bounds.</param>
    /// <param name="tolerance">Stops when five steps together gain less than this, or no free coordinate has a gradient above it.</param>
    /// <param name="maxEvaluations">Of f, in all.</param>
    public static Result Minimise(Objective f, double[] start, double[] lower, double[] upper, double tolerance = 1e-7, int maxEvaluations = 300)
    {
        var x = Project(start, lower, upper);
        var g = new double[x.Length];
        return Continue(f, new(x, f(x, g), 1) { Gradient = g, Curvature = Identity(x.Length), Fresh = true }, lower, upper, tolerance, maxEvaluations);
    }

    /// <summary>Goes on from where a search with a coarser tolerance ended, with the curvature that it learnt; evaluations are counted on. The earlier result stays as it is.</summary>
    public static Result Continue(Objective f, Result from, double[] lower, double[] upper, double tolerance = 1e-7, int maxEvaluations = 300)
    {
        var (x, value, g, evaluations, h, fresh) = (from.X, from.Value, from.Gradient, from.Evaluations, (double[,])from.Curvature.Clone(), from.Fresh);
        var n = x.Length;
        var values = new List<double> { value };
        while (evaluations < maxEvaluations && double.IsFinite(value))
        {
            var free = Enumerable.Range(0, n).Select(i => !(x[i] <= lower[i] && g[i] > 0 || x[i] >= upper[i] && g[i] < 0)).ToArray();
            var steepest = 0.0;
            for (var i = 0; i < n; i++) if (free[i]) steepest = Math.Max(steepest, Math.Abs(g[i]));
            if (steepest < tolerance) break;

            var d = new double[n];
            var slope = 0.0;
            for (var i = 0; i < n; i++)
            {
                if (!free[i]) continue;
                for (var j = 0; j < n; j++) if (free[j]) d[i] -= h[i, j] * g[j];
                slope += d[i] * g[i];
            }
            if (!(slope < 0)) { h = Identity(n); for (var i = 0; i < n; i++) d[i] = free[i] ? -g[i] : 0; fresh = true; }
            var longest = d.Max(Math.Abs);
            var step = Math.Min(fresh ? 1 / longest : 1, 3 / longest); // at most 3 (a factor of 20 in a hyperparameter) at once
            if (!TryStep(f, x, value, g, d, step, lower, upper, ref evaluations, maxEvaluations, out var next, out var nextValue, out var nextG))
            {
                if (fresh) break;
                (h, fresh) = (Identity(n), true);
                continue;
            }
            Update(h, x, next, g, nextG, ref fresh);
            (x, value, g) = (next, nextValue, nextG);
            values.Add(value);
            if (values.Count > 5 && values[^6] - value < tolerance) break;
        }
        return new(x, value, evaluations) { Gradient = g, Curvature = h, Fresh = fresh };
    }

    static bool TryStep(Objective f, double[] x, double value, double[] g, double[] d, double step, double[] lower, double[] upper, ref int evaluations, int max, out double[] next, out double nextValue, out double[] nextG)
    {
        nextG = new double[x.Length];
        for (var tries = 0; tries < 25 && evaluations < max; tries++)
        {
            next = Project([.. x.Select((v, i) => v + step * d[i])], lower, upper);
            nextValue = f(next, nextG);
            evaluations++;
            var promised = 0.0;
            for (var i = 0; i < x.Length; i++) promised += g[i] * (next[i] - x[i]);
            if (nextValue <= value + 1e-4 * promised && promised < 0) return true;
            var quadratic = double.IsFinite(nextValue) && promised < 0 ? -promised / (2 * (nextValue - value - promised)) : 0.1; // minimum of the parabola through both values and the slope
            step *= Math.Clamp(double.IsFinite(quadratic) ? quadratic : 0.1, 0.1, 0.5);
        }
        (next, nextValue) = (x, value);
        return false;
    }

    /// <summary>BFGS update of the inverse Hessian with s = next − x, y = nextG − g, where sᵀy is positive enough; the first one also sets the scale.</summary>
    static void Update(double[,] h, double[] x, double[] next, double[] g, double[] nextG, ref bool fresh)
    {
        var n = x.Length;
        var (s, y) = (new double[n], new double[n]);
        var (sy, yy, ss) = (0.0, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            (s[i], y[i]) = (next[i] - x[i], nextG[i] - g[i]);
            sy += s[i] * y[i]; yy += y[i] * y[i]; ss += s[i] * s[i];
        }
        if (!(sy > 1e-10 * Math.Sqrt(ss * yy))) return;
        if (fresh) { for (var i = 0; i < n; i++) h[i, i] = sy / yy; fresh = false; }
        var hy = new double[n];
        var yhy = 0.0;
        for (var i = 0; i < n; i++) { for (var j = 0; j < n; j++) hy[i] += h[i, j] * y[j]; yhy += y[i] * hy[i]; }
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                h[i, j] += (1 + yhy / sy) * s[i] * s[j] / sy - (hy[i] * s[j] + s[i] * hy[j]) / sy;
    }

    static double[] Project(double[] x, double[] lower, double[] upper) => [.. x.Select((v, i) => Math.Clamp(v, lower[i], upper[i]))];

    static double[,] Identity(int n) { var h = new double[n, n]; for (var i = 0; i < n; i++) h[i, i] = 1; return h; }
}
