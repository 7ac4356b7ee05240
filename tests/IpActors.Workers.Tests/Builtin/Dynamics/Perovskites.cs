using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Tests.Builtin.Dynamics;

static class Perovskites
{
    /// <summary>n x n x n cells of Pm-3m Li3OCl, a = 3.90 Å.</summary>
    public static Structure Li3OCl(int n) => Supercell.Make(
        new(Mat3.Diagonal(3.9, 3.9, 3.9), ["O", "Cl", "Li", "Li", "Li"], [new(0.5, 0.5, 0.5), Vec3.Zero, new(0.5, 0.5, 0), new(0.5, 0, 0.5), new(0, 0.5, 0.5)]), IntMat3.Diagonal(n, n, n));
}
