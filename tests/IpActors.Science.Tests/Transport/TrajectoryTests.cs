using IpActors.Science.Numerics;
using IpActors.Science.Transport;

namespace IpActors.Science.Tests.Transport;

public class TrajectoryTests
{
    static readonly Mat3 Skew = new(new(8, 0.3, 0), new(-2, 7, 0.5), new(1, 1, 9));

    static double[] Folded(Trajectory t, Func<int, Mat3> cell)
    {
        var f = new double[t.PositionsA.Length];
        for (var k = 0; k < t.Frames; k++)
            for (var a = 0; a < t.Atoms; a++)
            {
                var w = (t.At(k, a) * cell(k).Inverse).Wrapped();
                var o = (k * t.Atoms + a) * 3;
                (f[o], f[o + 1], f[o + 2]) = (w.X, w.Y, w.Z);
            }
        return f;
    }

    [Fact]
    public void Unwrapping_recovers_a_path_folded_into_a_skew_cell()
    {
        var t = Walks.Brownian(1, 500, 6, 0.05, 2);
        var u = Unwrapping.Unwrap([Skew], Folded(t, _ => Skew), t.Frames, t.Atoms, 0.05);
        for (var a = 0; a < 6; a++) Assert.Equal(0, ((u.At(499, a) - u.At(0, a)) - (t.At(499, a) - t.At(0, a))).Length, 9);
        Assert.Contains(Enumerable.Range(0, 6), a => (u.At(499, a) - u.At(0, a)).Length > 9);
    }

    [Fact]
    public void Atoms_at_rest_in_a_breathing_cell_do_not_move()
    {
        Mat3[] cells = [.. Enumerable.Range(0, 50).Select(k => (1 + 0.02 * Math.Sin(k)) * Skew)];
        double[] f = [.. Enumerable.Range(0, 50).SelectMany(_ => new[] { 0.9, 0.1, 0.5 })];
        var u = Unwrapping.Unwrap(cells, f, 50, 1, 0.05);
        Assert.Equal(0, (u.At(49, 0) - u.At(0, 0)).Length, 12);
    }

    [Fact]
    public void Drift_of_the_framework_is_taken_out_after_unwrapping_and_nothing_else()
    {
        // Atoms 0 and 1 are a framework that slides; atom 2 moves by (1, 0, 0) a frame against it.
        var p = new double[10 * 3 * 3];
        for (var k = 0; k < 10; k++)
            for (var a = 0; a < 3; a++)
            {
                var o = (k * 3 + a) * 3;
                (p[o], p[o + 1], p[o + 2]) = (a + 0.3 * k + (a == 2 ? k : 0), -0.7 * k, 0);
            }
        var u = Drift.Remove(new(10, 3, 1, p), [30, 10, 7], [0, 1]);
        Assert.Equal(0, (u.At(9, 2) - u.At(0, 2) - new Vec3(9, 0, 0)).Length, 12);
        Assert.Equal(0, (u.At(9, 0) - u.At(0, 0)).Length, 12);
    }

    [Fact]
    public void A_resumed_run_does_not_count_the_joint_frame_twice()
    {
        var t = Walks.Brownian(1, 20, 2, 0.05, 1);
        var first = new Trajectory(12, 2, 0.05, t.PositionsA[..72]);
        Assert.Equal(t.PositionsA, first.Append(new(9, 2, 0.05, t.PositionsA[66..])).PositionsA);
        Assert.Equal(t.PositionsA, first.Append(new(8, 2, 0.05, t.PositionsA[72..])).PositionsA);
    }

    [Fact]
    public void Msd_of_uniform_motion_is_v_squared_t_squared_along_each_axis()
    {
        Vec3 v = new(1, 2, -3);
        var p = Enumerable.Range(0, 30).SelectMany(k => new[] { v.X * k * 0.1, v.Y * k * 0.1, v.Z * k * 0.1 }).ToArray();
        foreach (var m in MeanSquaredDisplacement.Tensors(new(30, 1, 0.1, p), [1, 7, 20]))
        {
            Assert.Equal(14 * m.LagPs * m.LagPs, m.TotalA2, 9);
            Assert.Equal(4 * m.LagPs * m.LagPs, m.Along(new(0, 1, 0)), 9);
            Assert.Equal(5 * m.LagPs * m.LagPs, m.In(DiffusionSpace.Plane(new(0, 0, 1))), 9);
            Assert.Equal(-6 * m.LagPs * m.LagPs, m.TensorA2[1, 2], 9);
        }
    }

    [Fact]
    public void Msd_of_a_random_walk_is_2_d_D_t()
    {
        var t = Walks.Brownian(7, 4000, 50, 0.1, 0.5);
        foreach (var m in MeanSquaredDisplacement.Tensors(t, [1, 10, 40])) Assert.InRange(m.TotalA2 / (6 * 0.5 * m.LagPs), 0.97, 1.03);
    }

    [Fact]
    public void Hops_are_counted_once_each_and_vibration_is_none()
    {
        // One atom: 3 hops of 2.8 Å at frames 40, 100, 160 of 200, and one quick excursion of two frames that is no hop.
        var random = new SeededRandom(1);
        var p = new double[200 * 3];
        for (var k = 0; k < 200; k++)
        {
            p[3 * k] = 2.8 * ((k >= 40 ? 1 : 0) + (k >= 100 ? 1 : 0) + (k >= 160 ? 1 : 0)) + 0.2 * random.NextGaussian();
            p[3 * k + 1] = (k is 70 or 71 ? 2.8 : 0) + 0.2 * random.NextGaussian();
        }
        Assert.Equal(3, HopCounter.Count(new(200, 1, 0.05, p), 2.8));
    }
}
