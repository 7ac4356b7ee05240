using System.Globalization;
using System.Text;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Views;
using IpActors.Domain.Works;
using IpActors.Science;
using IpActors.Science.Descriptors;

namespace IpActors.App.Exports;

/// <summary>
/// The evaluated compounds of a campaign's pool as a table for <c>backtest</c>: id, the latent descriptors in columns x_…, a column per objective, and beside one with bounds in it a column …_censored of 0 and 1.
/// Ordered by id, numbers so that they read back bit for bit.
/// </summary>
static class PoolExport
{
    static readonly ImmutableArray<string> Groups = ["en", "vr", "pf"];

    /// <returns>The table, and for people what is in it and how to replay it.</returns>
    public static (string Csv, string Note) Write(CampaignView view, IBlobs blobs)
    {
        var c = view.Coordinator;
        if (c.Settings is not { } settings || c.Description is not { } description) throw new InputException($"{view.Campaign}: its pool is not described yet; run the campaign on");
        var (pool, latent) = (PoolBlobs.Ids(blobs.Get(description.PoolDigest)), LatentPool.FromBytes(blobs.Get(description.LatentDigest)));
        var evaluated = BatchDecisions.Complete(settings, c.Evaluations).ToDictionary(e => e.Compound, StringComparer.Ordinal);
        int[] rows = [.. Enumerable.Range(0, pool.Length).Where(i => evaluated.ContainsKey(pool[i]))];
        if (rows.Length == 0) throw new InputException($"{view.Campaign}: no compound has a value of every objective yet; run the campaign on");
        var bounded = settings.Objectives.Where(o => rows.Any(i => evaluated[pool[i]].Values[o.Property].IsCensored)).ToList();
        IEnumerable<string> features = latent.Widths.SelectMany((w, g) => Enumerable.Range(1, w).Select(k => $"x_{(latent.Widths.Length == Groups.Length ? Groups[g] : $"g{g + 1}")}_{k}"));
        var text = new StringBuilder().AppendJoin(',', ["id", .. features, .. settings.Objectives.Select(Column), .. bounded.Select(o => $"{Column(o)}_censored")]).Append('\n');
        foreach (var i in rows)
        {
            var values = evaluated[pool[i]].Values;
            text.AppendJoin(',', [pool[i], .. latent.Row(i).ToArray().Select(Text), .. settings.Objectives.Select(o => Text(values[o.Property].Value)), .. bounded.Select(o => values[o.Property].IsCensored ? "1" : "0")]).Append('\n');
        }
        var counted = BatchDecisions.Counted(settings, c.Evaluations).Count();
        return (text.ToString(), string.Create(CultureInfo.InvariantCulture, $"{rows.Length} of {pool.Length} compounds of the pool have a value of every objective{(bounded.Count > 0 ? $", {rows.Count(i => settings.Objectives.Any(o => evaluated[pool[i]].Values[o.Property].IsCensored))} of them only a bound of some" : "")}; {counted} count. Replay: ipactors backtest --pool POOL.csv --rule uhvi,greedy,random --groups {string.Join(',', latent.Widths)} --objectives {string.Join(',', settings.Objectives.Select(Replayed))} --ref={string.Join(',', settings.Objectives.Select(o => Text(o.Reference)))}"));
    }

    static string Column(Objective o) => PropertyColumns.All.FirstOrDefault(p => p.Property == o.Property)?.Value ?? "e_d_eV_per_atom";
    static string Replayed(Objective o) => $"{Column(o)}{(o.Transform == "log10" ? ":log10" : "")}{(o.Scale == 1 ? "" : ":" + Text(o.Scale))}";
    static string Text(double v) => v.ToString("R", CultureInfo.InvariantCulture);
}
