using IpActors.App.Faults;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Views;
using IpActors.Domain.Works;
using IpActors.Science.Crystals;
using IpActors.Workers.Runs;

namespace IpActors.App.Calculate;

/// <summary>A run as in a campaign, with all its attempts and corrections, whose events are kept in memory only.</summary>
sealed class OneRun(Compound compound, PropertyPlan plan, PartPlan part, ProgramSetup setup, Structure start) : IWorkContext, ICampaignFollower
{
    DftRun _run = DftRun.Decider.Initial;
    Action<string>? _say;
    string? _said;

    public EntityId Entity { get; } = EntityId.Run("calculate", compound.Identity!.Id, plan.Property, part.Part);
    /// <summary>Interrupted, the program is ended: nobody would find it again.</summary>
    public bool IsOwed => false;

    public async Task<DftRun> ToTheEnd(Action<string> say, CancellationToken cancel)
    {
        _say = say;
        await Send(Entity, new RequestRun(new RunSpec("calculate", compound.Identity!.Id, plan.Property, part.Part, plan.Calculator, part.Parameters, compound.Seed, compound.Policy!) { Settings = part.Settings }), cancel);
        var worker = new ProgramRunWorker(setup, start);
        while (DftRun.Decider.Owes(_run).OfType<LaunchRun>().FirstOrDefault() is { } work)
        {
            await Task.Delay(work.Delay, cancel);
            await worker.Perform(work, this, cancel);
        }
        return _run;
    }

    public Task<Decision> Send(EntityId to, ICommand command, CancellationToken cancel)
    {
        var decision = DftRun.Decider.Decide(_run, command);
        if (decision is Decision.Accepted { Events: var events })
            foreach (var e in events)
            {
                if (e is RunFailed f) _say?.Invoke($"{f.Fault.Code}: {f.Fault.Message}{(f.Correction is { } c ? $"; next: {CorrectionText.Next(f.Fault, c)}" : "")}");
                _run = DftRun.Decider.Evolve(_run, e);
            }
        return Task.FromResult(decision);
    }

    public Task<TState> Read<TState>(EntityId id, CancellationToken cancel) where TState : class => Task.FromResult(typeof(TState) == typeof(DftRun) ? (TState)(object)_run : (TState)(object)compound);
    public void Progress(string message, double? fraction = null) { if (message != _said) _say?.Invoke(_said = message); }

    public IBlobs Blobs => throw new NotSupportedException();
    public ICampaignFollower Campaign => this;
    public CampaignView Current { get; } = new("calculate");
    public Task<CampaignView> When(Func<CampaignView, bool> predicate, CancellationToken cancel) => throw new NotSupportedException();
}
