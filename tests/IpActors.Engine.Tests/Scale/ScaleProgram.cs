using System.Diagnostics;
using System.Globalization;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Entities;
using IpActors.Engine.Audit;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;
using IpActors.Science.Enumeration;

namespace IpActors.Engine.Tests.Scale;

/// <summary>"scale run|verify JOURNAL small|all SHARE": the campaign as a process that can be killed, with a line every ten seconds; and what became of it, verified.</summary>
static class ScaleProgram
{
    static readonly Stopwatch Clock = Stopwatch.StartNew();
    static void Say(string text) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Clock.Elapsed.TotalSeconds,7:F1} s  {text}"));
    static string Memory => string.Create(CultureInfo.InvariantCulture, $"resident {Status("VmRSS") / 1024} MiB, peak {Status("VmHWM") / 1024} MiB");
    static long Status(string name) => long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith(name, StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    public static Task Run(string[] a) => a[0] == "verify" ? Verify(a[1]) : Run(a[1], a[2] == "all" ? ScaleCampaign.All : ScaleCampaign.Small, double.Parse(a[3], CultureInfo.InvariantCulture));

    static async Task Run(string journal, SpaceOptions space, double share)
    {
        await using var engine = ScaleCampaign.Open(journal, (level, message) => { if (level is "error" or "warning") Say(message); });
        Say("journal open");
        await ScaleCampaign.Begin(engine, space, share);
        var follower = await engine.Follow(ScaleCampaign.Name);
        Say($"view of {follower.Current.Events} events; {Memory}");
        await engine.Start();
        Say("works started");
        var over = follower.When(v => v.Coordinator.IsOver, default);
        var stage = CampaignStage.Unknown;
        for (var (since, next) = (follower.Current.Events, 0.0); !over.IsCompleted;)
        {
            await Task.WhenAny(over, Task.Delay(200));
            var (v, s) = (follower.Current, engine.Status);
            if (v.Coordinator.Stage != stage) { stage = v.Coordinator.Stage; Say($"{stage}"); }
            if (Clock.Elapsed.TotalSeconds < next) continue;
            next = Clock.Elapsed.TotalSeconds + 10;
            Say(string.Create(CultureInfo.InvariantCulture, $"{v.Events} events, {v.Compounds.Count} compounds, {v.AwaitingHull.Count} await the hull, {s.Owed} works owed, {s.LiveEntities} live entities; {Memory}"));
            if (s.Quarantined.Length > 0) { Say($"{s.Quarantined[0].Entity}: {s.Quarantined[0].Reason}"); return; }
        }
        var end = (await over).Coordinator;
        Say($"over: {end.EndReason}; pool {end.Pool!.Count}, {end.Evaluations.Count} evaluated, hypervolume {end.Result!.Hypervolume:R}; {Memory}");
    }

    static async Task Verify(string journal)
    {
        await using var reader = SqliteJournalReader.OpenReader(journal);
        var chain = await HashChain.Verify(reader, EntityKinds.All);
        Say($"{chain.Events} events of {chain.Entities} entities, {chain.Findings.Length} findings; {Memory}");
        var codec = new EventCodec(EntityKinds.All);
        var audit = new DecisionAudit(ScaleCampaign.Name, reader, codec, ScaleCampaign.Combine);
        await foreach (var row in reader.ReadAll(0, default)) audit.Follow(row.Decode(codec));
        var decisions = audit.Verify();
        Say($"{decisions.Checked} decisions, first difference: {decisions.First?.What ?? "none"}; {Memory}");
        Say($"seal {(await Seal.Of(reader)).Digest}");
    }
}
