namespace IpActors.App.Campaigns;

/// <summary>One changed key; a null value: the key is not there.</summary>
sealed record FileDifference(string Path, string? Old, string? New)
{
    /// <summary>Whether decisions depend on it.</summary>
    public bool AltersDecisions => !CampaignKeys.WithoutInfluence.Contains(Path.Split('.', '[')[0]);
    public override string ToString() => $"{Path}: {Old ?? "(none)"} -> {New ?? "(none)"}";
}

static class FileDifferences
{
    /// <summary>The keys whose effective values differ, in ordinal order: comments, order and written-out defaults make no difference.</summary>
    public static ImmutableArray<FileDifference> Between(CampaignFile old, CampaignFile now) =>
    [
        .. old.Values.Keys.Union(now.Values.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(k => new FileDifference(k, old.Values.GetValueOrDefault(k), now.Values.GetValueOrDefault(k)))
            .Where(d => d.Old != d.New),
    ];
}
