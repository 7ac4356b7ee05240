using IpActors.Science.Crystals;

namespace IpActors.Science.Enumeration;

/// <summary>
/// A superlattice in Hermite normal form: rows (a11 a12 a13), (0 a22 a23), (0 0 a33) are its vectors in the parent's primitive ones, 0 ≤ a12 &lt; a22, 0 ≤ a13, a23 &lt; a33. One form per superlattice
/// (Hart and Forcade, PRB 77, 224115 (2008), section II).
/// </summary>
public readonly record struct Hnf(int A11, int A12, int A13, int A22, int A23, int A33) : IComparable<Hnf>
{
    /// <summary>Number of parent cells in the supercell.</summary>
    public int Index => A11 * A22 * A33;
    public IntMat3 Matrix => new(A11, A12, A13, 0, A22, A23, 0, 0, A33);

    public static Hnf Of(IntMat3 matrix)
    {
        var h = Supercell.HermiteNormalForm(matrix);
        return new(h.M11, h.M12, h.M13, h.M22, h.M23, h.M33);
    }

    /// <summary>All superlattices of that index, in rising order: 1, 7, 13, 35, 31, 91, 57, 155, 130, 217 for index 1 to 10.</summary>
    public static IEnumerable<Hnf> All(int index)
    {
        for (var a = 1; a <= index; a++)
        {
            if (index % a != 0) continue;
            var rest = index / a;
            for (var a12 = 0; a12 < rest; a12++)
                for (var a13 = 0; a13 < rest; a13++)
                    for (var c = 1; c <= rest; c++)
                    {
                        if (rest % c != 0 || a12 >= c || a13 >= rest / c) continue;
                        for (var a23 = 0; a23 < rest / c; a23++) yield return new(a, a12, a13, c, a23, rest / c);
                    }
        }
    }

    /// <summary>Whether every vector of the lattice spanned by the rows of M is one of this superlattice.</summary>
    public bool Contains(IntMat3 m) => (m * Matrix.Adjugate).IsMultipleOf(Index);

    /// <summary>The number 0..Index−1 of the coset of a parent lattice point: two points have the same number when they differ by a vector of the superlattice.</summary>
    public int Coset((int X, int Y, int Z) n)
    {
        var q = Floor(n.X, A11);
        var (x, y, z) = (n.X - q * A11, n.Y - q * A12, n.Z - q * A13);
        q = Floor(y, A22);
        (y, z) = (y - q * A22, z - q * A23);
        z -= Floor(z, A33) * A33;
        return (x * A22 + y) * A33 + z;
    }

    /// <summary>The lattice point that represents a coset; <see cref="Coset"/> inverts it.</summary>
    public (int X, int Y, int Z) Point(int coset) => (coset / (A22 * A33), coset / A33 % A22, coset % A33);

    public int CompareTo(Hnf other) => (A11, A12, A13, A22, A23, A33).CompareTo((other.A11, other.A12, other.A13, other.A22, other.A23, other.A33));

    public static bool operator <(Hnf a, Hnf b) => a.CompareTo(b) < 0;
    public static bool operator >(Hnf a, Hnf b) => a.CompareTo(b) > 0;
    public static bool operator <=(Hnf a, Hnf b) => a.CompareTo(b) <= 0;
    public static bool operator >=(Hnf a, Hnf b) => a.CompareTo(b) >= 0;

    /// <summary>As in ids: "2.0.0.2.0.2".</summary>
    public override string ToString() => $"{A11}.{A12}.{A13}.{A22}.{A23}.{A33}";

    static int Floor(int a, int b) => a >= 0 ? a / b : -((b - 1 - a) / b);
}
