using IpActors.Domain.Surrogates;
using IpActors.Domain.Works;
using IpActors.Science.Acquisition;
using IpActors.Science.Crystals;
using IpActors.Science.Descriptors;
using IpActors.Science.Surrogates;

namespace IpActors.Domain.Campaigns;

/// <summary>The pool as one selection sees it: what is known of every compound, what is predicted, and which compounds are open.</summary>
/// <param name="Predictions">mu and sigma of the whole pool, in the maximise frame, one for each of <see cref="SelectionInputs.Predictions"/>; not used by the rule "random"</param>
/// <param name="Facts">needed where <see cref="CampaignSettings.UsesFacts"/></param>
/// <param name="Scores">needed by a constraint on L_s</param>
/// <param name="Condition">needed where sigma is conditioned on what is imagined</param>
public sealed record CandidatePool(CampaignSettings Settings, SelectionInputs Inputs, IReadOnlyList<string> Ids, IReadOnlyList<Prediction> Predictions, PoolFacts? Facts, SynthesizabilityScores? Scores = null, Conditioning? Condition = null)
{
    static readonly ImmutableArray<string> ByFormula = [Properties.ToleranceFactor];

    public static CandidatePool Of(CampaignSettings settings, SelectionInputs inputs, IBlobs blobs)
    {
        var ids = PoolBlobs.Ids(blobs.Get(inputs.PoolDigest));
        var scores = settings.Screening.Synthesizability is { } s && settings.Acquisition.Constraints.Any(c => c.Property == Properties.Synthesizability) ? SynthesizabilityScores.FromBytes(blobs.Get(s.Digest)) : null;
        var isInitial = inputs.IsInitial(settings);
        var facts = settings.UsesFacts && (settings.FiltersByFacts || !isInitial) && inputs.FactsDigest is { } digest ? PoolFacts.FromBytes(blobs.Get(digest)) : null;
        var believes = settings.Acquisition.Believes && settings.Acquisition.Rule != "random" && !isInitial;
        return new(settings, inputs, ids, [.. inputs.Predictions.Select(p => SurrogateDecisions.FromBytes(blobs.Get(p.PredictionDigest)))], facts, scores, believes ? Believing(settings, inputs, ids, blobs) : null);
    }

    static Conditioning Believing(CampaignSettings settings, SelectionInputs inputs, string[] ids, IBlobs blobs)
    {
        var index = ids.Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i, StringComparer.Ordinal);
        return Believer.Over([.. settings.Objectives.Select(o => settings.IsKnown(o) ? null : SurrogateDecisions.ModelOf(blobs.Get(inputs.Predictions.First(p => p.Objective == o.Property).ModelDigest
            ?? throw new ArgumentException($"the model of {o.Property} was not kept in this journal")), ids))], LatentPool.FromBytes(blobs.Get(inputs.LatentDigest)), id => index[id]);
    }

    /// <summary>Rows not selected before that every constraint on a known property admits.</summary>
    public int[] Open => [.. Free.Where(i => Violated(i) is null)];

    /// <summary>Rows not selected before.</summary>
    public IEnumerable<int> Free => Enumerable.Range(0, Ids.Count).Where(i => !Inputs.Taken.Contains(Ids[i]));

    /// <summary>The first constraint on a known property that a compound violates.</summary>
    public Constraint? Violated(int row) => Settings.Acquisition.Constraints.FirstOrDefault(c => c.IsHard && !c.Admits(Known(c.Property, row)));

    /// <summary>A property known of the pool, in its own unit; NaN: not of this compound.</summary>
    public double Known(string property, int row)
    {
        if (property == Properties.Synthesizability) return Scores?.Of(Ids[row], RequiredFacts.Compositions[row]) ?? double.NaN;
        if (ByFormula.Contains(property)) return ToleranceFactorOf(RequiredFacts.Compositions[row]);
        return RequiredFacts.Values.TryGetValue(property, out var values) ? values[row] : throw new ArgumentException($"{property} is not known for the whole pool");
    }

    PoolFacts RequiredFacts => Facts ?? throw new ArgumentException("the pool's compositions and known objectives were not kept in this journal");

    static double ToleranceFactorOf(string formula)
    {
        try { return ShannonRadii.ToleranceFactor(Formula.Parse(formula)); }
        catch (Science.InputException) { return double.NaN; }
    }

    public string CompositionOf(int row) => Facts?.Compositions[row] ?? Ids[row];

    /// <summary>Candidates for some rows, in their order.</summary>
    public Candidate[] Candidates(IEnumerable<int> rows)
    {
        if (Settings.UsesFacts) _ = RequiredFacts;
        var columns = Settings.Objectives.Select(Column).ToArray();
        var limits = Settings.Acquisition.Constraints.Where(c => !c.IsHard).Select(c => (Constraint: c, Objective: Settings.Modelled.FirstOrDefault(o => o.Property == c.Property) ?? Settings.Objectives.First(o => o.Property == c.Property)))
            .Select(l => (l.Constraint, l.Objective, Column: Column(l.Objective))).ToArray();
        return [.. rows.Select(i => new Candidate(Ids[i], CompositionOf(i), [.. columns.Select(c => c.Mu[i])], [.. columns.Select(c => c.Sigma[i])])
        {
            Feasibility = limits.Aggregate(1.0, (p, l) => p * l.Constraint.Probability(l.Objective, l.Column.Mu[i], l.Column.Sigma[i])),
        })];
    }

    /// <summary>mu and sigma of the pool for one property: its known values with sigma 0, or what the surrogate predicts.</summary>
    (IReadOnlyList<double> Mu, IReadOnlyList<double> Sigma) Column(Objective o)
    {
        if (Settings.IsKnown(o))
            return RequiredFacts.Values.TryGetValue(o.Property, out var values) ? ([.. values.Select(o.ToFrame)], new double[values.Length])
                : throw new ArgumentException($"{o.Property} is not known for the whole pool");
        for (var k = 0; k < Predictions.Count; k++)
            if (Inputs.Predictions[k].Objective == o.Property) return (Predictions[k].Mu, Predictions[k].Sigma);
        throw new ArgumentException($"{o.Property} has not been predicted");
    }
}
