using IpActors.Science.Acquisition;
using IpActors.Science.Backtests;
using IpActors.Science.Descriptors;

namespace IpActors.Science.Tests.Backtests;

public class RollingReplayTests
{
    static readonly KnownPool Zdt = TestProblems.Zdt1(60, 10, 1);
    static readonly ReplaySettings Short = new(Initial: 8, Batch: 4, Evaluations: 24, Starts: 1) { TimeSpread = 0.6 };

    [Theory, InlineData("uhvi"), InlineData("greedy-believer"), InlineData("random")]
    public void One_slot_selects_as_batches_of_one_do(string rule)
    {
        var one = Short with { Batch = 1, Evaluations = 16 };
        var (batches, rolling) = (Replay.Run(Zdt, rule, one, 3), Replay.Run(Zdt, rule, one with { Rolling = true }, 3));
        Assert.Equal<double>(batches.Volumes, rolling.Volumes);
        Assert.Equal<double>(batches.Times, rolling.Times);
    }

    [Theory, InlineData("greedy"), InlineData("ehvi"), InlineData("random")]
    public void Rolling_keeps_the_slots_busy_and_gives_the_same_trace_again(string rule)
    {
        var settings = Short with { Rolling = true, Pending = PendingRule.Believer, RefitEvery = 4 };
        var (a, b) = (Replay.Run(Zdt, rule, settings, 2), Replay.Run(Zdt, rule, settings, 2));
        Assert.Equal<double>(a.Volumes, b.Volumes);
        Assert.Equal<double>(a.Times, b.Times);
        Assert.Equal<int>([8, 12, 16, 20, 24], a.Evaluations);
        // The same evaluations take less time than in batches that wait for their slowest.
        Assert.True(a.Times[^1] < Replay.Run(Zdt, rule, Short, 2).Times[^1], "rolling is not faster");
    }

    [Fact] public void Equal_durations_are_counted_in_whole_rounds() =>
        Assert.Equal<double>([2, 3, 4, 5, 6], Replay.Run(Zdt, "random", Short with { TimeSpread = 0 }, 1).Times);

    [Fact] public void A_known_objective_needs_no_model_and_finds_its_best_at_once()
    {
        var line = new KnownPool([.. Enumerable.Range(0, 30).Select(i => $"c{i:D2}")], LatentPool.FromRows([1], [.. Enumerable.Range(0, 30).Select(i => new[] { (double)i })]), [.. Enumerable.Range(0, 30).Select(i => new[] { (double)(i * 7 % 30) })], [-1.0]);
        var trace = Replay.Run(line, "greedy", new(Initial: 2, Batch: 1, Evaluations: 3, Starts: 1) { Known = [0] }, 1);
        Assert.Equal(line.Volume, trace.Volumes[^1]);
    }

    [Fact] public void Bounds_are_no_part_of_volume_and_front()
    {
        var pool = new KnownPool(["a", "b", "c"], LatentPool.FromRows([1], [[0], [1], [2]]), [[1, 1], [2, 2], [9, 9]], [0, 0], [[false, false], [false, false], [false, true]]);
        Assert.Equal((4, "b"), (pool.Volume, string.Join(' ', pool.Front.Select(i => pool.Ids[i]))));
        Assert.Equal(4, Replay.Run(pool, "uhvi", new(Initial: 2, Batch: 1, Starts: 1), 1).Volumes[^1]);
    }
}
