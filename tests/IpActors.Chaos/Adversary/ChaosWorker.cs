using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Works;

namespace IpActors.Chaos.Adversary;

/// <summary>A worker that is slow, throws before, during and after its work, and whose reports are delayed, repeated, late, out of order, or turned into faults of the machine.</summary>
public sealed class ChaosWorker(IWorker inner, InnerAdversary adversary) : IWorker
{
    static readonly SemaphoreSlim Turn = new(0);
    static int _held;

    public bool Handles(Work work) => inner.Handles(work);

    public async Task Perform(Work work, IWorkContext context, CancellationToken cancel)
    {
        var id = new WorkId(context.Entity, work.Key).ToString();
        adversary.MayThrow(id, "before");
        if (adversary.Will()) await adversary.Delay(40);
        adversary.Pass(Fate.InWorker);
        await inner.Perform(work, new Context(context, adversary, id), cancel);
        adversary.MayThrow(id, "after the report of");
    }

    sealed class Context(IWorkContext inner, InnerAdversary adversary, string id) : IWorkContext
    {
        public EntityId Entity => inner.Entity;
        public IBlobs Blobs => inner.Blobs;
        public ICampaignFollower Campaign => inner.Campaign;
        public Task<TState> Read<TState>(EntityId entity, CancellationToken cancel) where TState : class => inner.Read<TState>(entity, cancel);
        public IAsyncEnumerable<TState> Stored<TState>(IReadOnlyList<EntityId> ids, CancellationToken cancel) where TState : class => inner.Stored<TState>(ids, cancel);
        public void Progress(string message, double? fraction = null) => inner.Progress(message, fraction);

        public async Task<Decision> Send(EntityId to, ICommand command, CancellationToken cancel)
        {
            if (command is StartRun && adversary.Will(3))
            {
                adversary.Note("report of another attempt");
                Nothing(await inner.Send(to, new FailRun("of-another-attempt", new Fault("adversary", FaultKind.Fatal, "a report nobody waits for")), cancel), command);
            }
            if (command is SucceedRun done && adversary.MayFailRuns && adversary.Will())
            {
                adversary.Note("fault of the machine reported");
                command = new FailRun(done.Nonce, new Fault("node-lost", FaultKind.Infrastructure, "the adversary lost the node"));
            }
            if (adversary.Will()) { adversary.Note("delayed report"); await adversary.Delay(60); }
            if (adversary.Will()) await Hold();
            else if (Interlocked.Exchange(ref _held, 0) > 0) Turn.Release();
            var answer = await inner.Send(to, command, cancel);
            if (adversary.Will(2))
            {
                adversary.Note("repeated report");
                foreach (var again in await Task.WhenAll(inner.Send(to, command, cancel), inner.Send(to, command, cancel))) Nothing(again, command);
            }
            if (adversary.Will()) _ = Later(to, command);
            adversary.MayThrow(id, "after a command of");
            return answer;
        }

        /// <summary>Lets another report pass first, where one comes.</summary>
        async Task Hold()
        {
            adversary.Note("reordered report");
            Interlocked.Exchange(ref _held, 1);
            await Turn.WaitAsync(50);
        }

        async Task Later(EntityId to, ICommand command)
        {
            await adversary.Delay(800);
            adversary.Note("late repetition of a report");
            try { Nothing(await inner.Send(to, command, default), command); }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException or Engine.JournalException) { } // the engine has gone
        }

        /// <summary>What was acknowledged before, or belongs to no attempt, adds no event.</summary>
        void Nothing(Decision answer, ICommand command)
        {
            if (answer is Decision.Accepted { Events.IsEmpty: false } a) adversary.Violation($"{id}: {command.GetType().Name} again added {a.Events.Length} events");
        }
    }
}
