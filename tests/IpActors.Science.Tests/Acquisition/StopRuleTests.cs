using IpActors.Science.Acquisition;

namespace IpActors.Science.Tests.Acquisition;

public class StopRuleTests
{
    static Progress After(int iteration, double best, double volume) => new(iteration, [best, 1], volume, 20 + 10 * iteration);

    [Fact]
    public void Three_iterations_in_a_row_without_a_new_best_value_stop_the_campaign()
    {
        Progress[] history = [After(0, 1, 5), After(1, 2, 6), After(2, 2, 6.5), After(3, 2, 7), After(4, 2, 7)];
        Assert.False(StopRule.Evaluate(history[..4], new StopSettings(), remaining: 5).Stop);
        var verdict = StopRule.Evaluate(history, new StopSettings(), remaining: 5);
        Assert.Equal("no best value of any objective changed for 3 consecutive iterations", verdict.Reason);
        Assert.Equal((3, 0.0), (verdict.Unchanged, verdict.VolumeGained));
    }

    [Fact]
    public void A_new_best_value_of_any_objective_starts_the_count_again() =>
        Assert.Equal(1, StopRule.Evaluate([After(0, 1, 5), After(1, 1, 5), After(2, 1, 5), After(3, 1.5, 5), After(4, 1.5, 6)], new StopSettings(), 5).Unchanged);

    [Fact]
    public void Budget_empty_pool_and_stagnant_volume_stop_where_asked_for()
    {
        Progress[] history = [After(0, 1, 5), After(1, 2, 6), After(2, 3, 6.001)];
        Assert.Null(StopRule.Evaluate(history, new StopSettings(), 5).Reason);
        Assert.Contains("budget is 40", StopRule.Evaluate(history, new StopSettings(Budget: 40), 5).Reason);
        Assert.Contains("every candidate", StopRule.Evaluate(history, new StopSettings(), 0).Reason);
        Assert.Contains("hypervolume", StopRule.Evaluate(history, new StopSettings(UnchangedVolume: 1), 5).Reason);
        Assert.Null(StopRule.Evaluate(history, new StopSettings(UnchangedVolume: 2), 5).Reason);
        Assert.Equal(0.001, StopRule.Evaluate(history, new StopSettings(), 5).VolumeGained, 1e-12);
    }

    [Fact]
    public void Progress_holds_the_best_of_each_objective_and_the_volume()
    {
        var progress = Progress.Of(2, [[1, 3], [2, 1]], [0, 0], evaluated: 9);
        Assert.Equal<double>([2, 3], progress.Best);
        Assert.Equal(4, progress.Hypervolume);
    }
}
