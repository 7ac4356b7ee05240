using IpActors.Science.Acquisition;
using IpActors.Science.Numerics;

namespace IpActors.Science.Backtests;

/// <param name="Evaluations">evaluations after which the replay ends, the initial ones among them</param>
/// <param name="Starts">starts of each likelihood maximisation</param>
public sealed record ReplaySettings(int Initial = 20, int Batch = 10, double Beta = 1, int Evaluations = 200, int Starts = 4)
{
    /// <summary>Rolling: as soon as <see cref="SelectAfter"/> of those under way are in, as many are selected anew, the others being imagined; else batch by batch.</summary>
    public bool Rolling { get; init; }
    /// <summary>Evaluations at a time; 0: the batch.</summary>
    public int Slots { get; init; }
    public int SelectAfter { get; init; } = 1;
    /// <summary>Hyperparameters are fitted anew when so many results have come in since the last fit.</summary>
    public int RefitEvery { get; init; } = 1;
    /// <summary>What rolling imagines of those under way, whatever the rule (greedy-believer always believes).</summary>
    public PendingRule Pending { get; init; }
    /// <summary>Standard deviation of the logarithm of an evaluation's duration, whose mean is 1.</summary>
    public double TimeSpread { get; init; }
    /// <summary>Objectives known for the whole pool, used with sigma 0.</summary>
    public ImmutableArray<int> Known { get; init; } = [];
    /// <summary>Noise of a bound that stands for a value, per objective; empty: 1.</summary>
    public ImmutableArray<double> CensoredNoise { get; init; } = [];

    public int SlotCount => Slots > 0 ? Slots : Batch;
}

/// <summary>Hypervolume after the initial set and after each batch (rolling: after as many evaluations), and the time at that point in mean durations of an evaluation.</summary>
public sealed record Trace(ImmutableArray<int> Evaluations, ImmutableArray<double> Volumes)
{
    public ImmutableArray<double> Times { get; init; } = [];

    /// <summary>Evaluations after which the volume is at least that share of <paramref name="total"/>; null when it never is.</summary>
    public int? ToReach(double share, double total) => IndexOf(share, total) is { } i ? Evaluations[i] : null;

    /// <summary>As <see cref="ToReach"/>, in time.</summary>
    public double? TimeToReach(double share, double total) => IndexOf(share, total) is { } i && !Times.IsEmpty ? Times[i] : null;

    int? IndexOf(double share, double total)
    {
        for (var i = 0; i < Volumes.Length; i++) if (Volumes[i] >= share * total) return i;
        return null;
    }
}

/// <summary>
/// A campaign's sampling on a pool whose values are known: the space-filling initial set, then a Gaussian process per objective, the ranking of all that is open and the next batch, with the
/// very functions that campaigns use. Equal pool, rule, settings and seed give equal bits on any number of cores.
/// </summary>
public static class Replay
{
    /// <summary>The rules that can be replayed, by their names in campaign files; greedy-believer is the rule greedy with pending: believer.</summary>
    public static readonly ImmutableArray<string> Rules = ["uhvi", "greedy", "greedy-believer", "ehvi", "random"];

    /// <param name="seed">decides the initial set (the same for every rule), the fits' starts, the durations and the draws of the rule "random"</param>
    /// <exception cref="ArgumentException">an unknown rule; ehvi with more than three objectives</exception>
    public static Trace Run(KnownPool pool, string rule, ReplaySettings settings, long seed)
    {
        if (!Rules.Contains(rule)) throw new ArgumentException($"unknown rule '{rule}'", nameof(rule));
        var most = Math.Min(settings.Evaluations, pool.Count);
        var index = Enumerable.Range(0, pool.Count).ToDictionary(i => pool.Ids[i]);
        int[] initial = [.. SpaceFilling.Select(pool.Ids.Select((id, i) => (id, pool.Features.Row(i).ToArray())), Math.Min(settings.Initial, most), SeededRandom.Stream(seed, "initial")).Select(id => index[id])];
        var (choice, slots) = (new ReplayChoice(pool, rule, settings, seed, index), new SimulatedSlots(settings, pool, seed));
        var (known, points) = (new SortedSet<int>(), new List<(int, double, double)>());
        slots.Queue(initial);
        var (taken, iteration, due) = (new SortedSet<int>(initial), 1, initial.Length);
        while (true)
        {
            known.Add(slots.Next());
            if (known.Count == due) { points.Add((due, pool.VolumeOf(known), slots.Now)); due = Math.Min(due + settings.Batch, most); }
            if (known.Count == most) return new([.. points.Select(p => p.Item1)], [.. points.Select(p => p.Item2)]) { Times = [.. points.Select(p => p.Item3)] };
            var room = Math.Min(settings.Rolling ? settings.SlotCount - slots.UnderWay : settings.Batch, most - taken.Count);
            var now = settings.Rolling ? slots.UnderWay <= settings.SlotCount - settings.SelectAfter && known.Count >= (initial.Length + 1) / 2 : slots.UnderWay == 0;
            if (!now || room <= 0) continue;
            var next = choice.Next(known, taken, room, iteration++);
            taken.UnionWith(next);
            slots.Queue(next);
        }
    }
}
