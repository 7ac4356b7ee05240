using IpActors.Domain.Campaigns;

namespace IpActors.App.Progress;

/// <summary>Time left in the stage under way, from the pace since it was first seen: remaining units over units per second. Nothing until some units are done.</summary>
sealed class TimeLeft(TimeProvider time)
{
    (CampaignStage Stage, int? Iteration) _at;
    long _doneAtStart, _startedAt;

    public TimeSpan? Estimate(CampaignProgress p)
    {
        if (_at != (p.Stage, p.Iteration) || _startedAt == 0) (_at, _doneAtStart, _startedAt) = ((p.Stage, p.Iteration), p.Done, time.GetTimestamp());
        var gained = p.Done - _doneAtStart;
        if (p.Total <= p.Done || gained < 2) return null;
        return time.GetElapsedTime(_startedAt) * ((p.Total - p.Done) / (double)gained);
    }

    public static string Text(TimeSpan t) => t switch
    {
        { TotalSeconds: < 60 } => $"{Math.Max(1, Math.Ceiling(t.TotalSeconds)):F0} s",
        { TotalMinutes: < 90 } => $"{Math.Ceiling(t.TotalMinutes):F0} min",
        { TotalHours: < 48 } => $"{t.TotalHours:F1} h",
        _ => $"{t.TotalDays:F1} days",
    };
}
