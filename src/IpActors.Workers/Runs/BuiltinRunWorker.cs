using System.Security.Cryptography;
using System.Text;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;

namespace IpActors.Workers.Runs;

/// <summary>
/// Runs of the built-in model: in this process, a pure function of compound, part, settings and seed. The attempt is stored before it starts; after a crash the same attempt simply runs again and gives the same bits.
/// </summary>
public sealed class BuiltinRunWorker : WorkerOf<LaunchRun>
{
    public const string Calculator = "builtin";

    public override bool Handles(Work work) => work is LaunchRun { Spec.Calculator: Calculator };

    protected override async Task Perform(LaunchRun work, IWorkContext context, CancellationToken cancel)
    {
        var spec = work.Spec;
        var nonce = work.Nonce ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{context.Entity}@{work.Attempt}")))[..16];
        await context.Report(new StartRun(work.Attempt, nonce, ""), cancel);
        var compound = await context.Read<Compound>(EntityId.Compound(spec.Campaign, spec.Compound), cancel);
        var view = await context.Campaign.When(v => v.Coordinator.Settings is not null, cancel);
        ICommand report;
        try { report = new SucceedRun(nonce, BuiltinParts.Compute(compound, work, view.Coordinator.Settings!.Space.Aristotypes, cancel)); }
        catch (PartFaultException e) { report = new FailRun(nonce, e.Fault, e.Corrected); }
        await context.Report(report, cancel);
    }
}

/// <summary>A calculation failed in a way that belongs to it: a report, not a bug. With the changed settings for the next attempt, where a correction is known.</summary>
public sealed class PartFaultException(Fault fault, ImmutableSortedDictionary<string, double>? corrected = null) : Exception(fault.Message)
{
    public Fault Fault { get; } = fault;
    public ImmutableSortedDictionary<string, double>? Corrected { get; } = corrected;
}
