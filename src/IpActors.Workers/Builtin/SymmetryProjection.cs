using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// Averages forces and strain derivatives over the space group of a start structure, in that structure's frame: F'_{g(i)} = Σ_g F_i Q_g / |G|,
/// ε' = Σ_g Qᵀ ε Q / |G| with r → r Q_g. Without operations it does nothing.
/// </summary>
sealed class SymmetryProjection
{
    /// <summary>How far (Å) an atom may lie from where an operation puts another.</summary>
    const double ToleranceA = 0.1;
    readonly Mat3[] _rotation;
    readonly int[][] _image;
    readonly double[] _scratch;

    public SymmetryProjection(Structure s, IReadOnlyList<SymmetryOperation> operations)
    {
        _scratch = new double[3 * s.Count];
        var inverse = s.Cell.Inverse;
        _rotation = [.. operations.Select(o => inverse * o.Rotation.Transposed.ToMat3() * s.Cell)];
        _image = [.. operations.Select(o => Images(s, o))];
    }

    static int[] Images(Structure s, SymmetryOperation o)
    {
        var rotation = o.Rotation.Transposed.ToMat3();
        return [.. Enumerable.Range(0, s.Count).Select(i =>
        {
            var f = s.Fractional[i] * rotation + o.Translation;
            int best = -1;
            var nearest = ToleranceA * ToleranceA;
            for (var j = 0; j < s.Count; j++)
            {
                if (s.Species[j] != s.Species[i]) continue;
                var d = f - s.Fractional[j];
                var distance = (new Vec3(d.X - Math.Round(d.X), d.Y - Math.Round(d.Y), d.Z - Math.Round(d.Z)) * s.Cell).LengthSquared;
                if (distance < nearest) (best, nearest) = (j, distance);
            }
            return best >= 0 ? best : throw new ArgumentException($"the symmetry operation {o} puts atom {i} ({s.Species[i]}) where no {s.Species[i]} is within {ToleranceA} Å");
        })];
    }

    /// <summary>Rows x y z per atom, replaced by their average.</summary>
    public void Vectors(Span<double> v)
    {
        if (_rotation.Length < 2) return;
        Array.Clear(_scratch);
        for (var g = 0; g < _rotation.Length; g++)
        {
            var q = _rotation[g];
            var image = _image[g];
            for (var i = 0; i < image.Length; i++)
            {
                double x = v[3 * i], y = v[3 * i + 1], z = v[3 * i + 2];
                var o = 3 * image[i];
                _scratch[o] += x * q.A.X + y * q.B.X + z * q.C.X;
                _scratch[o + 1] += x * q.A.Y + y * q.B.Y + z * q.C.Y;
                _scratch[o + 2] += x * q.A.Z + y * q.B.Z + z * q.C.Z;
            }
        }
        for (var k = 0; k < v.Length; k++) v[k] = _scratch[k] / _rotation.Length;
    }

    /// <summary>A tensor's symmetric part, averaged.</summary>
    public Mat3 Tensor(Mat3 m)
    {
        m = 0.5 * (m + m.Transposed);
        if (_rotation.Length < 2) return m;
        Mat3 sum = default;
        foreach (var q in _rotation) sum += q.Transposed * m * q;
        return (1.0 / _rotation.Length) * sum;
    }
}
