using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>Forces in single precision, from points to atoms.</summary>
sealed partial class NeighbourList
{
    /// <summary>Adds the forces on images to those on their atoms, into the double precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void FoldSingles()
    {
        fixed (float* singles = SingleForces)
        fixed (double* forces = Forces)
        fixed (int* atom = _ghostAtom)
        {
            for (var g = 0; g < _ghosts; g++)
            {
                var a = singles + 4 * atom[g];
                (Vector128.Load(a) + Vector128.Load(singles + 4 * (_n + g))).Store(a);
            }
            for (var i = 0; i < 4 * _n; i += 8)
            {
                var (lower, upper) = Vector256.Widen(Vector256.Load(singles + i));
                lower.Store(forces + i);
                upper.Store(forces + i + 4);
            }
        }
    }

    /// <summary>-Σ f r over atoms and images, each at its own place, symmetrised: the strain derivative of the pair energy. Before <see cref="FoldSingles"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Mat3 StrainOfSingles()
    {
        Vector256<double> x = default, y = default, z = default;
        for (var p = 0; p < PointCount; p++)
        {
            var f = Vector256.Create((double)SingleForces[4 * p], SingleForces[4 * p + 1], SingleForces[4 * p + 2], 0);
            x = Vector256.FusedMultiplyAdd(f, Vector256.Create((double)Singles[4 * p]), x);
            y = Vector256.FusedMultiplyAdd(f, Vector256.Create((double)Singles[4 * p + 1]), y);
            z = Vector256.FusedMultiplyAdd(f, Vector256.Create((double)Singles[4 * p + 2]), z);
        }
        return new(new(-x[0], -0.5 * (x[1] + y[0]), -0.5 * (x[2] + z[0])), new(-0.5 * (x[1] + y[0]), -y[1], -0.5 * (y[2] + z[1])), new(-0.5 * (x[2] + z[0]), -0.5 * (y[2] + z[1]), -z[2]));
    }
}
