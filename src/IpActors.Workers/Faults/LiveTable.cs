using System.Diagnostics;
using System.Runtime.CompilerServices;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Faults;

/// <summary>
/// A fault table over a running program. Outputs may be large: they are read again only when they have grown or been silent for long, and so seldom that reading takes a fiftieth of the time at most.
/// </summary>
/// <param name="outputs">The files whose growth is a sign of life.</param>
public sealed class LiveTable<T>(FaultTable<T> table, ImmutableArray<string> outputs) where T : RunEvidence
{
    const double LeastSecondsBetween = 2, SilentSeconds = 120;

    sealed class State
    {
        public long Size = -1;
        public long Grew = Stopwatch.GetTimestamp(), Read;
        public double Cost;
        public bool Grown;
    }

    readonly ConditionalWeakTable<RunFolder, State> _states = [];

    public WatchVerdict? Judge(PartRequest request, RunFolder folder, double elapsedSeconds, Func<T> read)
    {
        var s = _states.GetOrCreateValue(folder);
        var size = outputs.Sum(o => new FileInfo(folder.PathOf(o)) is { Exists: true } f ? f.Length : 0);
        if (size != s.Size) (s.Size, s.Grew, s.Grown) = (size, Stopwatch.GetTimestamp(), true);
        var quiet = Stopwatch.GetElapsedTime(s.Grew).TotalSeconds;
        if (s.Read != 0 && Stopwatch.GetElapsedTime(s.Read).TotalSeconds < Math.Max(LeastSecondsBetween, 50 * s.Cost)) return null;
        if (!s.Grown && quiet < SilentSeconds && request.WalltimeSeconds is null) return null;
        var started = Stopwatch.GetTimestamp();
        var evidence = read() with { QuietSeconds = quiet, SecondsLeft = request.WalltimeSeconds - elapsedSeconds, WalltimeSeconds = request.WalltimeSeconds };
        (s.Cost, s.Read, s.Grown) = (Stopwatch.GetElapsedTime(started).TotalSeconds, Stopwatch.GetTimestamp(), false);
        if (table.Decide(evidence, evidence.Settings, request.Met) is { } failed) return new WatchVerdict.Fail(failed);
        return table.Diagnose(evidence).FirstOrDefault(f => f.Action != FaultAction.End) switch
        {
            { Action: FaultAction.AskToStop } f => new WatchVerdict.AskToStop(f.Message),
            { Action: FaultAction.EndAndRead } f => new WatchVerdict.EndAndRead(f.Message),
            _ => null,
        };
    }
}
