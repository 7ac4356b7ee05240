using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Builtin;

namespace IpActors.Workers.Cp2k;

/// <summary>
/// Takes back what an optimisation in the elements of a triangular cell leaves of broken symmetry: CP2K keeps a space group in forces and stress, but the first steps of its optimiser shear cells whose vectors are not orthogonal, and its
/// limits let some tenths of a degree remain. The metric C = F Fᵀ with F = h0⁻¹ h and the displacements in the start's frame are averaged over the start's operations.
/// </summary>
static class Cp2kSymmetry
{
    public static Structure Restore(Structure start, Structure relaxed)
    {
        var operations = Spglib.Operations(start);
        if (operations.Length < 2) return relaxed;
        var projection = new SymmetryProjection(start, operations);
        var f = start.Cell.Inverse * relaxed.Cell;
        var metric = start.Cell * projection.Tensor(f * f.Transposed) * start.Cell.Transposed;
        var moved = new double[3 * start.Count];
        for (var i = 0; i < start.Count; i++)
        {
            var d = relaxed.Fractional[i] - start.Fractional[i];
            var r = new Vec3(d.X - Math.Round(d.X), d.Y - Math.Round(d.Y), d.Z - Math.Round(d.Z)) * start.Cell;
            (moved[3 * i], moved[3 * i + 1], moved[3 * i + 2]) = (r.X, r.Y, r.Z);
        }
        projection.Vectors(moved);
        var inverse = start.Cell.Inverse;
        return new(Triangular(metric), start.Species, [.. start.Fractional.Select((p, i) => (p + new Vec3(moved[3 * i], moved[3 * i + 1], moved[3 * i + 2]) * inverse).Wrapped())]);
    }

    /// <summary>The cell with a along x and b in the xy plane that has these scalar products: Cholesky's factor.</summary>
    static Mat3 Triangular(Mat3 g)
    {
        double a = Math.Sqrt(g.A.X), bx = g.B.X / a, by = Math.Sqrt(g.B.Y - bx * bx), cx = g.C.X / a, cy = (g.C.Y - bx * cx) / by;
        double Clean(double v) => Math.Abs(v) < 1e-10 * a ? 0 : v;
        return new(new(a, 0, 0), new(Clean(bx), by, 0), new(Clean(cx), Clean(cy), Math.Sqrt(g.C.Z - cx * cx - cy * cy)));
    }
}
