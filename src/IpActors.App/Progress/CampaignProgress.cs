using System.Globalization;
using IpActors.App.Exports;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Views;

namespace IpActors.App.Progress;

/// <summary>How a campaign stands, in a few numbers and words: a pure function of its view.</summary>
/// <param name="Headline">The stage with what it is at.</param>
/// <param name="Done">Units done in this stage, of <paramref name="Total"/> (0: not countable).</param>
sealed record CampaignProgress(CampaignStage Stage, bool Paused, string Headline, long Done, long Total, ImmutableArray<(string Name, int Count)> Compounds, int Running, int Queued, long RunsDone, long RunsFailed, int? Iteration, double? Hypervolume, ImmutableArray<string> Best)
{
    public static CampaignProgress Of(CampaignView view)
    {
        var c = view.Coordinator;
        var running = view.OpenRuns.Values.Count(r => r.Stage is RunStage.Running or RunStage.Starting);
        var (headline, done, total) = Stand(view);
        var last = c.Iterations.IsEmpty ? null : c.Iterations[^1];
        return new(c.Stage, c.Paused && !c.IsOver, headline, done, total, [.. Enum.GetValues<CompoundStage>().Where(s => view.Count(s) > 0).Select(s => (s.ToString(), view.Count(s)))], running, view.OpenRuns.Count - running,
            view.RunsDone, view.RunsFailed, c.IsRolling ? last?.Iteration : c.Batches.IsEmpty ? null : c.Batches[^1].Iteration, c.Result?.Hypervolume ?? last?.Hypervolume, last is null ? [] : [.. last.Best.Select(b => BestText(view, b))]);
    }

    static (string, long, long) Stand(CampaignView view)
    {
        var c = view.Coordinator;
        switch (c.Stage)
        {
            case CampaignStage.Unknown: return ("not begun", 0, 0);
            case CampaignStage.Enumerating: return ($"enumerating the space: {view.Compounds.Count} compounds so far", 0, 0);
            case CampaignStage.Screening:
                var left = view.Count(CompoundStage.Generated);
                return ($"screening: {c.Space!.Count - left} of {c.Space.Count} compounds relaxed{(c.Hull is null ? ", hull not fixed yet" : "")}", c.Space.Count - left, c.Space.Count);
            case CampaignStage.Seeding: return ($"seeding: {(c.Description is null ? "describing" : "choosing the initial set from")} the pool of {c.Pool!.Count}", 0, 0);
            case CampaignStage.Iterating when c.IsRolling:
                return ($"{c.Evaluations.Count} compounds evaluated, {c.SelectedCount - c.Evaluations.Count} under evaluation{(c.Closed is { } why ? $", none to follow ({why})" : c.Selecting is null ? "" : $"; selection {c.NextIteration} under way")}",
                    view.RunsDone + view.RunsFailed, view.RunsDone + view.RunsFailed + view.OpenRuns.Count);
            case CampaignStage.Iterating when c.BatchIsOpen:
                var batch = c.Batches[^1];
                return ($"iteration {batch.Iteration}: {batch.Chosen.Count(x => c.Evaluations.ContainsKey(x.Compound))} of {batch.Chosen.Length} compounds evaluated", view.RunsDone + view.RunsFailed, view.RunsDone + view.RunsFailed + view.OpenRuns.Count);
            case CampaignStage.Iterating: return ($"iteration {c.NextIteration}: fitting and selecting", 0, 0);
            case CampaignStage.Ranking: return ("ranking", 0, 0);
            default: return (c.EndReason ?? "over", 0, 0);
        }
    }

    static string BestText(CampaignView view, BestValue b) => $"{PropertyColumns.Title(b.Objective)} {b.Value.ToString("G4", CultureInfo.InvariantCulture)} ({view.Compounds[b.Compound].Identity.Formula})";

    /// <summary>One line for a log or a terminal that cannot redraw.</summary>
    public string Line(TimeSpan? left) =>
        $"{(Paused ? "paused; " : "")}{Headline}; {Running} running, {Queued} queued, {RunsDone} done, {RunsFailed} given up{(Hypervolume is { } v ? $"; hypervolume {v.ToString("G6", CultureInfo.InvariantCulture)}" : "")}{(left is { } t ? $"; about {TimeLeft.Text(t)} left in this stage" : "")}";
}
