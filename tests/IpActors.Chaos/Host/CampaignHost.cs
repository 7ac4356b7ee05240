using System.Text.Json;
using IpActors.App.Campaigns;
using IpActors.Chaos.Adversary;
using IpActors.Domain.Entities;
using IpActors.Domain.Works;
using IpActors.Engine;
using IpActors.Engine.Control;
using IpActors.Engine.Embedded;
using IpActors.Science;
using IpActors.Workers;
using IpActors.Workers.Runs;

namespace IpActors.Chaos.Host;

/// <summary>How the campaign stood when its process ended by itself.</summary>
public sealed record Ending(string Stage, int Owed, ImmutableArray<string> Quarantined, long DeadLetters);

/// <summary>One life of the process: the campaign of a folder, from wherever it stands, with the adversary inside.</summary>
public static class CampaignHost
{
    public const string OpenName = "open", EndingName = "ending.json";
    public const int Over = 0, Failed = 1, Refused = 2, Idle = 4;

    static readonly EngineOptions Quick = new()
    {
        Slots = 3, ShutdownTimeout = TimeSpan.FromSeconds(5), MaxLive = 40, IdleTime = TimeSpan.FromMilliseconds(200), SnapshotViewEvery = 100, SnapshotEntityEvery = 10,
        WorkRetry = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50), 6), EntityRestart = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50), 5),
    };

    /// <summary>Only tries to take the journal.</summary>
    public static async Task<int> Rival(string folder)
    {
        try { await (await JournalKind.In(folder).Open()).DisposeAsync(); return Over; }
        catch (InputException e) { Console.Error.WriteLine(e.Message); return Refused; }
    }

    public static async Task<int> Run(JournalKind kind, Plan plan, Life life, string folder)
    {
        var adversary = new InnerAdversary(plan, life, folder);
        await kind.Free(folder);
        if (life.Fate == Fate.DiskFull) await kind.Fill(folder, life.At);
        try { return await ToTheEnd(kind, plan, life, folder, adversary); }
        catch (JournalException e)
        {
            adversary.Note(life.Fate == Fate.DiskFull ? "disk full" : $"journal failed: {e.Message}");
            return Failed;
        }
        catch (Exception e) when (life.Fate == Fate.DiskFull && e is InputException or IOException) { adversary.Note("disk full at the start"); return Failed; }
    }

    static async Task<int> ToTheEnd(JournalKind kind, Plan plan, Life life, string folder, InnerAdversary adversary)
    {
        var time = new ChaosTime(adversary);
        var at = CampaignAt.Of(Path.Combine(folder, "chaos.yaml"), JournalKind.AddressIn(folder));
        var inner = await at.Journal.Open(time);
        var journal = new ChaosJournal(inner, adversary, folder);
        IWorker[] workers = [.. (plan.Real ? WorkerTable.All() : [new CheapWorker(), .. WorkerTable.All().Where(w => w is not BuiltinRunWorker)]).Select(w => new ChaosWorker(w, adversary))];
        await using var engine = new EmbeddedEngine(journal, EntityKinds.All, workers, Quick with { Time = time });
        await using var control = await ControlSocket.Host(engine, at.Name, inner);
        await Resumption.Begin(engine, at, acceptChanges: false, default);
        var open = Path.Combine(folder, OpenName);
        await File.WriteAllTextAsync(open, "");
        using var stop = new CancellationTokenSource();
        if (life.Stalls) _ = Harm(kind, folder, adversary, stop.Token);
        var follower = await engine.Follow(at.Name);
        await engine.Start();
        await engine.WhenIdle();
        await stop.CancelAsync();
        File.Delete(open);
        var status = engine.Status;
        await File.WriteAllTextAsync(Path.Combine(folder, EndingName),
            JsonSerializer.Serialize(new Ending($"{follower.Current.Coordinator.Stage}", status.Owed, [.. status.Quarantined.Select(q => $"{q.Entity}: {q.Reason}")], status.DeadLetters)));
        return follower.Current.Coordinator.IsOver ? Over : Idle;
    }

    static async Task Harm(JournalKind kind, string folder, InnerAdversary adversary, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await adversary.Delay(1500);
            await kind.Harm(folder, TimeSpan.FromMilliseconds(50 + 400 * adversary.Next()), adversary.Next(), adversary.Note);
        }
    }
}
