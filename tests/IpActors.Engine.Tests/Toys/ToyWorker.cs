using IpActors.Domain.Entities;
using IpActors.Domain.Works;

namespace IpActors.Engine.Tests.Toys;

/// <summary>Does jobs as the test says, and counts them.</summary>
public sealed class ToyWorker(Func<Job, IWorkContext, CancellationToken, Task> perform) : IWorker
{
    readonly Lock _gate = new();
    readonly Dictionary<WorkId, int> _now = [];
    readonly List<WorkId> _started = [];

    public bool Overlapped { get; private set; }
    public IReadOnlyList<WorkId> Started { get { lock (_gate) return [.. _started]; } }

    /// <summary>Closes each job as soon as it is begun.</summary>
    public static ToyWorker Closing() => new((job, context, cancel) => context.Send(context.Entity, new CloseJob(job.Name), cancel));

    public bool Handles(Work work) => work is Job;

    public async Task Perform(Work work, IWorkContext context, CancellationToken cancel)
    {
        var id = new WorkId(context.Entity, work.Key);
        lock (_gate)
        {
            _started.Add(id);
            Overlapped |= (_now[id] = _now.GetValueOrDefault(id) + 1) > 1;
        }
        try { await perform((Job)work, context, cancel); }
        finally { lock (_gate) _now[id]--; }
    }
}
