using System.Globalization;
using IpActors.Science.Trajectories;

namespace IpActors.Science.Transport;

/// <summary>Files of one run, in order, to paths: joint frames count once, clocks are checked, the time between frames is settled.</summary>
public static class PathReading
{
    const double ClockTolerance = 5e-3;

    /// <param name="files">Opens each file; may be called twice for a file of which the next is to know where it starts.</param>
    public static TransportPaths Read(IReadOnlyList<Func<TrajectoryReader>> files, PathSettings settings)
    {
        var collector = new PathCollector(settings);
        var (notes, steps, formats) = (new List<string>(), new List<(string Source, double? Fs)>(), new List<string>());
        double? temperature = null;
        TrajectoryReader? previous = null;
        for (var i = 0; i < files.Count; i++)
        {
            using var reader = files[i]();
            var until = i + 1 < files.Count ? StartOf(files[i + 1], reader) : null;
            var clock = new FrameClock(reader.Source, settings.FrameFs is not null);
            var left = 0;
            var firstOfFile = true;
            foreach (var frame in reader.Frames())
            {
                if (firstOfFile && previous is not null) RequireSameAtoms(previous, reader);
                // The next file starts here: what this one wrote after its last restart was computed again.
                if (until is { } end && frame.Clock is { } now && clock.First is { } start && start < end && now >= end) { left++; continue; }
                var joint = firstOfFile || frame.StartsRun || frame.Clock is { } c && c == clock.Last;
                firstOfFile = false;
                if (joint && collector.Repeats(frame)) { clock.Joint(frame); continue; }
                clock.Take(frame);
                // Across a join image counts may start anew.
                collector.Add(frame, reader, reader.Unwrapped && !joint);
            }
            if (left > 1) notes.Add($"{reader.Source}: its last {left} frames are in the next file too, and are taken from there");
            notes.AddRange(reader.Notes);
            steps.Add((reader.Source, clock.Step is { } s && reader.ClockUnitFs is { } unit ? s * unit : reader.FrameStepFs));
            if (!formats.Contains(reader.Format)) formats.Add(reader.Format);
            temperature ??= reader.TemperatureK;
            previous = reader;
        }
        return collector.Finish(FrameFs(steps, settings.FrameFs, notes), temperature, string.Join(" + ", formats), notes);
    }

    /// <summary>The first clock of the next file, where both files are of one kind and have clocks.</summary>
    static double? StartOf(Func<TrajectoryReader> next, TrajectoryReader reader)
    {
        using var peek = next();
        if (peek.GetType() != reader.GetType() || peek is XdatcarReader or VasprunReader) return null;
        return peek.Frames().FirstOrDefault()?.Clock;
    }

    static void RequireSameAtoms(TrajectoryReader a, TrajectoryReader b)
    {
        if (!a.Species.SequenceEqual(b.Species))
            throw new InputException($"{b.Source}: other atoms than {a.Source} ({b.Species.Length} and {a.Species.Length}, or in another order); files given together are one run; analyse others one by one");
    }

    static double FrameFs(List<(string Source, double? Fs)> steps, double? asked, List<string> notes)
    {
        var known = steps.Where(s => s.Fs is > 0).ToArray();
        if (asked is { } fs)
        {
            foreach (var (source, said) in known.Where(k => Math.Abs(k.Fs!.Value - fs) > ClockTolerance * fs))
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"{source}: says {said:0.####} fs between frames; --frame-fs {fs:0.####} is taken"));
            return fs;
        }
        if (known.Length == 0) throw new InputException($"{steps[0].Source}: does not say the time between its frames; give it with --frame-fs (for LAMMPS dumps --timestep-fs)");
        foreach (var (source, said) in known.Where(k => Math.Abs(k.Fs!.Value - known[0].Fs!.Value) > ClockTolerance * known[0].Fs!.Value))
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{source}: {said:0.####} fs between frames, but {known[0].Fs:0.####} fs in {known[0].Source}; files given together are one run at equal steps"));
        return known[0].Fs!.Value;
    }

    /// <summary>The frames' own clock: even, and forward.</summary>
    sealed class FrameClock(string source, bool ignored)
    {
        public double? First { get; private set; }
        public double? Last { get; private set; }
        /// <summary>Mean over the frames: times are printed with few digits.</summary>
        public double? Step => _steps > 0 ? (Last - First) / _steps : null;
        double? _step;
        int _steps;

        public void Joint(TrajectoryFrame frame) => (First, Last) = (First ?? frame.Clock, frame.Clock);

        public void Take(TrajectoryFrame frame)
        {
            if (frame.Clock is not { } now) return;
            if (Last is { } last && !ignored)
            {
                if (now <= last) throw new InputException(FormattableString.Invariant($"{source}:{frame.Line}: time goes from {last} to {now}; give the parts of a run as files in their order, or ignore the times with --frame-fs"));
                if (_step is { } step && Math.Abs(now - last - step) > ClockTolerance * step)
                    throw new InputException(FormattableString.Invariant($"{source}:{frame.Line}: {now - last} from the frame before, {step} between others; frames must be evenly spaced (or give --frame-fs)"));
                _step ??= now - last;
            }
            if (Last is not null) _steps++;
            First ??= now;
            Last = now;
        }
    }
}
