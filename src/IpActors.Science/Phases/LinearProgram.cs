namespace IpActors.Science.Phases;

/// <summary>An optimal vertex: basic columns with their values, the rows' prices (dual), and the optimum.</summary>
public sealed record Vertex(int[] Basis, double[] Values, double[] Prices, double Optimum);

/// <summary>
/// min c.x subject to A x = b, x >= 0 with few rows (elements) and many columns (entries): revised simplex whose small basis is inverted afresh at every
/// pivot, so no error builds up. Largest-coefficient pricing, Bland's rule (Math. Oper. Res. 2, 103 (1977)) after a run of degenerate pivots
/// until one moves, so it ends on degenerate facets too. Equal input gives equal bits; ties go to the lowest column.
/// Cost: O(m n + m^3) a pivot for m rows and n columns.
/// </summary>
public static class LinearProgram
{
    // A reduced cost above -PriceTolerance (times the largest cost, where that exceeds 1) counts as 0: as the fractions sum to 1, the optimum is off by at most that many eV/atom.
    const double PriceTolerance = 1e-12, PivotTolerance = 1e-10, FeasibilityTolerance = 1e-10;

    /// <summary>Columns are stored one after another, m numbers each; b >= 0. When infeasible the answer is null and <paramref name="unmet"/> holds the row that falls shortest.</summary>
    public static Vertex? Minimise(double[] columns, double[] costs, double[] b, out int unmet)
    {
        var (m, n) = (b.Length, costs.Length);
        var tableau = new Tableau(columns, b, [.. Enumerable.Range(n, m)]);
        // First the shortfall: artificial columns, behind the real ones, cost 1 and all others nothing. Then the costs proper.
        double[] shortfall = [.. Enumerable.Repeat(0.0, n), .. Enumerable.Repeat(1.0, m)], proper = [.. costs, .. Enumerable.Repeat(0.0, m)];
        tableau.Run(shortfall, n);
        unmet = tableau.WorstArtificial(n);
        if (unmet >= 0) return null;
        tableau.Run(proper, n);
        var prices = tableau.Prices(proper);
        var real = Enumerable.Range(0, m).Where(i => tableau.Basis[i] < n).ToArray();
        var (basis, values) = (real.Select(i => tableau.Basis[i]).ToArray(), real.Select(i => tableau.Values[i]).ToArray());
        var optimum = 0.0;
        for (var i = 0; i < basis.Length; i++) optimum += costs[basis[i]] * values[i];
        return new Vertex(basis, values, prices, optimum);
    }

    sealed class Tableau
    {
        readonly double[] _columns, _b;
        readonly int _m;
        double[,] _inverse;
        public int[] Basis { get; }
        public double[] Values { get; private set; }

        public Tableau(double[] columns, double[] b, int[] basis)
        {
            (_columns, _b, _m, Basis) = (columns, b, b.Length, basis);
            (_inverse, Values) = Factor();
        }

        int Count => _columns.Length / _m;
        // Columns beyond the last are the artificial ones, unit vectors.
        double At(int row, int column) => column < Count ? _columns[column * _m + row] : column - Count == row ? 1 : 0;

        public void Run(double[] costs, int n)
        {
            var (stuck, limit, tolerance) = (0, 50 * (n + _m) + 1000, PriceTolerance);
            foreach (var c in costs) tolerance = Math.Max(tolerance, PriceTolerance * Math.Abs(c));
            for (var pivots = 0; ; pivots++)
            {
                if (pivots > limit) throw new InvalidOperationException($"no optimum after {limit} pivots with {n} entries and {_m} elements");
                var entering = Entering(Prices(costs), costs, tolerance, n, bland: stuck > 2 * _m);
                if (entering < 0) return;
                var step = Pivot(entering, n, bland: stuck > 2 * _m);
                stuck = step > 1e-13 ? 0 : stuck + 1;
            }
        }

        public double[] Prices(double[] costs)
        {
            var prices = new double[_m];
            for (var i = 0; i < _m; i++)
            {
                var c = costs[Basis[i]];
                if (c != 0) for (var k = 0; k < _m; k++) prices[k] += c * _inverse[i, k];
            }
            return prices;
        }

        int Entering(ReadOnlySpan<double> prices, double[] costs, double tolerance, int n, bool bland)
        {
            var (best, entering) = (-tolerance, -1);
            for (var j = 0; j < n; j++)
            {
                var reduced = costs[j];
                var column = _columns.AsSpan(j * prices.Length, prices.Length);
                for (var k = 0; k < prices.Length; k++) reduced -= prices[k] * column[k];
                if (reduced >= best || Array.IndexOf(Basis, j) >= 0) continue;
                entering = j;
                if (bland) return entering;
                best = reduced;
            }
            return entering;
        }

        // The row that blocks first leaves. An artificial at 0 leaves at once if the column touches its row, so it never grows again.
        double Pivot(int entering, int n, bool bland)
        {
            var direction = new double[_m];
            for (var i = 0; i < _m; i++) for (var k = 0; k < _m; k++) direction[i] += _inverse[i, k] * At(k, entering);
            var (leaving, step) = (-1, double.PositiveInfinity);
            for (var i = 0; i < _m; i++)
            {
                var blocksAtZero = Basis[i] >= n && Values[i] <= FeasibilityTolerance && Math.Abs(direction[i]) > PivotTolerance;
                if (!blocksAtZero && direction[i] <= PivotTolerance) continue;
                var ratio = blocksAtZero ? 0 : Values[i] / direction[i];
                var tie = leaving >= 0 && Math.Abs(ratio - step) <= 1e-14;
                if (tie ? bland ? Basis[i] < Basis[leaving] : Math.Abs(direction[i]) > Math.Abs(direction[leaving]) : ratio < step) (leaving, step) = (i, ratio);
            }
            if (leaving < 0) throw new InvalidOperationException("the energies have no lower bound; fractions that sum to 1 exclude this");
            Basis[leaving] = entering;
            (_inverse, Values) = Factor();
            return step;
        }

        public int WorstArtificial(int n)
        {
            var (worst, unmet) = (FeasibilityTolerance, -1);
            for (var i = 0; i < _m; i++) if (Basis[i] >= n && Values[i] > worst) (worst, unmet) = (Values[i], Basis[i] - n);
            return unmet;
        }

        // Gauss-Jordan with row pivoting on [B | 1].
        (double[,] Inverse, double[] Values) Factor()
        {
            var (a, inverse) = (new double[_m, _m], new double[_m, _m]);
            for (var i = 0; i < _m; i++) { inverse[i, i] = 1; for (var k = 0; k < _m; k++) a[i, k] = At(i, Basis[k]); }
            for (var c = 0; c < _m; c++)
            {
                var pivot = c;
                for (var i = c + 1; i < _m; i++) if (Math.Abs(a[i, c]) > Math.Abs(a[pivot, c])) pivot = i;
                for (var k = 0; k < _m; k++) { (a[c, k], a[pivot, k]) = (a[pivot, k], a[c, k]); (inverse[c, k], inverse[pivot, k]) = (inverse[pivot, k], inverse[c, k]); }
                var scale = 1 / a[c, c];
                for (var k = 0; k < _m; k++) { a[c, k] *= scale; inverse[c, k] *= scale; }
                for (var i = 0; i < _m; i++)
                {
                    if (i == c || a[i, c] == 0) continue;
                    var f = a[i, c];
                    for (var k = 0; k < _m; k++) { a[i, k] -= f * a[c, k]; inverse[i, k] -= f * inverse[c, k]; }
                }
            }
            var values = new double[_m];
            for (var i = 0; i < _m; i++)
            {
                for (var k = 0; k < _m; k++) values[i] += inverse[i, k] * _b[k];
                if (values[i] < 0) values[i] = 0; // rounding on a degenerate facet
            }
            return (inverse, values);
        }
    }
}
