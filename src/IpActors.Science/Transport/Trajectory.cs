using IpActors.Science.Numerics;

namespace IpActors.Science.Transport;

/// <summary>
/// Unwrapped Cartesian positions (Å) of some atoms at equal time steps: <c>Positions[(frame·Atoms + atom)·3 + axis]</c>.
/// </summary>
public sealed class Trajectory
{
    public Trajectory(int frames, int atoms, double frameStepPs, double[] positionsA)
    {
        if (frames < 1 || atoms < 1) throw new InputException($"trajectory has {frames} frames of {atoms} atoms: nothing to analyse; give at least one of each");
        if (!(frameStepPs > 0)) throw new InputException($"trajectory frame step is {frameStepPs} ps; give the positive time between stored frames");
        if (positionsA.Length != frames * atoms * 3) throw new ArgumentException($"{positionsA.Length} coordinates for {frames} frames of {atoms} atoms");
        (Frames, Atoms, FrameStepPs, PositionsA) = (frames, atoms, frameStepPs, positionsA);
    }

    public int Frames { get; }
    public int Atoms { get; }
    public double FrameStepPs { get; }
    public double[] PositionsA { get; }
    public double LengthPs => (Frames - 1) * FrameStepPs;

    public Vec3 At(int frame, int atom)
    {
        var o = (frame * Atoms + atom) * 3;
        return new(PositionsA[o], PositionsA[o + 1], PositionsA[o + 2]);
    }

    /// <summary>The same frames for some of the atoms, in the order given.</summary>
    public Trajectory Select(IReadOnlyList<int> atoms)
    {
        var p = new double[Frames * atoms.Count * 3];
        for (var f = 0; f < Frames; f++)
            for (var a = 0; a < atoms.Count; a++) Array.Copy(PositionsA, (f * Atoms + atoms[a]) * 3, p, (f * atoms.Count + a) * 3, 3);
        return new(Frames, atoms.Count, FrameStepPs, p);
    }

    /// <summary>
    /// Joins a resumed run to this one. When the second starts with the frame the first ended on, that frame counts once; positions of the second are moved by nothing, so unwrap across the join first.
    /// </summary>
    public Trajectory Append(Trajectory next)
    {
        if (next.Atoms != Atoms || next.FrameStepPs != FrameStepPs) throw new InputException($"cannot join a trajectory of {next.Atoms} atoms every {next.FrameStepPs} ps to one of {Atoms} atoms every {FrameStepPs} ps; give parts of one run");
        var row = Atoms * 3;
        var joint = PositionsA.AsSpan(^row..).SequenceEqual(next.PositionsA.AsSpan(0, row)) ? 1 : 0;
        return new(Frames + next.Frames - joint, Atoms, FrameStepPs, [.. PositionsA, .. next.PositionsA.AsSpan(joint * row)]);
    }
}
