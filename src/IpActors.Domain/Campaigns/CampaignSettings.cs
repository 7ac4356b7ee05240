using System.Text.Json.Serialization;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Works;
using IpActors.Science.Enumeration;

namespace IpActors.Domain.Campaigns;

/// <summary>All of a campaign file that decisions are made from; stored whole in the journal's first event.</summary>
public sealed record CampaignSettings(
    string Name,
    long Seed,
    [property: JsonConverter(typeof(SpaceOptionsJson))] SpaceOptions Space,
    ScreeningSettings Screening,
    ImmutableArray<Objective> Objectives,
    SurrogateSettings Surrogate,
    AcquisitionSettings Acquisition,
    StopSettings Stop,
    ImmutableArray<PropertyPlan> Calculators,
    RestartPolicy Restart)
{
    /// <summary>Journals from before there was a choice read as the default.</summary>
    public ReferenceSettings References { get; init; } = ReferenceSettings.Default;
    /// <summary>Objectives whose values are known for the whole pool and used as such.</summary>
    public bool IsKnown(Objective o) => Acquisition.KnownObjectives && PoolFacts.KnownProperties.Contains(o.Property);
    /// <summary>What a surrogate is asked for: the objectives that are not known, then what constraints alone are about.</summary>
    public IEnumerable<Objective> Modelled => Acquisition.Rule == "random" ? [] : Objectives.Where(o => !IsKnown(o)).Concat(Acquisition.Constraints
        .Where(c => !c.IsHard && Objectives.All(o => o.Property != c.Property)).Select(c => c.Property).Distinct().Select(p => new Objective(p, "linear", 1, 0)));
    /// <summary>Batches are made from the pool's facts too.</summary>
    public bool UsesFacts => Acquisition.CapPerComposition is not null || FiltersByFacts || (Acquisition.Rule != "random" && Objectives.Any(IsKnown));
    /// <summary>Constraints on known properties hold for every batch, the initial one too.</summary>
    public bool FiltersByFacts => Acquisition.Constraints.Any(c => c.IsHard);

    public PropertyPlan? PlanOf(string property) => Calculators.FirstOrDefault(p => p.Property == property);

    /// <summary>What every compound gets: the relaxation, and the gap where one is asked for (nearly free after it).</summary>
    public ImmutableArray<PropertyPlan> ScreeningPlans => [.. Calculators.Where(p => p.Property is Properties.Relaxation or Properties.BandGap)];
    /// <summary>What a selected compound gets beyond that.</summary>
    public ImmutableArray<PropertyPlan> SelectionPlans => [.. Calculators.Where(p => p.Property is not (Properties.Relaxation or Properties.BandGap))];
}

/// <summary>A compound passes at E_d below the limit (eV/atom).</summary>
public sealed record ScreeningSettings(double MaxDecompositionEnergyEvPerAtom)
{
    /// <summary>Imported scores; null: L_s is not available.</summary>
    public SynthesizabilitySettings? Synthesizability { get; init; }
}

/// <summary>
/// One objective in the maximise frame: f = scale · value for <c>linear</c>, scale · log10(value) for <c>log10</c>; the reference is in the frame.
/// The paper's: (E_g, E_h / 100, 10 sigma) with reference (0, -10, 0).
/// </summary>
public sealed record Objective(string Property, string Transform, double Scale, double Reference)
{
    /// <summary>The value in the maximise frame; a logarithm's argument is floored at 1e-12.</summary>
    public double ToFrame(double value) => Transform == "log10" ? Scale * Math.Log10(Math.Max(value, 1e-12)) : Scale * value;
    /// <summary>A standard error in the frame, to first order; 0 where none is known.</summary>
    public double ErrorToFrame(double value, double error) => !double.IsFinite(error) ? 0 : Math.Abs(Scale) * (Transform == "log10" ? error / (Math.Max(value, 1e-12) * Math.Log(10)) : error);
}

/// <param name="Latent">Latent variables a descriptor group.</param>
/// <param name="Starts">Starts of the likelihood's maximisation.</param>
public sealed record SurrogateSettings(int Latent, int Starts);

/// <param name="Rule">uhvi (the paper's: independent ranking), greedy (one after another, those before imagined), ehvi (ranking by the expected improvement of the hypervolume), or random.</param>
/// <param name="Batch">Compounds per batch; in the mode rolling: compounds under evaluation at a time.</param>
/// <param name="CapPerComposition">At most so many of one reduced formula in a batch after the initial one; null, the paper's: no cap.</param>
/// <param name="KnownObjectives">Objectives that screening has told of the whole pool (<see cref="PoolFacts.KnownProperties"/>) are used as known, with sigma 0 and no surrogate; false is the paper's.</param>
public sealed record AcquisitionSettings(string Rule, double Beta, int Batch, int Initial, int? CapPerComposition = null, bool KnownObjectives = false)
{
    public const string Synchronous = "synchronous", Rolling = "rolling", AtBound = "bound", Believer = "believer", Excluded = "excluded";

    /// <summary>synchronous: a batch is selected when the one before is evaluated; rolling: as soon as <see cref="SelectAfter"/> of those under way are in. Journals from before there was a choice are synchronous.</summary>
    public string Mode { get; init; } = Synchronous;
    public int SelectAfter { get; init; } = 1;
    /// <summary>Rolling: hyperparameters are fitted anew when so many results have come in since the last fit; between, the models get the new data at the old hyperparameters.</summary>
    public int RefitEvery { get; init; } = 1;
    /// <summary>What is imagined of compounds under evaluation, and by the rule greedy of those chosen before: they reach their bound, or (believer) come out at mu.</summary>
    public string Pending { get; init; } = AtBound;
    /// <summary>excluded: a compound with a censored value takes no part in front, hypervolume and ranking; bound: it counts at its bound. Journals from before there was a choice counted it at its bound.</summary>
    public string Censored { get; init; } = AtBound;
    public ImmutableArray<Constraint> Constraints { get; init; } = [];
    /// <summary>Compounds of the initial set that the user named; space filling adds what is missing to <see cref="Initial"/>.</summary>
    public ImmutableArray<string> InitialIds { get; init; } = [];

    public bool IsRolling => Mode == Rolling;
    public bool Believes => Pending == Believer;

    public bool Equals(AcquisitionSettings? o) => o is not null && (Rule, Batch, Initial, CapPerComposition, KnownObjectives) == (o.Rule, o.Batch, o.Initial, o.CapPerComposition, o.KnownObjectives) && Beta.Equals(o.Beta)
        && (Mode, SelectAfter, RefitEvery, Pending, Censored) == (o.Mode, o.SelectAfter, o.RefitEvery, o.Pending, o.Censored)
        && Constraints.AsSpan().SequenceEqual(o.Constraints.AsSpan()) && InitialIds.AsSpan().SequenceEqual(o.InitialIds.AsSpan());
    public override int GetHashCode() => HashCode.Combine(Rule, Beta, Batch, Initial, Mode, Pending);
}

/// <summary>
/// No best value changed for so many iterations in a row; the budgets of iterations and evaluations (null: none); and, where asked for, a hypervolume that grew by at most
/// <paramref name="VolumeTolerance"/> of itself over so many iterations.
/// </summary>
public sealed record StopSettings(int UnchangedIterations, int? MaxIterations, int? MaxEvaluations, int? UnchangedVolumeIterations = null, double VolumeTolerance = 1e-3);
