using System.Runtime.Intrinsics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// A pair energy as cubic Hermite pieces in s = r², equally spaced from 1.44 Å² to the cutoff: value and slope are exact at the nodes and the force is the
/// derivative of the pieces.
/// </summary>
sealed class PairTable
{
    public const double Start = 1.44;
    const int Intervals = 1536;

    /// <summary>Four coefficients of powers of the position within an interval, interval after interval (one more than needed: s at the cutoff itself).</summary>
    public double[] Coefficients { get; } = new double[4 * (Intervals + 2)];
    public double InverseStep { get; }

    public PairTable(in PairInteraction interaction)
    {
        var step = (interaction.CutoffSquared - Start) / Intervals;
        InverseStep = 1 / step;
        var (u, du) = (new double[Intervals + 3], new double[Intervals + 3]);
        for (var k = 0; k < u.Length; k++)
        {
            interaction.Evaluate(Vector256.Create(Start + k * step), out var energy, out var forceOverR);
            (u[k], du[k]) = (energy[0], -0.5 * forceOverR[0] * step);
        }
        for (var k = 0; k < Intervals + 2; k++)
        {
            var rise = u[k + 1] - u[k];
            (Coefficients[4 * k], Coefficients[4 * k + 1]) = (u[k], du[k]);
            (Coefficients[4 * k + 2], Coefficients[4 * k + 3]) = (3 * rise - 2 * du[k] - du[k + 1], du[k] + du[k + 1] - 2 * rise);
        }
    }
}
