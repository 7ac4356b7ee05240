using IpActors.Domain.Entities;

namespace IpActors.Domain.Campaigns;

/// <summary>
/// The mode that keeps every slot busy. Once half of the initial set is in, a selection begins whenever at least <c>select_after</c> fewer compounds than <c>batch</c> are under evaluation; it knows the evaluations that
/// the journal holds by then, imagines those under way, and chooses as many as are missing. An iteration is counted when so many evaluations are in, failed ones among them, as the initial set and then each time
/// a batch has: stop rules and plots mean the same as in the other mode. When a stop rule holds, nothing more is selected, and what is under way is awaited.
/// </summary>
public static class Rolling
{
    public const string NoCandidate = "no candidate is left in the pool";

    /// <summary>An event, and what follows from it at once.</summary>
    public static IEvent[] With(Campaign s, IEvent e)
    {
        var events = new List<IEvent> { e };
        for (var after = Campaign.Decider.Evolve(s, e); Next(after) is { } next; after = Campaign.Decider.Evolve(after, next)) events.Add(next);
        return [.. events];
    }

    /// <summary>The event that a state calls for without any report, null for none: a pure function, so the audit asks it too.</summary>
    public static IEvent? Next(Campaign s)
    {
        if (!s.IsRolling || s.Stage != CampaignStage.Iterating) return null;
        var underWay = s.SelectedCount - s.Evaluations.Count;
        if (IterationIsDue(s, underWay)) return StopRule.Complete(s);
        if (s.Closed is { } reason) return underWay == 0 ? new SamplingEnded(reason, false) : null;
        if (Spent(s) is { } spent) return new SelectionClosed(spent);
        if (s.Selecting is not null) return null;
        var size = Math.Min(s.Settings!.Acquisition.Batch - underWay, Left(s).Min(l => l.Count));
        return MayBegin(s, underWay) ? new SelectionBegun(s.NextIteration, s.Evaluations.Count, size, s.RefitKnew is not { } last || s.Evaluations.Count - last >= s.Settings.Acquisition.RefitEvery) : null;
    }

    static int First(Campaign s) => s.Batches[0].Chosen.Length;

    static bool IterationIsDue(Campaign s, int underWay) => s.Evaluations.Count >= First(s) + s.Iterations.Count * s.Settings!.Acquisition.Batch
        || (underWay == 0 && (s.Closed is not null || Spent(s) is not null) && s.Evaluations.Count > (s.Iterations.IsEmpty ? 0 : s.Iterations[^1].Evaluations));

    static bool MayBegin(Campaign s, int underWay)
    {
        if (underWay == 0) return true;
        if (underWay > s.Settings!.Acquisition.Batch - s.Settings.Acquisition.SelectAfter || s.Evaluations.Count < (First(s) + 1) / 2) return false;
        return BatchDecisions.Complete(s.Settings, s.Evaluations).Any();
    }

    /// <summary>Why nothing more is to be selected, null to go on.</summary>
    static string? Spent(Campaign s) => (s.Iterations.IsEmpty ? null : StopRule.ReasonToEnd(s)) ?? Left(s).FirstOrDefault(l => l.Count <= 0).Reason;

    /// <summary>How many compounds may still be selected, by each limit.</summary>
    static IEnumerable<(int Count, string Reason)> Left(Campaign s)
    {
        var stop = s.Settings!.Stop;
        yield return (s.Pool!.Count - s.SelectedCount, NoCandidate);
        if (stop.MaxEvaluations is { } most) yield return (most - s.SelectedCount, $"the budget of {most} evaluations is spent");
        if (stop.MaxIterations is { } iterations) yield return ((int)Math.Min(int.MaxValue, First(s) + (long)iterations * s.Settings.Acquisition.Batch - s.SelectedCount), $"the budget of {iterations} iterations is spent");
    }
}
