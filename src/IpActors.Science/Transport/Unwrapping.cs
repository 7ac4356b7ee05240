using IpActors.Science.Numerics;

namespace IpActors.Science.Transport;

/// <summary>Continuous paths from coordinates folded into a periodic cell.</summary>
public static class Unwrapping
{
    /// <summary>
    /// u(0) = f(0)·h(0), u(k) = u(k-1) + [Δf - round(Δf)]·h(k): the minimum image of each step in fractional coordinates, made Cartesian with the cell of that
    /// step, so the breathing of a constant-pressure cell moves no atom at rest in it (von Bülow, Bullerjahn and Hummer, J. Chem. Phys. 153, 021101 (2020), discuss why
    /// rescaling whole unwrapped paths is wrong). Right as long as no atom moves half a cell between frames. Unwrap before removing drift: drift may carry atoms over the boundary.
    /// </summary>
    /// <param name="cells">One cell for all frames, or one per frame (rows are lattice vectors, Å).</param>
    /// <param name="fractional">Fractional coordinates [(frame·atoms + atom)·3 + axis], folded or not.</param>
    public static Trajectory Unwrap(IReadOnlyList<Mat3> cells, double[] fractional, int frames, int atoms, double frameStepPs)
    {
        if (cells.Count != 1 && cells.Count != frames) throw new InputException($"{cells.Count} cells for {frames} frames; give one cell, or one for each frame");
        var u = new double[frames * atoms * 3];
        for (var f = 0; f < frames; f++)
        {
            var h = cells[cells.Count == 1 ? 0 : f];
            for (var a = 0; a < atoms; a++)
            {
                var o = (f * atoms + a) * 3;
                var previous = o - atoms * 3;
                var step = f == 0 ? Fraction(o) : MinimumImage(Fraction(o) - Fraction(previous));
                var r = step * h;
                if (f > 0) r += new Vec3(u[previous], u[previous + 1], u[previous + 2]);
                (u[o], u[o + 1], u[o + 2]) = (r.X, r.Y, r.Z);
            }
        }
        return new(frames, atoms, frameStepPs, u);

        Vec3 Fraction(int o) => new(fractional[o], fractional[o + 1], fractional[o + 2]);
    }

    static Vec3 MinimumImage(Vec3 d) => new(d.X - Math.Round(d.X), d.Y - Math.Round(d.Y), d.Z - Math.Round(d.Z));
}

/// <summary>The motion of the frame of reference, taken out of an unwrapped trajectory.</summary>
public static class Drift
{
    /// <summary>
    /// r_i(k) - [R(k) - R(0)], R the centre of mass of the framework atoms: the lattice the ions move against stands still. Without framework atoms (empty list) R is that of all atoms.
    /// </summary>
    public static Trajectory Remove(Trajectory t, IReadOnlyList<double> massesU, IReadOnlyList<int> framework)
    {
        if (massesU.Count != t.Atoms) throw new InputException($"{massesU.Count} masses for {t.Atoms} atoms; give one each");
        var reference = framework.Count > 0 ? framework : [.. Enumerable.Range(0, t.Atoms)];
        var mass = reference.Sum(i => massesU[i]);
        var p = (double[])t.PositionsA.Clone();
        var start = Centre(0);
        for (var f = 0; f < t.Frames; f++)
        {
            var d = Centre(f) - start;
            for (var a = 0; a < t.Atoms; a++)
            {
                var o = (f * t.Atoms + a) * 3;
                p[o] -= d.X; p[o + 1] -= d.Y; p[o + 2] -= d.Z;
            }
        }
        return new(t.Frames, t.Atoms, t.FrameStepPs, p);

        Vec3 Centre(int frame)
        {
            var sum = Vec3.Zero;
            foreach (var i in reference) sum += massesU[i] * t.At(frame, i);
            return (1 / mass) * sum;
        }
    }
}
