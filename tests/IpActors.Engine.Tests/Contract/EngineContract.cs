using IpActors.Domain.Entities;
using IpActors.Domain.Works;
using IpActors.Engine.Embedded;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Contract;

/// <summary>What every engine must do. One subclass for each (skipped where its database cannot be had); the clauses are in the files beside this one.</summary>
public abstract partial class EngineContract : IDisposable
{
    protected static readonly EngineOptions Quick = new()
    {
        Slots = 2, ShutdownTimeout = TimeSpan.FromSeconds(2),
        WorkRetry = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(20), 3), EntityRestart = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(20), 3),
    };

    protected Folder Folder { get; } = new();

    /// <summary>An engine over the test's one journal, which an engine before it may have left behind.</summary>
    protected abstract IEngine Open(EngineOptions options, params IWorker[] workers);
    /// <summary>The works that the journal says are owed.</summary>
    protected abstract Task<int> Owing();

    /// <summary>Takes the journal away, as if there had been none.</summary>
    protected abstract void Empty();

    public void Dispose() { Folder.Dispose(); GC.SuppressFinalize(this); }

    protected static async Task<int> Send(IEngine engine, string toy, ICommand command) =>
        (await engine.Send(Toy.Id(toy), command).InTime()) is Decision.Accepted a ? a.Events.Length : -1;
    protected static async Task<int> Total(IEngine engine, string toy) => (await engine.Read<Toy>(Toy.Id(toy)).InTime()).Total;
    protected static async Task<List<StoredEvent>> All(IEngine engine) { var l = new List<StoredEvent>(); await foreach (var e in engine.Events()) l.Add(e); return l; }
}
