using MathNet.Numerics.Distributions;

namespace IpActors.Science.Transport;

/// <summary>
/// D as the mean over consecutive blocks of the run, each with its own MSD and an ordinary straight line: an error that assumes nothing of how ions move but that blocks are independent. A cross-check of
/// <see cref="DiffusionFit"/>, not better: five numbers know their own scatter to a third (Student's factor for 68 % is in the error), and short blocks see short lags.
/// </summary>
/// <param name="D">cm²/s; may be negative where nothing moves.</param>
/// <param name="StandardError">Half width of the 68 % interval.</param>
public sealed record BlockAverage(double D, double StandardError, int Blocks, double BlockPs, double FitFromPs, double FitToPs)
{
    const int Most = 5, Fewest = 3;
    const double Cm2PerSPerA2PerPs = 1e-4;

    /// <summary>Null where not even three blocks have a window from <paramref name="fromPs"/> to twice that. O(frames · atoms · lags).</summary>
    public static BlockAverage? Of(Trajectory t, DiffusionSpace space, double fromPs, int lagCount = 12)
    {
        var first = Math.Max(1, (int)Math.Round(fromPs / t.FrameStepPs));
        for (var blocks = Most; blocks >= Fewest; blocks--)
        {
            var length = t.Frames / blocks;
            var last = (int)(0.4 * (length - 1));
            if (last < 2 * first || last < 3) continue;
            var lags = MeanSquaredDisplacement.LogLags(first, last, lagCount);
            var slopes = Enumerable.Range(0, blocks).Select(b => Slope(MeanSquaredDisplacement.Tensors(Part(t, b * length, length), lags), space)).ToArray();
            var mean = slopes.Average();
            var scatter = Math.Sqrt(slopes.Sum(s => (s - mean) * (s - mean)) / (blocks - 1) / blocks);
            var scale = Cm2PerSPerA2PerPs / (2 * space.Dimensions);
            return new(mean * scale, StudentT.InvCDF(0, 1, blocks - 1, 0.8413447460685429) * scatter * scale, blocks, (length - 1) * t.FrameStepPs, lags[0] * t.FrameStepPs, lags[^1] * t.FrameStepPs);
        }
        return null;
    }

    static Trajectory Part(Trajectory t, int from, int length) => new(length, t.Atoms, t.FrameStepPs, t.PositionsA.AsSpan(from * t.Atoms * 3, length * t.Atoms * 3).ToArray());

    static double Slope(MsdPoint[] points, DiffusionSpace space)
    {
        double x = points.Average(p => p.LagPs), y = points.Average(p => p.In(space));
        return points.Sum(p => (p.LagPs - x) * (p.In(space) - y)) / points.Sum(p => (p.LagPs - x) * (p.LagPs - x));
    }
}
