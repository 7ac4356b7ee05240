using System.Diagnostics;
using System.Text.Json;
using IpActors.Chaos.Adversary;
using IpActors.Chaos.Host;
using IpActors.Engine.Control;

namespace IpActors.Chaos.Runs;

/// <summary>What came of one seed.</summary>
/// <param name="Faults">What the adversary did, and how often.</param>
public sealed record Outcome(string Journal, int Seed, bool Real, int Lives, ImmutableSortedDictionary<string, int> Faults, ImmutableArray<string> Problems)
{
    public override string ToString() => $"{Journal} seed {Seed}{(Real ? " (real model)" : "")}: {Lives} lives, {Faults.Values.Sum()} faults, {(Problems.IsEmpty ? "as undisturbed" : string.Join("; ", Problems))}";
    public string Replay => $"replay it alone: dotnet tests/IpActors.Chaos/bin/Release/net10.0/IpActors.Chaos.dll {(Real ? "real-seed" : "seed")} {Journal} {Seed}";
}

/// <summary>One seed: the campaign, life after life, under the adversary that the seed draws, and the comparison with the undisturbed run.</summary>
public sealed class ChaosRun(JournalKind kind, Plan plan, CampaignFolder folder, Baseline baseline)
{
    const int MostLives = 40;
    /// <summary>A third of what a lease lasts that nobody renews.</summary>
    static readonly TimeSpan LongestFreeze = TimeSpan.FromSeconds(8);
    readonly InnerAdversary _outside = new(plan, new Life(-1, Fate.Natural, 0, false, false, false, false, false, 0), folder.Path);
    readonly List<string> _problems = [];

    public static async Task<Outcome> Of(JournalKind kind, int seed, bool real, bool keep = false)
    {
        var plan = Plan.Of(seed, real);
        var baseline = await Baseline.Of(kind, plan);
        using var folder = new CampaignFolder(kind, plan) { Keep = keep };
        if (keep) Console.WriteLine($"in {folder.Path}");
        return await new ChaosRun(kind, plan, folder, baseline).Run();
    }

    string In(string name) => Path.Combine(folder.Path, name);

    async Task<Outcome> Run()
    {
        int? code = null;
        var lives = 0;
        for (; code != CampaignHost.Over && lives < MostLives; lives++)
        {
            File.Delete(In(CampaignHost.OpenName));
            File.Delete(In(CampaignHost.EndingName));
            code = await Live(plan.LifeOf(lives, baseline.Milliseconds, baseline.Appends));
        }
        if (code != CampaignHost.Over) _problems.Add($"not over after {lives} lives");
        else
        {
            var found = await Findings.Of(folder.Path);
            _problems.AddRange(found.Problems);
            if (found.Csv != baseline.Csv) _problems.Add($"the export differs: {Difference(baseline.Csv, found.Csv)}");
            var ending = JsonSerializer.Deserialize<Ending>(await File.ReadAllTextAsync(In(CampaignHost.EndingName)))!;
            if (ending.Owed != 0 || ending.Quarantined.Length > 0) _problems.Add($"at the end {ending.Owed} works are owed, {string.Join(", ", ending.Quarantined)}");
        }
        return new(kind.Name, plan.Seed, plan.Real, lives, new[] { InnerAdversary.NotesName, InnerAdversary.OutsideNotesName }.Select(In).Where(File.Exists).SelectMany(File.ReadLines).CountBy(l => l).ToImmutableSortedDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal), [.. _problems]);
    }

    async Task<int?> Live(Life life)
    {
        var process = HostProcess.Start(kind, folder.Path, plan, life, baseline);
        var answer = HostProcess.Answer(process);
        List<Task> meddlers = [];
        if (life.Fate == Fate.KilledFromOutside) meddlers.Add(Kill(process, answer, life));
        if (life.Rival) meddlers.Add(Compete(process, answer));
        if (life.Controls) meddlers.Add(Control(answer, life));
        var (code, error) = await answer;
        await Task.WhenAll(meddlers);
        var mayFail = life.Fate == Fate.DiskFull || (life.IsDeadly && code is 137 or 134);
        if (code is not (CampaignHost.Over or CampaignHost.Idle) && !mayFail) _problems.Add($"life {life.Number} ({life.Fate}) ended with {code}: {error[..Math.Min(500, error.Length)]}");
        if (code == CampaignHost.Idle && !life.Controls && life.Fate != Fate.DiskFull) _problems.Add($"life {life.Number} stopped: {await File.ReadAllTextAsync(In(CampaignHost.EndingName))}");
        return code;
    }

    async Task Kill(Process process, Task answer, Life life)
    {
        await Task.WhenAny(answer, Task.Delay(life.At));
        if (answer.IsCompleted) return;
        try { process.Kill(); _outside.Note("killed: from outside"); } catch (InvalidOperationException) { } // it has ended meanwhile
    }

    /// <summary>While the first process holds the journal, stopped in its tracks so that it cannot give it back, a second one must be refused.</summary>
    async Task Compete(Process process, Task answer)
    {
        while (!File.Exists(In(CampaignHost.OpenName)) && !answer.IsCompleted) await Task.Delay(10);
        if (answer.IsCompleted) return;
        InnerAdversary.Freeze(process);
        try
        {
            await Task.Delay(20);
            if (answer.IsCompleted || !File.Exists(In(CampaignHost.OpenName))) return;
            var rival = HostProcess.Run(kind, folder.Path, plan, life: 0);
            await Task.WhenAny(rival, Task.Delay(LongestFreeze));
            if (!answer.IsCompleted) InnerAdversary.Thaw(process);
            var (code, error) = await rival;
            _outside.Note("a second process on the journal");
            // One that stopped in the midst of a transaction keeps its locks as well.
            var refused = code == CampaignHost.Refused && (error.Contains("in use") || error.Contains("waited too long for a lock"));
            if (!answer.IsCompleted && File.Exists(In(CampaignHost.OpenName)) && !refused) _problems.Add($"a second process on the journal was not refused: {code} {error}");
        }
        finally { if (!answer.IsCompleted) InnerAdversary.Thaw(process); }
    }

    /// <summary>Pauses the campaign now and then; either it is resumed at once, or the process ends and the next goes on.</summary>
    async Task Control(Task answer, Life life)
    {
        var chance = plan.Chance($"control {life.Number}");
        while (!answer.IsCompleted)
        {
            await Task.WhenAny(answer, Task.Delay(200 + chance.NextInt(1500)));
            if (answer.IsCompleted) return;
            await Tell("pause");
            if (chance.NextInt(2) == 0) continue;
            await Task.Delay(chance.NextInt(300));
            await Tell("resume");
        }
    }

    async Task Tell(string command)
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5)); // the process may be stopped or dying
            if (await ControlClient.TrySend(JournalKind.In(folder.Path), command, patience.Token) is not null) _outside.Note($"told: {command}");
        }
        catch (Exception e) when (e is Engine.JournalException or Science.InputException or ControlException or OperationCanceledException) { } // it is not there any more, or not yet
    }

    static string Difference(string expected, string actual)
    {
        var (a, b) = (expected.Split('\n'), actual.Split('\n'));
        var at = Enumerable.Range(0, Math.Min(a.Length, b.Length)).FirstOrDefault(i => a[i] != b[i], -1);
        return at < 0 ? $"{a.Length} lines, {b.Length} lines" : $"line {at + 1}: '{a[at]}' undisturbed, '{b[at]}' disturbed";
    }
}
