using IpActors.Science.Numerics;
using IpActors.Science.Transport;

namespace IpActors.Science.Tests.Transport;

/// <summary>Simulated trajectories of which D is known.</summary>
static class Walks
{
    /// <summary>Independent Gaussian steps of variance 2 D Δt per axis (Å), with uncorrelated vibration of standard deviation <paramref name="vibration"/>; D in Å²/ps.</summary>
    public static Trajectory Brownian(ulong seed, int frames, int atoms, double dt, double d, double vibration = 0, Vec3? scale = null)
    {
        var random = new SeededRandom(seed);
        var s = scale ?? new Vec3(1, 1, 1);
        var p = new double[frames * atoms * 3];
        var at = new double[atoms * 3];
        for (var f = 0; f < frames; f++)
            for (var i = 0; i < atoms * 3; i++)
            {
                if (f > 0) at[i] += Math.Sqrt(2 * d * dt) * s[i % 3] * random.NextGaussian();
                p[f * atoms * 3 + i] = at[i] + vibration * random.NextGaussian();
            }
        return new(frames, atoms, dt, p);
    }

    /// <summary>
    /// One vacancy among the ions of an n³ simple cubic lattice (edge l Å) that swaps with a random neighbour at the given rate (1/ps). Ions share the vacancy, so their
    /// displacements are neither independent nor Gaussian. Tracer D = f · rate · l² / (6 (n³-1)), f = 0.6531 (infinite lattice; Montet, Phys. Rev. B 7, 650 (1973)).
    /// </summary>
    public static Trajectory Vacancy(ulong seed, int n, int frames, double dt, double rate, double l, double vibration = 0)
    {
        var random = new SeededRandom(seed);
        var (sites, ions) = (n * n * n, n * n * n - 1);
        var occupant = Enumerable.Range(0, sites).Select(i => i - 1).ToArray(); // -1 is the vacancy, at site 0
        var at = new double[ions * 3];
        var p = new double[frames * ions * 3];
        int[] v = [0, 0, 0];
        var (time, next) = (0.0, -Math.Log(1 - random.NextDouble()) / rate);
        for (var f = 0; f < frames; f++, time = f * dt)
        {
            for (; next <= time; next -= Math.Log(1 - random.NextDouble()) / rate)
            {
                int axis = random.NextInt(3), step = 2 * random.NextInt(2) - 1, old = Site();
                v[axis] = (v[axis] + step + n) % n;
                var ion = occupant[Site()];
                at[ion * 3 + axis] -= step * l;
                (occupant[old], occupant[Site()]) = (ion, -1);
            }
            for (var i = 0; i < ions * 3; i++) p[f * ions * 3 + i] = at[i] + vibration * random.NextGaussian();
        }
        return new(frames, ions, dt, p);

        int Site() => (v[0] * n + v[1]) * n + v[2];
    }
}
