using IpActors.Science.Numerics;

namespace IpActors.Science.Transport;

/// <summary>
/// Counts jumps between sites without knowing the sites: an atom's mean position over a short window (vibration averaged out) has hopped when it lies farther than
/// <c>0.6 l</c> from where the atom last settled, now and one window later; it then settles there. Rattling to and fro within a window is no hop. O(frames · atoms).
/// </summary>
public static class HopCounter
{
    public static int Count(Trajectory t, double hopLengthA, double windowPs = 0.25)
    {
        var w = Math.Max(1, (int)Math.Round(windowPs / t.FrameStepPs));
        var hops = 0;
        for (var a = 0; a < t.Atoms; a++)
        {
            if (t.Frames < 2 * w) break;
            var home = Mean(a, 0);
            for (var k = w; k + 2 * w <= t.Frames; k += Math.Max(1, w / 2))
            {
                var settled = Mean(a, k + w);
                if (Far(Mean(a, k), home) && Far(settled, home)) { hops++; home = settled; }
            }
        }
        return hops;

        bool Far(Vec3 p, Vec3 from) => (p - from).LengthSquared > 0.36 * hopLengthA * hopLengthA;
        Vec3 Mean(int atom, int from)
        {
            var s = Vec3.Zero;
            for (var k = from; k < from + w; k++) s += t.At(k, atom);
            return (1.0 / w) * s;
        }
    }
}
