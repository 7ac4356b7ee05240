namespace IpActors.Science.Numerics;

/// <summary>
/// Triangular algebra A = Uᵀ U on matrices padded to n, a multiple of 8, by the unit matrix, in panels of 8 columns (<see cref="Panels"/>); n³/6 fused multiply-adds for each of
/// factor, inverse of the triangle and inverse of A. Every entry is one chain of fused multiply-adds in increasing k (<see cref="Tile{O, V}"/>), begun at −a:
/// u_ji = (Σ_{k &lt; j} u_kj u_ki − a_ji) · (−1 / u_jj), u_jj = √(a_jj − Σ u_kj²).
/// </summary>
static unsafe class Triangle<O, V> where O : struct, IVectors<V> where V : struct
{
    /// <summary>Factors in place the upper triangle of A; the panels before <paramref name="done"/> hold U already. False where a pivot is not positive.</summary>
    /// <param name="u">Upper panels; what stands below the diagonal is neither read nor meant.</param>
    /// <param name="n">Padded.</param>
    /// <param name="minusReciprocals">−1 / u_jj, n of them; those of the panels done are there already.</param>
    /// <param name="done">How many panels are factored.</param>
    public static bool Factor(double* u, int n, double* minusReciprocals, int done = 0)
    {
        for (var j = 0; 8 * j < n; j++)
        {
            var own = Panels.Upper(u, j);
            var r = minusReciprocals + 8 * j;
            if (j >= done)
            {
                Tile<O, V>.One(Tile<O, V>.Work.Subtract, own, own, 0, 8 * j, own + 64 * j, null);
                if (!FactorBlock(own + 64 * j, r)) return false;
            }
            var p = Math.Max(j + 1, done);
            for (; 8 * p + 8 < n; p += 2)
            {
                double* x = Panels.Upper(u, p), y = Panels.Upper(u, p + 1);
                Tile<O, V>.Two(Tile<O, V>.Work.Solve, own, x, y, 0, 8 * j, x + 64 * j, y + 64 * j, r);
            }
            if (8 * p < n) { var x = Panels.Upper(u, p); Tile<O, V>.One(Tile<O, V>.Work.Solve, own, x, 0, 8 * j, x + 64 * j, r); }
        }
        return true;
    }

    static bool FactorBlock(double* t, double* minusReciprocals)
    {
        for (var r = 0; r < 8; r++)
        {
            var row = t + 8 * r;
            var pivot = row[r];
            if (!(pivot > 0) || !double.IsFinite(pivot)) return false;
            row[r] = Math.Sqrt(pivot);
            var reciprocal = 1 / row[r];
            minusReciprocals[r] = -reciprocal;
            for (var i = r + 1; i < 8; i++) row[i] *= reciprocal;
            for (var q = r + 1; q < 8; q++)
                for (var i = q; i < 8; i++) t[8 * q + i] = Math.FusedMultiplyAdd(-row[q], row[i], t[8 * q + i]);
        }
        return true;
    }

    /// <summary>B = U⁻ᵀ B for that many panels of B, each n rows.</summary>
    public static void Solve(double* u, int n, double* minusReciprocals, double* b, int panels)
    {
        for (var j = 0; 8 * j < n; j++)
        {
            double* own = Panels.Upper(u, j), r = minusReciprocals + 8 * j;
            var q = 0;
            for (; q + 1 < panels; q += 2)
            {
                double* x = b + 8 * n * q, y = x + 8 * n;
                Tile<O, V>.Two(Tile<O, V>.Work.Solve, own, x, y, 0, 8 * j, x + 64 * j, y + 64 * j, r);
            }
            if (q < panels) { var x = b + 8 * n * q; Tile<O, V>.One(Tile<O, V>.Work.Solve, own, x, 0, 8 * j, x + 64 * j, r); }
        }
    }

    /// <summary>M = U⁻ᵀ in lower panels; entries above the diagonal that are stored become 0.</summary>
    public static void Invert(double* u, int n, double* minusReciprocals, double* m)
    {
        new Span<double>(m, Panels.LowerLength(n)).Clear();
        for (var p = 0; 8 * p < n; p++)
            for (var i = 8 * p; i < 8 * p + 8; i++) Panels.Lower(m, p, n)[8 * i + i - 8 * p] = 1;
        for (var c = 0; 8 * c < n; c += 2)
            for (var j = c; 8 * j < n; j++)
            {
                double* own = Panels.Upper(u, j), x = Panels.Lower(m, c, n), y = Panels.Lower(m, c + 1, n);
                if (8 * c + 8 < n) Tile<O, V>.Two(Tile<O, V>.Work.Solve, own, x, y, 8 * c, 8 * j, x + 64 * j, y + 64 * j, minusReciprocals + 8 * j);
                else Tile<O, V>.One(Tile<O, V>.Work.Solve, own, x, 8 * c, 8 * j, x + 64 * j, minusReciprocals + 8 * j);
            }
    }

    /// <summary>Panels c (even) and c + 1 of A⁻¹ = Mᵀ M from the first row to the diagonal: row j at x + 8 j and y + 8 j.</summary>
    public static void InversePanels(double* m, int n, int c, double* x, double* y)
    {
        var two = 8 * c + 8 < n;
        for (var j = 0; j <= (two ? c + 1 : c); j++)
        {
            double* own = Panels.Lower(m, j, n), first = Panels.Lower(m, c, n), second = Panels.Lower(m, c + 1, n);
            var from = 8 * Math.Max(c, j);
            if (two) Tile<O, V>.Two(Tile<O, V>.Work.Product, own, first, second, from, n, x + 64 * j, y + 64 * j, null);
            else Tile<O, V>.One(Tile<O, V>.Work.Product, own, first, from, n, x + 64 * j, null);
        }
    }

    /// <summary>Zᵀ M, that is A⁻¹ b where z = U⁻ᵀ b stands in a column of the panel Z: number i of column r at target + 64 (i / 8) + 8 r + i % 8.</summary>
    public static void SolveBack(double* z, double* m, int n, double* target)
    {
        for (var p = 0; 8 * p < n; p++) Tile<O, V>.One(Tile<O, V>.Work.Product, z, Panels.Lower(m, p, n), 8 * p, n, target + 64 * p, null);
    }
}

/// <summary>Where the panels of 8 columns lie: rows of 8 numbers one after another, each panel from its first stored row to its last.</summary>
static unsafe class Panels
{
    /// <summary>The next multiple of eight.</summary>
    public static int Eights(int n) => (n + 7) & ~7;

    /// <summary>Numbers in the upper panels of a matrix of n (padded) rows.</summary>
    public static int UpperLength(int n) => UpperOffset(n / 8);

    /// <summary>Numbers before upper panel p, of which each holds rows 0 .. 8 q + 7.</summary>
    public static int UpperOffset(int p) => 32 * p * (p + 1);

    public static double* Upper(double* u, int p) => u + UpperOffset(p);

    /// <summary>Numbers in the lower panels of a matrix of n (padded) rows.</summary>
    public static int LowerLength(int n) => LowerOffset(n / 8, n);

    // Pairs of panels begin at the same row, that of the first one's diagonal: both can be used from there.
    static int LowerOffset(int p, int n) => 16 * (p / 2) * n - 128 * (p / 2) * (p / 2 - 1) + p % 2 * 8 * (n - 16 * (p / 2));

    /// <summary>Where row 0 of lower panel p would be; stored are rows 8 (p − p % 2) .. n − 1.</summary>
    public static double* Lower(double* m, int p, int n) => m + LowerOffset(p, n) - 128 * (p / 2);
}
