using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Works;
using IpActors.Science.Numerics;
using IpActors.Workers;
using IpActors.Workers.Runs;

namespace IpActors.Chaos.Host;

/// <summary>
/// Calculations that take no time: numbers from the compound, the part and the campaign's seed alone, with faults that belong to them: some first attempts do not converge, some compounds never do. Everything
/// around them is the product's own.
/// </summary>
public sealed class CheapWorker : WorkerOf<LaunchRun>
{
    protected override async Task Perform(LaunchRun work, IWorkContext context, CancellationToken cancel)
    {
        var spec = work.Spec;
        var nonce = work.Nonce ?? $"{context.Entity.Key}@{work.Attempt}";
        await context.Report(new StartRun(work.Attempt, nonce, ""), cancel);
        var compound = await context.Read<Compound>(EntityId.Compound(spec.Campaign, spec.Compound), cancel);
        var view = await context.Campaign.When(v => v.Coordinator.Settings is not null, cancel);
        await context.Report(Compute(work, compound, nonce, view.Coordinator.Settings!.Space.Aristotypes), cancel);
    }

    static ICommand Compute(LaunchRun work, Compound compound, string nonce, ImmutableArray<Science.Enumeration.Aristotype> aristotypes)
    {
        var (spec, identity) = (work.Spec, compound.Identity!);
        var random = SeededRandom.Stream(spec.Seed, $"{spec.Compound}/{spec.Property}/{spec.Part}");
        var candidate = identity.Role == CompoundRole.Candidate;
        var luck = random.NextDouble();
        if (candidate && luck < 0.03) return new FailRun(nonce, new Fault("no-structure", FaultKind.Fatal, "there is none"));
        if (candidate && luck < 0.15 && !work.Parameters.ContainsKey("corrected")) return new FailRun(nonce, new Fault("not-converged", FaultKind.Physics, "not in so few steps"), work.Parameters.SetItem("corrected", 1));
        var u = random.NextDouble();
        return new SucceedRun(nonce, spec.Property switch
        {
            Properties.Relaxation => PartResult.Of("cheap", [("energy_eV_per_atom", candidate ? -3.05 + 0.17 * u : -3.0)], BuiltinParts.Start(identity, aristotypes), texts: [("scheme", "cheap")]),
            Properties.BandGap => PartResult.Of("cheap", [("gap_eV", 1 + 5 * u), ("vbm_eV", 0), ("cbm_eV", 1 + 5 * u)]),
            Properties.HydrationEnergy when spec.Part == "host" => PartResult.Of("cheap", [("energy_eV", -100), ("gain_eV_per_atom", 0), ("steps", 1)], compound.Relaxation!.Structure),
            _ => PartResult.Of("cheap", [("index", work.Parameters["configuration"]), ("lithium", 0), ("anion", 1), ("energy_eV", -100 + u), ("bond_A", 1), ("steps", 1), ("anchor_difference_eV", 0.5), ("anchor_enthalpy_kJ_per_mol", 10)],
                texts: [("anchor", "O")]),
        });
    }
}
