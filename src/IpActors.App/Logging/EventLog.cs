using System.Threading.Channels;
using IpActors.App.Faults;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Engine;
using IpActors.Engine.Journals;
using Serilog;
using Serilog.Events;

namespace IpActors.App.Logging;

/// <summary>Tells the log of what is stored, after it is stored, off the journal's thread: stages and batches for information, faults as warnings, every event for debugging.</summary>
sealed class EventLog : IAsyncDisposable
{
    readonly Channel<ImmutableArray<StoredEvent>> _commits = Channel.CreateUnbounded<ImmutableArray<StoredEvent>>(new() { SingleReader = true });
    readonly ILogger _log;
    readonly Task _run;

    public EventLog(IJournal journal, ILogger log)
    {
        _log = log;
        journal.Committed += events => _commits.Writer.TryWrite(events);
        _run = Task.Run(Run);
    }

    async Task Run()
    {
        await foreach (var commit in _commits.Reader.ReadAllAsync())
            foreach (var e in commit)
            {
                if (_log.IsEnabled(LogEventLevel.Debug)) _log.Debug("{Entity:l} {SequenceNumber}: {Manifest:l}", e.Entity.PersistenceId, e.SequenceNumber, e.Manifest);
                Tell(e);
            }
    }

    void Tell(StoredEvent stored)
    {
        var (campaign, key) = (stored.Entity.Campaign, stored.Entity.Key);
        switch (stored.Event)
        {
            case SpaceEnumerated e: _log.Information("{Campaign:l}: {Compounds} compounds enumerated", campaign, e.Count); break;
            case HullFixed e: _log.Information("{Campaign:l}: hull of {Entries} phases fixed", campaign, e.Entries); break;
            case PoolClosed e: _log.Information("{Campaign:l}: pool of {Pool} compounds closed; {Unstable} unstable, {Abandoned} given up", campaign, e.Count, e.Unstable, e.Abandoned); break;
            case BatchSelected e: _log.Information("{Campaign:l}: iteration {Iteration}: {Chosen} compounds selected of {Candidates}", campaign, e.Batch.Iteration, e.Batch.Chosen.Length, e.Batch.Candidates); break;
            case IterationCompleted e: _log.Information("{Campaign:l}: iteration {Iteration} completed; {Evaluations} evaluations, hypervolume {Hypervolume}", campaign, e.Iteration, e.Evaluations, e.Hypervolume); break;
            case CampaignPaused: _log.Information("{Campaign:l}: paused", campaign); break;
            case CampaignResumed: _log.Information("{Campaign:l}: resumed", campaign); break;
            case SamplingEnded e: _log.Information("{Campaign:l}: sampling ended: {Reason:l}", campaign, e.Reason); break;
            case CampaignFinished e: _log.Information("{Campaign:l}: finished; hypervolume {Hypervolume}, {Front} compounds on the front", campaign, e.Hypervolume, e.Front.Length); break;
            case RunFailed e: _log.Warning("{Entity:l}: attempt {Attempt} failed: {Fault:l}: {Reason:l}", stored.Entity.PersistenceId, e.Attempt, e.Fault.Code, e.Correction is { } c ? $"{e.Fault.Message}; next: {CorrectionText.Next(e.Fault, c)} ({CorrectionText.Changes(c)})" : e.Fault.Message); break;
            case RunAbandoned e: _log.Warning("{Entity:l}: given up: {Reason:l}", stored.Entity.PersistenceId, e.Reason); break;
            case CompoundAbandoned e: _log.Warning("{Campaign:l}: compound {Compound:l} given up: {Reason:l}", campaign, key, e.Reason); break;
        }
    }

    /// <summary>Writes what is left; the journal must be closed before.</summary>
    public async ValueTask DisposeAsync()
    {
        _commits.Writer.TryComplete();
        await _run;
    }
}
