using System.CommandLine;
using System.Globalization;
using IpActors.App.Cli;
using IpActors.Science;

namespace IpActors.App.Programs;

/// <summary><c>cache list/clean</c>: results of programs kept by the digest of their inputs.</summary>
public static class CacheCommand
{
    public static Command Create() => new("cache", "Results of programs, kept by the digest of their inputs so that none is paid for twice.") { List(), Clean() };

    static Option<string> Folder() => new("--folder") { Description = "the cache's folder, where a campaign file names another", DefaultValueFactory = _ => ProgramsSection.DefaultCache, HelpName = "DIR" };

    static Command List()
    {
        var (folder, json) = (Folder(), Output.JsonOption());
        var command = new Command("list", "Lists what is kept, newest first. Example: ipactors cache list --json") { folder, json };
        command.SetAction(r =>
        {
            var all = Setup.Cache(r.GetValue(folder)!).List().ToList();
            if (r.GetValue(json)) Output.WriteJson(all.Select(c => new { key = c.Key, label = c.Label, calculator = c.Calculator, kept = c.Kept, bytes = c.Bytes }));
            else
            {
                foreach (var c in all) Console.WriteLine($"{c.Key[..12]}  {c.Kept.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}  {c.Bytes,8} B  {c.Calculator,-24}  {c.Label}");
                Console.WriteLine($"{all.Count} results, {(all.Sum(c => c.Bytes) / 1e6).ToString("F1", CultureInfo.InvariantCulture)} MB in {r.GetValue(folder)}");
            }
            return 0;
        });
        return command;
    }

    static Command Clean()
    {
        var (folder, json) = (Folder(), Output.JsonOption());
        var days = new Option<double?>("--older-than-days") { Description = "only what was kept longer ago than this; default: everything", HelpName = "N" };
        var command = new Command("clean", "Deletes what is kept. Example: ipactors cache clean --older-than-days 90") { folder, days, json };
        command.SetAction(r =>
        {
            if (r.GetValue(days) is { } d && !(d >= 0 && d < 100_000)) throw new InputException($"--older-than-days {d.ToString(CultureInfo.InvariantCulture)}: give a number of days from 0 to 99999");
            var deleted = Setup.Cache(r.GetValue(folder)!).Clean(r.GetValue(days) is { } n ? DateTimeOffset.UtcNow.AddDays(-n) : null);
            if (r.GetValue(json)) Output.WriteJson(new { deleted });
            else Console.WriteLine($"{deleted} results deleted from {r.GetValue(folder)}");
            return 0;
        });
        return command;
    }
}
