using IpActors.App.Campaigns;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Surrogates;
using IpActors.Domain.Views;
using IpActors.Domain.Works;
using IpActors.Engine;
using IpActors.Science.Crystals;
using IpActors.Science.Descriptors;
using IpActors.Science.Numerics;
using IpActors.Science.Surrogates;

namespace IpActors.App.Tests;

/// <summary>A small finished campaign written by hand, event by event: a reference, three candidates of the pool, one unstable and one given up, an initial set of two and one batch of one.</summary>
sealed class SampleCampaign : IBlobs
{
    public const string A = "Li3XZ-01-1.0.0.1.0.1-O-Cl-0", B = "Li3XZ-01-1.0.0.1.0.1-S-I-0", C = "Li4XZ2-01-1.0.0.1.0.1-O-BrI-2", Unstable = "Li3XZ-01-1.0.0.1.0.1-Te-F-0", Lost = "Li3XZ-01-1.0.0.1.0.1-Se-F-0", Reference = "ref-Li2O";

    /// <summary>Its name and free texts hold what HTML must escape.</summary>
    public const string File = """
        # <script>alert("a & b")</script>
        name: sample
        objectives:
          - {property: band-gap, reference: 0}
          - {property: hydration-energy, scale: 0.01, reference: -10}
          - {property: conductivity, transform: log10, reference: -8}
        acquisition: {batch: 1, initial: 2}
        calculators: {relaxation: {with: builtin}, band-gap: {with: builtin}, hydration-energy: {with: builtin, configurations: 1}, conductivity: {with: builtin, temperatures_K: [800, 1000, 1200], mechanisms: [vacancy]}}
        """;

    readonly Dictionary<string, byte[]> _blobs = [];
    readonly List<StoredEvent> _events = [];
    readonly Dictionary<string, long> _heads = [];

    public IReadOnlyList<StoredEvent> Events => _events;
    public CampaignView View => _events.Aggregate(new CampaignView("sample"), (v, e) => v.Apply(e.Entity, e.Event));
    /// <summary>The compounds' states, by id.</summary>
    public IReadOnlyDictionary<string, Compound> States => _events.Where(e => e.Entity.Kind == "compound").GroupBy(e => e.Entity.Key)
        .ToImmutableSortedDictionary(g => g.Key, g => g.Aggregate(IpActors.Domain.Compounds.Compound.Decider.Initial, (s, e) => IpActors.Domain.Compounds.Compound.Decider.Evolve(s, e.Event)), StringComparer.Ordinal);
    public CampaignSettings Settings { get; } = CampaignFile.Parse("sample.yaml", File).Settings;

    public SampleCampaign()
    {
        Coordinator(new CampaignCreated(Settings, File, new string('a', 64), "0123456789abcdef"));
        Generated(Reference, CompoundRole.Reference, "Li2O", "antifluorite", "Fm-3m", 225, 1);
        Generated(A, CompoundRole.Candidate, "Li3OCl", "Li3XZ", "Pm-3m", 221, 1);
        Generated(B, CompoundRole.Candidate, "Li3SI", "Li3XZ", "Pm-3m", 221, 1);
        Generated(C, CompoundRole.Candidate, "Li4OBrI", "Li4XZ2", "I4mm", 107, 1);
        Generated(Unstable, CompoundRole.Candidate, "Li3TeF", "Li3XZ", "Pm-3m", 221, 1);
        Generated(Lost, CompoundRole.Candidate, "Li3SeF", "Li3XZ", "Pm-3m", 221, 1);
        Coordinator(new SpaceEnumerated(5, "space", ImmutableSortedDictionary<string, int>.Empty.Add("Li3XZ", 4).Add("Li4XZ2", 1), [Reference]));
        Relaxed(Reference, -4.75);
        Coordinator(new HullFixed("hull", "model", 1));
        foreach (var (id, energy, gap, signed) in new[] { (A, -4.1, 4.5, -0.02), (B, -3.3, 3.25, 0.05), (C, -3.6, 4.0, 0.012), (Unstable, -3.0, 2.0, 0.35) })
        {
            Relaxed(id, energy);
            Known(id, Properties.BandGap, gap, double.NaN);
            Compound(id, new HullEvaluated("hull", signed, Math.Max(0, signed), [new HullProduct("Li2O", 0.6), new HullProduct("LiCl", 0.4)], signed < 0.1));
        }
        Run($"{Lost}:relaxation:relax", new RunFailed(1, "n1", new Fault("not-converged", FaultKind.Physics, "forces above the limit after 500 steps."), ImmutableSortedDictionary<string, double>.Empty.Add("max_steps", 1000)));
        Run($"{Lost}:relaxation:relax", new RunStarting(2, "n2", "f"));
        Run($"{Lost}:relaxation:relax", new RunFailed(2, "n2", new Fault("exploded", FaultKind.Fatal, "atoms overlap"), null));
        Run($"{Lost}:relaxation:relax", new RunAbandoned("exploded: atoms overlap (attempt 2)"));
        Compound(Lost, new PartFailed(Properties.Relaxation, "relax", "exploded: atoms overlap (attempt 2)"));
        Compound(Lost, new CompoundAbandoned("relaxation relax: exploded: atoms overlap (attempt 2)"));
        var pool = Put(PoolBlobs.OfIds([A, B, C]));
        Coordinator(new PoolClosed(pool, 3, 4, 1, 1));
        var latent = Put(LatentPool.FromRows([2, 2, 2], [[0, 0, 0, 0, 0, 0], [1, 0.5, 0, 1, 0.5, 0], [0.5, 0, 0.5, 0, 0, 1]]).ToBytes());
        Coordinator(new PoolDescribed(pool, latent, [2, 2, 2]));
        Select(new Batch(0, "space-filling", 1, 0, 3, [0, -10, -8], [], [], pool, latent, [new(A, 1, [], [], [], 0, 0), new(B, 2, [], [], [], 0, 0)]));
        Evaluate(A, -22, 1e-5, 2e-6);
        Evaluate(B, 12.5, 0.02, 0.005, PropertyFlags.Extrapolated);
        Coordinator(new IterationCompleted(0, 2, 226.25, 226.25, [new BestValue(Properties.BandGap, A, 4.5, 4.5), new BestValue(Properties.HydrationEnergy, B, 12.5, 0.125), new BestValue(Properties.Conductivity, B, 0.02, Math.Log10(0.02))], true));
        var digests = Settings.Objectives.Select((o, k) => Put(SurrogateDecisions.ToBytes(new Prediction([4, 3.5, 3.9 - 4 * k], [0.1, 0.2, 0.5])))).ToArray();
        foreach (var (o, k) in Settings.Objectives.Select((o, k) => (o, k)))
        {
            Surrogate(o, new TrainingSetGiven(TrainingSets.Of(View.Coordinator, o)));
            Surrogate(o, new SurrogateFitted(1, new Hyperparameters(0, 0.1, [new([1], 1, [0.5 + k]), new([1, 2], 0.5, [1, 1])]), -2.5, "fit"));
            Surrogate(o, new SurrogatePredicted(1, digests[k]));
        }
        foreach (var (o, k) in Settings.Objectives.Select((o, k) => (o, k))) Coordinator(new PredictionReceived(1, o.Property, digests[k], "fit"));
        Select(new Batch(1, "uhvi", 1, 226.25, 1, [0, -10, -8], [.. digests], ["fit", "fit", "fit"], pool, latent, [new(C, 1, [3.9, -0.1, -4.1], [0.5, 0.5, 0.5], [4.4, 0.4, -3.6], 12.345678, 12.345678)]));
        Evaluate(C, -25, 1e-9, double.NaN, PropertyFlags.Censored);
        Coordinator(new IterationCompleted(1, 3, 230.5, 4.25, [new BestValue(Properties.BandGap, A, 4.5, 4.5), new BestValue(Properties.HydrationEnergy, B, 12.5, 0.125), new BestValue(Properties.Conductivity, B, 0.02, Math.Log10(0.02))], false));
        Coordinator(new SamplingEnded("the budget of 1 iterations is spent", false));
        var (ranks, finish) = ScreeningDecisions.Rank(Settings, View.Coordinator.Evaluations);
        foreach (var (id, rank) in ranks) Compound(id, new CompoundRanked(rank.Front, rank.ExclusiveHypervolume));
        Coordinator(new CampaignFinished(finish.Hypervolume, finish.Front));
    }

    void Coordinator(IEvent e) => Add(EntityId.Coordinator("sample"), e);
    void Surrogate(Domain.Campaigns.Objective o, IEvent e) => Add(EntityId.Surrogate("sample", o.Property), e);
    void Compound(string id, IEvent e) => Add(EntityId.Compound("sample", id), e);
    void Run(string key, IEvent e) => Add(new EntityId("sample", "run", key), e);

    void Add(EntityId entity, IEvent e)
    {
        var number = _heads[entity.PersistenceId] = _heads.GetValueOrDefault(entity.PersistenceId) + 1;
        _events.Add(new(_events.Count + 1, DateTimeOffset.UnixEpoch, entity, number, EntityKinds.All.EventName(e.GetType()), e, ""));
    }

    void Generated(string id, CompoundRole role, string formula, string aristotype, string group, int number, int index) => Compound(id, new CompoundGenerated(
        new CompoundIdentity("sample", id, role, formula, aristotype, group, number, 0.001, index, id), 1, RestartPolicy.Default, role == CompoundRole.Reference ? [Settings.PlanOf(Properties.Relaxation)!] : Settings.ScreeningPlans));

    void Relaxed(string id, double energy) => Compound(id, new CompoundRelaxed(PartResult.Of("model", [("energy_eV_per_atom", energy)],
        new Structure(new Mat3(new Vec3(4, 0, 0), new Vec3(0, 4, 0), new Vec3(0, 0, 4)), ["Li", "O"], [new Vec3(0, 0, 0), new Vec3(0.5, 0.5, 0.5)]), texts: [("scheme", "model")])));

    PropertyValue Known(string id, string property, double value, double error, params string[] flags)
    {
        var v = new PropertyValue(property, value, error, Properties.Unit(property), [.. flags], ImmutableSortedDictionary<string, double>.Empty, "model");
        Compound(id, new PropertyKnown(v));
        return v;
    }

    void Select(Batch batch)
    {
        Coordinator(new BatchSelected(batch));
        foreach (var c in batch.Chosen) Compound(c.Compound, new CompoundSelected(batch.Iteration, c.Rank, Settings.SelectionPlans));
    }

    void Evaluate(string id, double hydration, double conductivity, double error, params string[] flags)
    {
        Known(id, Properties.HydrationEnergy, hydration, double.NaN);
        Known(id, Properties.Conductivity, conductivity, error, flags);
        Coordinator(new EvaluationRecorded(id, View.Compounds[id].Values, null));
    }

    public string Put(ReadOnlySpan<byte> content)
    {
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        _blobs[digest] = content.ToArray();
        return digest;
    }

    public byte[] Get(string digest) => _blobs.TryGetValue(digest, out var b) ? b : throw new FileNotFoundException(digest);
}
