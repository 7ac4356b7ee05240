using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Works;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;
using IpActors.Workers;
using IpActors.Workers.Builtin;
using IpActors.Workers.Campaigns;

namespace IpActors.Engine.Tests.Scale;

/// <summary>
/// A campaign as large as its space, through the real engine, journal, view, screening, description, Gaussian processes and selection; only the calculator is cheap: a sum over pairs of the unrelaxed structure, folded into
/// a distance to a flat hull, so that a stated share of the space makes the pool.
/// </summary>
static class ScaleCampaign
{
    public const string Name = "scale", Calculator = "cheap";

    /// <param name="share">of the candidates that pass the screening</param>
    public static CampaignSettings Settings(SpaceOptions space, double share) => new(Name, 1, space, new(share),
        [new(Properties.HydrationEnergy, "linear", 0.01, -10), new(Properties.Conductivity, "log10", 1, -8)], new(3, 2), new("uhvi", 1, 5, 12), new(3, 3, null),
        [Plan(Properties.Relaxation), Plan(Properties.HydrationEnergy), Plan(Properties.Conductivity)], RestartPolicy.Default);

    static PropertyPlan Plan(string property) => new(property, Calculator, [new PartPlan("cheap", ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal))]);

    public static SpaceOptions All => new() { Keep = Keep.All };
    /// <summary>Some hundred compounds.</summary>
    public static SpaceOptions Small => new() { X = ["O", "S"], Z = ["Cl", "Br"] };

    public static EmbeddedEngine Open(string journal, Action<string, string>? log = null, EngineOptions? options = null) => new(SqliteJournal.Open(journal), EntityKinds.All,
        [new EnumerateWorker(), new FixHullWorker(), new ScreenWorker(), new DescribeWorker(), new FitWorker(), new PredictWorker(), new SelectWorker(), new RankWorker(), new CheapRuns(), new CheapCombination()],
        (options ?? new() { Slots = 256 }) with { Log = log });

    public static Task<Decision> Begin(EmbeddedEngine engine, SpaceOptions space, double share) =>
        engine.Send(EntityId.Coordinator(Name), new CreateCampaign(Settings(space, share), "scale", "scale", "scale"));

    public static PropertyValue? Combine(CombineProperty work) => work.Parts.TryGetValue("cheap", out var part)
        ? new(work.Plan.Property, part["value"], double.NaN, Properties.Unit(work.Plan.Property), [], ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal), Calculator) : null;

    /// <summary>The unrelaxed structure of a compound that the space has listed: its id is believed, and spglib not asked.</summary>
    public static Structure Start(CompoundIdentity i)
    {
        if (i.Role == CompoundRole.Reference) return ReferencePhases.Find(i.Origin)!.ToStructure();
        var parts = i.Origin.Split('-');
        var aristotype = Aristotypes.Find(parts[0])!;
        var h = parts[2].Split('.').Select(int.Parse).ToArray();
        var species = parts[3..^1].Select(t => Formula.Parse(t).Amounts.Select(a => a.Element).OrderBy(e => Elements.Get(e).Z).ToImmutableArray()).ToImmutableArray();
        return new Candidate(aristotype, new Hnf(h[0], h[1], h[2], h[3], h[4], h[5]), species, Convert.ToUInt64(parts[^1], 16), Formula.Parse(i.Formula), new SpaceGroup(i.SpaceGroupNumber, i.SpaceGroup, i.SymprecA)).ToStructure();
    }

    /// <summary>Charges over distances, nearest images only, eV per atom but for the constant: Li is +1, all else -1.</summary>
    public static double PairSum(Structure s)
    {
        var sum = 0.0;
        for (var i = 0; i < s.Count; i++)
            for (var j = 0; j < i; j++)
            {
                var d = s.Fractional[i] - s.Fractional[j];
                var r = new Science.Numerics.Vec3(d.X - Math.Round(d.X), d.Y - Math.Round(d.Y), d.Z - Math.Round(d.Z)) * s.Cell;
                sum += (s.Species[i] == "Li" == (s.Species[j] == "Li") ? 1 : -1) / Math.Sqrt(r.X * r.X + r.Y * r.Y + r.Z * r.Z);
            }
        return sum / s.Count;
    }

    /// <summary>Energies of the references lie on a plane over the compositions; a candidate lies above it by its pair sum, folded into 0 to 1.</summary>
    public static double EnergyEvPerAtom(CompoundIdentity i, Structure s)
    {
        var plane = s.Species.Sum(e => -0.1 * Elements.Get(e).Z) / s.Count;
        var folded = 1e4 * Math.Abs(PairSum(s));
        return i.Role == CompoundRole.Reference ? plane : plane + folded - Math.Floor(folded);
    }
}

sealed class CheapRuns : WorkerOf<LaunchRun>
{
    protected override async Task Perform(LaunchRun work, IWorkContext context, CancellationToken cancel)
    {
        var nonce = work.Nonce ?? $"n{work.Attempt}";
        await context.Report(new StartRun(work.Attempt, nonce, ""), cancel);
        var compound = await context.Read<Compound>(EntityId.Compound(work.Spec.Campaign, work.Spec.Compound), cancel);
        var s = compound.Relaxation?.Structure ?? ScaleCampaign.Start(compound.Identity!);
        await context.Report(new SucceedRun(nonce, work.Spec.Property switch
        {
            Properties.Relaxation => PartResult.Of(ScaleCampaign.Calculator, [("energy_eV_per_atom", ScaleCampaign.EnergyEvPerAtom(compound.Identity!, s))], s, texts: [("scheme", ScaleCampaign.Calculator)]),
            Properties.HydrationEnergy => PartResult.Of(ScaleCampaign.Calculator, [("value", 100 * ScaleCampaign.PairSum(s))]),
            _ => PartResult.Of(ScaleCampaign.Calculator, [("value", Math.Pow(10, -s.VolumeA3 / s.Count / 5))]),
        }), cancel);
    }
}

sealed class CheapCombination : WorkerOf<CombineProperty>
{
    protected override Task Perform(CombineProperty work, IWorkContext context, CancellationToken cancel) => context.Report(new RecordProperty(ScaleCampaign.Combine(work)!), cancel);
}
