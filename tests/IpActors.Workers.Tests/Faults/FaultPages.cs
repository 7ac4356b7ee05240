using System.Text;
using IpActors.Workers.Faults;

namespace IpActors.Workers.Tests.Faults;

/// <summary>Tables of faults as Markdown.</summary>
static class FaultPages
{
    public static string PathOf(string relative)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "IpActors.sln"))) folder = folder.Parent!;
        return Path.Combine(folder.FullName, relative);
    }

    public static string Table<T>(FaultTable<T> table) where T : RunEvidence
    {
        var text = new StringBuilder("| code | kind | looked for | found by | only where | corrections in order | at most | source |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var r in table.Rows)
        {
            var found = string.Join(" or ", r.States.Select(s => $"state `{s}`").Concat(r.Triggers.Select(t => $"`{t}`")));
            if (r.Test is { } test) found = found.Length == 0 ? test.Says : $"{found}; and {test.Says}";
            var when = (r.When == FaultWhen.Live ? "while it runs" : "at its end") + (r.Weight switch { FaultWeight.Warning => ", a warning", FaultWeight.Quality => ", also of a good run", FaultWeight.LastResort => ", where nothing else is found", _ => "" });
            var ladder = r.Action == FaultAction.EndAndRead ? "ended and read" : string.Join("<br>", r.Ladder.Select((g, i) => $"{i + 1}. {string.Join(", ", g.Changes.Select(c => c.Says))}{(g.Guard is { } w ? $" (if {w.Says})" : "")}{(g.Until < int.MaxValue ? $" [meeting {(g.Until == 1 ? "1" : $"1 to {g.Until}")}]" : "")}"));
            if (r.Action == FaultAction.AskToStop) ladder = $"asked to stop; then {ladder}";
            text.Append($"| `{r.Code}` | {r.Kind} | {when} | {r.Says}: {found.Replace("|", "\\|", StringComparison.Ordinal)} | {r.Guard?.Says} | {(ladder.Length == 0 ? "none" : ladder.Replace("|", "\\|", StringComparison.Ordinal))} | {(r.Ladder.IsEmpty ? "" : r.Cap == int.MaxValue ? "the budget" : r.Cap)}{(r.StopsWhenExhausted ? ", then given up" : "")}{(r.Climbs != r.Code ? $", with all of `{r.Climbs}`" : "")} | {r.Source} |\n");
        }
        return text.ToString();
    }
}
