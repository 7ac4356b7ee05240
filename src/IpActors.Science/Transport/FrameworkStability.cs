using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Science.Transport;

/// <summary>Whether the framework, all that is not the mobile ion, stays a solid.</summary>
public static class FrameworkStability
{
    /// <summary>Framework root mean square vibration over neighbour distance above which the framework counts as molten (Lindemann's 0.1 to 0.15 and room for one exchanged pair).</summary>
    public const double MoltenRatio = 0.2;

    /// <summary>(MSD / 2)^½ over the nearest-neighbour distance: MSD between two times is twice the mean square vibration.</summary>
    public static double Lindemann(double msdA2, double neighbourA) => Math.Sqrt(msdA2 / 2) / neighbourA;

    /// <summary>Mean over the atoms of a kind of the distance to the nearest of that kind, images included, Å. At most so many of them, evenly spaced, stand for all. O(centres · atoms).</summary>
    public static double NearestNeighbours(Structure s, Func<string, bool> ofKind, int centres = int.MaxValue)
    {
        var kind = Enumerable.Range(0, s.Count).Where(i => ofKind(s.Species[i])).ToArray();
        var every = 1 + (kind.Length - 1) / centres;
        return kind.Where((_, n) => n % every == 0).Average(i => kind.Min(j => Images().Where(v => i != j || v != Vec3.Zero).Min(v =>
        {
            var d = s.Fractional[j] - s.Fractional[i];
            return ((d - new Vec3(Math.Round(d.X), Math.Round(d.Y), Math.Round(d.Z)) + v) * s.Cell).Length;
        })));

        static IEnumerable<Vec3> Images()
        {
            for (var a = -1; a <= 1; a++) for (var b = -1; b <= 1; b++) for (var c = -1; c <= 1; c++) yield return new(a, b, c);
        }
    }
}
