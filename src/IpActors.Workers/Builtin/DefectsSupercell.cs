using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using Lattice = IpActors.Science.Crystals.LatticeReduction;

namespace IpActors.Workers.Builtin;

/// <summary>How large a cell a defect gets: no image of it nearer than a stated length.</summary>
public static class DefectsSupercell
{
    const int LargestIndex = 400;

    /// <summary>
    /// The smallest supercell whose shortest lattice vector (distance of a defect from its own image) is at least <paramref name="edgeA"/> Å: over all integer matrices of one determinant
    /// (Hermite normal forms) the one with the longest shortest vector, in its Minkowski-reduced basis, which has no edge shorter than that either. Or, with
    /// <paramref name="diagonal"/>, n_i = ceil(edge / |a_i|), which fits the usual practice but needs up to twice the atoms.
    /// </summary>
    public static IntMat3 Smallest(Mat3 cell, double edgeA, bool diagonal = false)
    {
        if (!(edgeA > 0)) throw new InputException($"smallest edge of the defect cell is {edgeA} A; give a positive length, 10 in the paper");
        if (diagonal) return IntMat3.Diagonal(Repeats(cell.A), Repeats(cell.B), Repeats(cell.C));
        for (var index = 1; index <= LargestIndex; index++)
        {
            var best = (Shortest: 0.0, Matrix: IntMat3.Identity);
            foreach (var h in HermiteForms(index))
            {
                var (reduced, transform) = Lattice.Minkowski(h.ToMat3() * cell);
                if (reduced.A.Length > best.Shortest * (1 + 1e-9)) best = (reduced.A.Length, transform * h);
            }
            if (best.Shortest >= edgeA * (1 - 1e-9)) return best.Matrix;
        }
        throw new InputException($"no supercell of up to {LargestIndex} cells has all edges of {edgeA} A; ask for a shorter edge");

        int Repeats(Vec3 v) => (int)Math.Ceiling(edgeA / v.Length - 1e-9);
    }

    static IEnumerable<IntMat3> HermiteForms(int index)
    {
        for (var a = 1; a <= index; a++)
            for (var b = 1; a * b <= index; b++)
            {
                if (index % (a * b) != 0) continue;
                var c = index / (a * b);
                for (var ab = 0; ab < b; ab++) for (var ac = 0; ac < c; ac++) for (var bc = 0; bc < c; bc++) yield return new(a, ab, ac, 0, b, bc, 0, 0, c);
            }
    }
}
