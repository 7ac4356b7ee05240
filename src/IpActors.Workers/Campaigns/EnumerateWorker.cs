using System.Security.Cryptography;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.Entities;
using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;
using IpActors.Workers.Builtin;

namespace IpActors.Workers.Campaigns;

/// <summary>Generates every compound of the space and the reference phases of its ions, then says how many there are.</summary>
public sealed class EnumerateWorker : WorkerOf<EnumerateSpace>
{
    protected override async Task Perform(EnumerateSpace work, IWorkContext context, CancellationToken cancel)
    {
        var settings = work.Settings;
        context.Progress("enumerating the space");
        var candidates = Space.Enumerate(settings.Space).Select(c => (Id: c.Id, c.Formula, c.SpaceGroup, Aristotype: c.Aristotype.Name, c.Index)).ToList();
        var references = ReferencePhases.Of(settings);
        var generated = references.Select(r => new CompoundIdentity(settings.Name, r.Id, CompoundRole.Reference, r.Formula, r.Prototype, r.SpaceGroup.Symbol, r.SpaceGroup.Number, r.SpaceGroup.SymprecA, 1, r.Id))
            .Concat(candidates.Select(c => new CompoundIdentity(settings.Name, c.Id, CompoundRole.Candidate, c.Formula.ToString(), c.Aristotype, c.SpaceGroup.Symbol, c.SpaceGroup.Number, c.SpaceGroup.SymprecA, c.Index, c.Id)));
        var done = 0;
        await context.ReportAll(generated.Select(i =>
        {
            if (++done % 500 == 0) context.Progress($"{done} of {candidates.Count} compounds generated", done / (double)candidates.Count);
            var plans = i.Role == CompoundRole.Reference ? [settings.PlanOf(Properties.Relaxation)!] : settings.ScreeningPlans;
            return (EntityId.Compound(settings.Name, i.Id), (ICommand)new Generate(i, settings.Seed, settings.Restart, plans));
        }), cancel);
        var digest = Convert.ToHexStringLower(SHA256.HashData(PoolBlobs.OfIds(candidates.Select(c => c.Id))));
        await context.Report(new RecordSpace(candidates.Count, digest, candidates.GroupBy(c => c.Aristotype).ToImmutableSortedDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal), [.. references.Select(r => r.Id)]), cancel);
    }
}
