using System.Globalization;
using IpActors.Domain.Views;
using IpActors.Engine;
using Spectre.Console;

namespace IpActors.App.Progress;

/// <summary>
/// Live progress on stderr: in a terminal a table that is redrawn, otherwise a line every five seconds or when the stage changes. The console is given, so that a test can hold one.
/// </summary>
sealed class LiveDisplay(IAnsiConsole console, bool isTerminal, TimeProvider time)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    readonly TimeLeft _left = new(time);
    string _stage = "";
    long _lastLine;

    /// <summary>On stderr; a terminal only if stderr is one.</summary>
    public static LiveDisplay OnStderr()
    {
        var isTerminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error), Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No });
        return new(console, isTerminal, TimeProvider.System);
    }

    /// <summary>Runs <paramref name="work"/>, which calls back with the state to show as often as it likes.</summary>
    public async Task Run(Func<Action<CampaignView, EngineStatus?>, Task> work)
    {
        if (!isTerminal) { await work(Line); return; }
        await console.Live(new Markup("starting")).AutoClear(true).StartAsync(live => work((view, status) =>
        {
            var p = CampaignProgress.Of(view);
            live.UpdateTarget(Table(view.Campaign, p, _left.Estimate(p), status));
            live.Refresh();
        }));
    }

    void Line(CampaignView view, EngineStatus? status)
    {
        var p = CampaignProgress.Of(view);
        var left = _left.Estimate(p);
        var stage = $"{p.Stage}/{p.Iteration}/{p.Paused}";
        if (stage == _stage && time.GetElapsedTime(_lastLine) < Pause) return;
        (_stage, _lastLine) = (stage, time.GetTimestamp());
        console.Profile.Out.Writer.WriteLine(p.Line(left));
    }

    static Table Table(string name, CampaignProgress p, TimeSpan? left, EngineStatus? status)
    {
        var table = new Table { Border = TableBorder.Rounded, Title = new TableTitle(Markup.Escape(name)), ShowHeaders = false };
        table.AddColumn("").AddColumn("");
        void Row(string what, string text) => table.AddRow(new Text(what), new Text(text));
        Row("stage", (p.Paused ? "paused; " : "") + p.Headline);
        Row("compounds", string.Join(", ", p.Compounds.Select(c => $"{c.Count} {c.Name}")));
        Row("calculations", $"{p.Running} running, {p.Queued} queued, {p.RunsDone} done, {p.RunsFailed} given up{(status is { } s ? $" ({s.SlotsUsed} of {s.Slots} slots)" : "")}");
        if (p.Iteration is { } i) Row("iteration", i.ToString(CultureInfo.InvariantCulture));
        if (p.Hypervolume is { } v) Row("hypervolume", v.ToString("G8", CultureInfo.InvariantCulture));
        foreach (var best in p.Best) Row("best", best);
        if (left is { } t) Row("time left", $"about {TimeLeft.Text(t)} in this stage");
        foreach (var w in status?.Works.Where(w => w.Message is not null).Take(4) ?? []) Row("now", $"{w.Message}{(w.Fraction is { } f ? $" ({100 * f:F0} %)" : "")}");
        foreach (var q in status?.Quarantined.Take(3) ?? []) Row("stuck", $"{q.Entity}: {q.Reason}");
        return table;
    }
}
