using IpActors.Science.Numerics;

namespace IpActors.Science.Crystals;

/// <summary>A 3x3 matrix of integers, exact: a change of basis (rows are new vectors in the old basis), or a rotation in fractional coordinates (acting on columns).</summary>
public readonly record struct IntMat3(int M11, int M12, int M13, int M21, int M22, int M23, int M31, int M32, int M33)
{
    public static readonly IntMat3 Identity = Diagonal(1, 1, 1);
    public static IntMat3 Diagonal(int a, int b, int c) => new(a, 0, 0, 0, b, 0, 0, 0, c);

    public int this[int row, int column] => (3 * row + column) switch
    {
        0 => M11, 1 => M12, 2 => M13, 3 => M21, 4 => M22, 5 => M23, 6 => M31, 7 => M32, 8 => M33,
        _ => throw new ArgumentOutOfRangeException(nameof(row)),
    };

    public int Determinant => M11 * (M22 * M33 - M23 * M32) - M12 * (M21 * M33 - M23 * M31) + M13 * (M21 * M32 - M22 * M31);

    /// <summary>adj M, with M · adj M = det M · 1; exact.</summary>
    public IntMat3 Adjugate => new(
        M22 * M33 - M23 * M32, M13 * M32 - M12 * M33, M12 * M23 - M13 * M22,
        M23 * M31 - M21 * M33, M11 * M33 - M13 * M31, M13 * M21 - M11 * M23,
        M21 * M32 - M22 * M31, M12 * M31 - M11 * M32, M11 * M22 - M12 * M21);

    public IntMat3 Transposed => new(M11, M21, M31, M12, M22, M32, M13, M23, M33);

    /// <summary>Its rows; the record's own would print the transpose of the transpose for ever.</summary>
    public override string ToString() => $"[[{M11}, {M12}, {M13}], [{M21}, {M22}, {M23}], [{M31}, {M32}, {M33}]]";

    /// <summary>The matrix as floating point.</summary>
    public Mat3 ToMat3() => new(new(M11, M12, M13), new(M21, M22, M23), new(M31, M32, M33));

    /// <summary>M n for a column n.</summary>
    public (int X, int Y, int Z) Times((int X, int Y, int Z) n) =>
        (M11 * n.X + M12 * n.Y + M13 * n.Z, M21 * n.X + M22 * n.Y + M23 * n.Z, M31 * n.X + M32 * n.Y + M33 * n.Z);

    /// <summary>Whether every element is a multiple of <paramref name="divisor"/>.</summary>
    public bool IsMultipleOf(int divisor)
    {
        for (var i = 0; i < 3; i++) for (var j = 0; j < 3; j++) if (this[i, j] % divisor != 0) return false;
        return true;
    }

    public static IntMat3 operator *(IntMat3 a, IntMat3 b)
    {
        int E(int i, int j) => a[i, 0] * b[0, j] + a[i, 1] * b[1, j] + a[i, 2] * b[2, j];
        return new(E(0, 0), E(0, 1), E(0, 2), E(1, 0), E(1, 1), E(1, 2), E(2, 0), E(2, 1), E(2, 2));
    }
}
