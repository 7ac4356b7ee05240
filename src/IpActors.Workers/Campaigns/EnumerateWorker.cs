using System.Security.Cryptography;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.Entities;
using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;
using IpActors.Workers.Builtin;

namespace IpActors.Workers.Campaigns;

/// <summary>
/// Generates every compound of the space and the reference phases of its ions, then says how many there are. It goes through the space in blocks and stays only so far ahead of the calculations that what waits for
/// them fits in little memory. What was generated before a restart is passed over.
/// </summary>
public sealed class EnumerateWorker : WorkerOf<EnumerateSpace>
{
    const int Block = 2048, Ahead = 20_000;

    protected override async Task Perform(EnumerateSpace work, IWorkContext context, CancellationToken cancel)
    {
        var settings = work.Settings;
        context.Progress("enumerating the space");
        var references = ReferencePhases.Of(settings);
        var before = context.Campaign.Current;
        await Generate(references.Select(r => new CompoundIdentity(settings.Name, r.Id, CompoundRole.Reference, r.Formula, r.Prototype, r.SpaceGroup.Symbol, r.SpaceGroup.Number, r.SpaceGroup.SymprecA, 1, r.Id)));
        var (ids, byAristotype) = (new List<string>(), new SortedDictionary<string, int>(StringComparer.Ordinal));
        foreach (var block in Space.Enumerate(settings.Space).Chunk(Block))
        {
            await Generate(block.Select(c => new CompoundIdentity(settings.Name, c.Id, CompoundRole.Candidate, c.Formula.ToString(), c.Aristotype.Name, c.SpaceGroup.Symbol, c.SpaceGroup.Number, c.SpaceGroup.SymprecA, c.Index, c.Id)));
            foreach (var c in block) { ids.Add(c.Id); byAristotype[c.Aristotype.Name] = byAristotype.GetValueOrDefault(c.Aristotype.Name) + 1; }
            context.Progress($"{ids.Count} compounds generated");
            await context.Campaign.When(v => v.Count(CompoundStage.Generated) < Ahead, cancel);
        }
        var digest = Convert.ToHexStringLower(SHA256.HashData(PoolBlobs.OfIds(ids)));
        await context.Report(new RecordSpace(ids.Count, digest, byAristotype.ToImmutableSortedDictionary(StringComparer.Ordinal), [.. references.Select(r => r.Id)]), cancel);

        Task Generate(IEnumerable<CompoundIdentity> compounds) => context.ReportAll(compounds.Where(i => !before.Compounds.TryGetValue(i.Id, out var c) || c.Identity != i).Select(i =>
        {
            var plans = i.Role == CompoundRole.Reference ? [settings.PlanOf(Properties.Relaxation)!] : settings.ScreeningPlans;
            return (EntityId.Compound(settings.Name, i.Id), (ICommand)new Generate(i, settings.Seed, settings.Restart, plans));
        }), cancel);
    }
}
