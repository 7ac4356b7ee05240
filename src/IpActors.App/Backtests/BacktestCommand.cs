using System.CommandLine;
using IpActors.App.Campaigns;
using IpActors.App.Cli;
using IpActors.App.Pareto;
using IpActors.App.Reports;
using IpActors.Domain.Campaigns;
using IpActors.Science;
using IpActors.Science.Acquisition;
using IpActors.Science.Backtests;

namespace IpActors.App.Backtests;

/// <summary><c>ipactors backtest</c>: acquisition rules replayed on a pool whose values are known.</summary>
public static class BacktestCommand
{
    public static Command Create()
    {
        var pool = new Option<string>("--pool") { Description = "CSV: a column id, features in columns x_..., a column per objective; - reads stdin", Required = true, HelpName = "POOL.csv" };
        var rules = new Option<string>("--rule") { Description = $"one or more of {string.Join(", ", Replay.Rules)}, with commas", Required = true, HelpName = "R,R2,..." };
        var objectives = new Option<string?>("--objectives") { Description = "columns to maximise: NAME, NAME:SCALE (negative to minimise) or NAME:log10[:SCALE], with commas; default: all that are not features", HelpName = "O,O2,..." };
        var features = new Option<int?>("--features") { Description = "so many columns after the id are the features; default: the columns x_...", HelpName = "n" };
        var groups = new Option<string?>("--groups") { Description = "widths of the features' groups, as in 30,30,30: the kernel has a term per group and per pair (default: one group)", HelpName = "n1,n2,n3" };
        var reference = new Option<string?>("--ref") { Description = "the hypervolume's reference point in the maximise frame; default: the lowest values less a tenth of the range", HelpName = "r1,r2,..." };
        var batch = Whole("--batch", "evaluations per iteration", 10);
        var initial = Whole("--initial", "evaluations of the first, space-filling set", 20);
        var seeds = Whole("--seeds", "repetitions, with the seeds 1, 2, ...", 10);
        var most = Whole("--evaluations", "evaluations after which a replay ends, at most the pool", 200);
        var starts = Whole("--starts", "starts of each likelihood maximisation", 4);
        var beta = new Option<double>("--beta") { Description = "bound g = mu + beta sigma", DefaultValueFactory = _ => 1 };
        var mode = new Option<string>("--mode") { Description = "synchronous: batch by batch; rolling: --slots compounds under evaluation at a time, new ones selected as results come in", DefaultValueFactory = _ => AcquisitionSettings.Synchronous, HelpName = "M" };
        var slots = new Option<int?>("--slots") { Description = "evaluations at a time; default: --batch", HelpName = "n" };
        var after = Whole("--select-after", "rolling: results between selections", 1);
        var refit = Whole("--refit-every", "rolling: results between fits of the hyperparameters", 1);
        var pending = new Option<string>("--pending") { Description = "rolling: what is imagined of those under evaluation: bound or believer", DefaultValueFactory = _ => AcquisitionSettings.AtBound, HelpName = "P" };
        var spread = new Option<double>("--time-spread") { Description = "standard deviation of the logarithm of an evaluation's duration, whose mean is 1", DefaultValueFactory = _ => 0 };
        var known = new Option<string?>("--known") { Description = "objectives known for the whole pool, used with sigma 0, with commas", HelpName = "O,O2,..." };
        var @out = new Option<string?>("--out") { Description = "also writes the plots as one HTML file", HelpName = "FILE.html" };
        var json = Output.JsonOption();
        var command = new Command("backtest", "Replays acquisition rules on a fully known pool: how much of the pool's hypervolume each finds after how many evaluations, over seeds.\n\n"
            + "Example: ipactors backtest --pool pool.csv --rule uhvi,greedy,ehvi,random --objectives gap,hydration:0.01,sigma:log10 --out backtest.html")
            { pool, rules, objectives, features, groups, reference, batch, initial, seeds, most, starts, beta, mode, slots, after, refit, pending, spread, known, @out, json };
        command.SetAction((r, cancel) =>
        {
            var settings = new ReplaySettings(r.GetValue(initial), r.GetValue(batch), r.GetValue(beta), r.GetValue(most), r.GetValue(starts));
            if (!(settings.Beta >= 0) || !double.IsFinite(settings.Beta)) throw new InputException($"--beta {settings.Beta}: give 0 or more");
            settings = settings with
            {
                Rolling = OneOf("--mode", r.GetValue(mode)!, AcquisitionSettings.Synchronous, AcquisitionSettings.Rolling) == AcquisitionSettings.Rolling, Slots = r.GetValue(slots) ?? settings.Batch,
                SelectAfter = r.GetValue(after), RefitEvery = r.GetValue(refit), TimeSpread = r.GetValue(spread),
                Pending = OneOf("--pending", r.GetValue(pending)!, AcquisitionSettings.AtBound, AcquisitionSettings.Believer) == AcquisitionSettings.Believer ? PendingRule.Believer : PendingRule.Bound,
            };
            if (settings.Slots is < 1 or > 1_000_000) throw new InputException($"--slots {settings.Slots}: give a number from 1 to 1000000");
            if (settings.SelectAfter > settings.Slots) throw new InputException($"--select-after {settings.SelectAfter}: more than the {settings.Slots} slots; give at most as many");
            if (!settings.Rolling && (settings.SelectAfter != 1 || settings.RefitEvery != 1 || settings.Pending != PendingRule.Bound)) throw new InputException("--select-after, --refit-every and --pending have a meaning with --mode rolling alone; add it, or leave them out");
            if (!(settings.TimeSpread is >= 0 and <= 5)) throw new InputException($"--time-spread {settings.TimeSpread}: give a number from 0 to 5");
            var names = Names(r.GetRequiredValue(rules));
            var table = PoolTable.Read(r.GetRequiredValue(pool), r.GetValue(features), r.GetValue(groups), r.GetValue(objectives), r.GetValue(reference) is { } t ? PointTable.Reference(t) : null);
            settings = settings with { Known = Known(r.GetValue(known), table), CensoredNoise = [.. table.Objectives.Select(TrainingSets.CensoredNoise)] };
            if (names.Contains("ehvi") && table.Objectives.Length > 3) throw new InputException($"--rule ehvi is exact for up to 3 objectives, and there are {table.Objectives.Length}; name fewer with --objectives");
            var answer = Run(r.GetRequiredValue(pool), table, names, settings, r.GetValue(seeds), cancel);
            if (r.GetValue(@out) is { } path) ReportFile.WriteText(path, answer.ToHtml());
            if (r.GetValue(json)) Output.WriteJson(answer.ToJson());
            else Console.Write(answer.ToText());
            return Task.FromResult(0);
        });
        return command;
    }

    static Option<int> Whole(string name, string help, int value)
    {
        var option = new Option<int>(name) { Description = help, DefaultValueFactory = _ => value, HelpName = "n" };
        option.Validators.Add(v => { if (v.Tokens.Count > 0 && v.GetValueOrDefault<int>() is < 1 or > 1_000_000) v.AddError($"{name}: give a number from 1 to 1000000"); });
        return option;
    }

    static string OneOf(string option, string value, params string[] names) => names.Contains(value) ? value : throw new InputException($"{option} {value}: write {string.Join(" or ", names)}");

    static ImmutableArray<int> Known(string? text, PoolTable table) => text is null ? [] : [.. text.Split(',').Select(t => t.Trim()).Select(t => table.Objectives.Select(o => o.Property).ToList().IndexOf(t) is >= 0 and var k ? k
        : throw new InputException($"--known {text}: '{t}' is no objective; they are {string.Join(", ", table.Objectives.Select(o => o.Property))}"))];

    static ImmutableArray<string> Names(string text)
    {
        var names = text.Split(',').Select(n => n.Trim()).ToImmutableArray();
        foreach (var n in names.Where(n => !Replay.Rules.Contains(n))) throw new InputException($"--rule {text}: unknown rule '{n}'; the nearest valid one is '{NearestName.Of(n, Replay.Rules)}'");
        return names.Distinct().Count() == names.Length ? names : throw new InputException($"--rule {text}: a rule is named twice; name each once");
    }

    /// <summary>Every rule with every seed, in parallel; each replay gives the same bits wherever it runs.</summary>
    static BacktestAnswer Run(string source, PoolTable table, ImmutableArray<string> rules, ReplaySettings settings, int seeds, CancellationToken cancel)
    {
        var traces = new Trace[rules.Length * seeds];
        Parallel.For(0, traces.Length, new ParallelOptions { CancellationToken = cancel }, i => traces[i] = Replay.Run(table.Pool, rules[i / seeds], settings, 1 + i % seeds));
        return new(source, table, settings, [.. Enumerable.Range(1, seeds).Select(s => (long)s)], [.. rules.Select((rule, i) => RuleSummary.Of(rule, traces[(i * seeds)..((i + 1) * seeds)], table.Pool.Volume))]);
    }
}
