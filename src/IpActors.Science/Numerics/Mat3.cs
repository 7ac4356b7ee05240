namespace IpActors.Science.Numerics;

/// <summary>A 3x3 matrix; as a cell its rows A, B, C are the lattice vectors in Å, so that r = f·M for a row vector f.</summary>
public readonly record struct Mat3(Vec3 A, Vec3 B, Vec3 C)
{
    public static readonly Mat3 Identity = Diagonal(1, 1, 1);
    public static Mat3 Diagonal(double a, double b, double c) => new(new(a, 0, 0), new(0, b, 0), new(0, 0, c));
    public Vec3 this[int row] => row switch { 0 => A, 1 => B, 2 => C, _ => throw new ArgumentOutOfRangeException(nameof(row)) };
    public double this[int row, int column] => this[row][column];
    public double Determinant => A.Dot(B.Cross(C));
    public double Trace => A.X + B.Y + C.Z;
    public Mat3 Transposed => new(new(A.X, B.X, C.X), new(A.Y, B.Y, C.Y), new(A.Z, B.Z, C.Z));
    /// <summary>Inverse; throws <see cref="ArithmeticException"/> for a singular matrix.</summary>
    public Mat3 Inverse
    {
        get
        {
            var d = Determinant;
            if (d == 0 || !double.IsFinite(d)) throw new ArithmeticException($"matrix is singular (determinant {d})");
            return new Mat3((1 / d) * B.Cross(C), (1 / d) * C.Cross(A), (1 / d) * A.Cross(B)).Transposed;
        }
    }
    public static Vec3 operator *(Vec3 row, Mat3 m) => row.X * m.A + row.Y * m.B + row.Z * m.C;
    public static Vec3 operator *(Mat3 m, Vec3 column) => new(m.A.Dot(column), m.B.Dot(column), m.C.Dot(column));
    public static Mat3 operator *(Mat3 a, Mat3 b) => new(a.A * b, a.B * b, a.C * b);
    public static Mat3 operator *(double s, Mat3 m) => new(s * m.A, s * m.B, s * m.C);
    public static Mat3 operator +(Mat3 a, Mat3 b) => new(a.A + b.A, a.B + b.B, a.C + b.C);
    public static Mat3 operator -(Mat3 a, Mat3 b) => new(a.A - b.A, a.B - b.B, a.C - b.C);
    /// <summary>Its rows; the record's own would print the transpose of the transpose for ever.</summary>
    public override string ToString() => FormattableString.Invariant($"[[{A.X}, {A.Y}, {A.Z}], [{B.X}, {B.Y}, {B.Z}], [{C.X}, {C.Y}, {C.Z}]]");
    /// <summary>a bᵀ.</summary>
    public static Mat3 Outer(Vec3 a, Vec3 b) => new(a.X * b, a.Y * b, a.Z * b);
}
