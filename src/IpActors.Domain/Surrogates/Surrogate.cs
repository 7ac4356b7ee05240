using System.Diagnostics;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Entities;
using IpActors.Science.Surrogates;

namespace IpActors.Domain.Surrogates;

// ---- events: stored for ever; add cases and fields, never rename ----
[EventName("surrogate.training-set/1")] public sealed record TrainingSetGiven(TrainingSet Training) : IEvent;
[EventName("surrogate.fitted/1")] public sealed record SurrogateFitted(int Iteration, Hyperparameters Hyperparameters, double LogMarginalLikelihood, string Digest) : IEvent;
[EventName("surrogate.predicted/1")] public sealed record SurrogatePredicted(int Iteration, string PredictionDigest, string? ModelDigest = null) : IEvent;
[EventName("surrogate.prediction-delivered/1")] public sealed record PredictionDelivered(int Iteration) : IEvent;

/// <summary>The data of one fit, in the maximise frame: row i of the pool <paramref name="Compounds"/>[i] has objective value y[i], known to the standard deviation noise[i].</summary>
public sealed record TrainingSet(string Campaign, string Objective, int Iteration, string PoolDigest, string LatentDigest, long Seed, ImmutableArray<string> Compounds, ImmutableArray<double> Y, ImmutableArray<double> Noise)
{
    /// <summary>Hyperparameters are fitted anew; false: those of the fit before are kept, and only the data are new.</summary>
    public bool Refit { get; init; } = true;

    public bool Equals(TrainingSet? o) => o is not null && (Campaign, Objective, Iteration, PoolDigest, LatentDigest, Seed, Refit) == (o.Campaign, o.Objective, o.Iteration, o.PoolDigest, o.LatentDigest, o.Seed, o.Refit)
        && Compounds.AsSpan().SequenceEqual(o.Compounds.AsSpan()) && Y.AsSpan().SequenceEqual(o.Y.AsSpan()) && Noise.AsSpan().SequenceEqual(o.Noise.AsSpan());
    public override int GetHashCode() => HashCode.Combine(Objective, Iteration, PoolDigest);
}

// ---- commands ----
public sealed record AskBounds(TrainingSet Training) : ICommand;
public sealed record RecordFit(int Iteration, Hyperparameters Hyperparameters, double LogMarginalLikelihood, string Digest) : ICommand;
public sealed record RecordPredictionOf(int Iteration, string PredictionDigest, string? ModelDigest = null) : ICommand;
public sealed record AcknowledgePrediction(int Iteration) : ICommand;

// ---- work ----
/// <param name="Kept">The hyperparameters of the fit before, to go on with; null: fit.</param>
public sealed record FitSurrogate(TrainingSet Training, Hyperparameters? Kept) : Work(Training.Objective, Training.Iteration + 1)
{
    public override string Kind => "fit";
    public override int Priority => 5;
}

public sealed record PredictPool(TrainingSet Training, Hyperparameters Hyperparameters) : Work(Training.Objective, Training.Iteration + 1)
{
    public override string Kind => "predict";
    public override int Priority => 5;
}

/// <summary>The GP-model actor of one objective: fits its Gaussian process to the data it is given and answers with the bounds of the whole pool.</summary>
public sealed record Surrogate(TrainingSet? Training = null, SurrogateFitted? Fitted = null, SurrogatePredicted? Predicted = null, bool Delivered = false)
{
    /// <summary>Hyperparameters of the fit before, where these data are to go without one.</summary>
    public Hyperparameters? Kept { get; init; }

    public static readonly Decider<Surrogate> Decider = new("surrogate", new(), Decide, Evolve, s => s.Owes(), StateVersion: 1);

    static Decision Decide(Surrogate s, ICommand command) => command switch
    {
        AskBounds c when s.Training is { } t && c.Training.Iteration < t.Iteration => Decision.Accept(), // late
        AskBounds c when s.Training is { } t && c.Training.Iteration == t.Iteration => c.Training == t ? Decision.Accept() : Decision.Refuse($"iteration {t.Iteration} was asked before with other data"),
        AskBounds c => Decision.Accept(new TrainingSetGiven(c.Training)),
        RecordFit c => s.Training?.Iteration == c.Iteration && s.Fitted is null ? Decision.Accept(new SurrogateFitted(c.Iteration, c.Hyperparameters, c.LogMarginalLikelihood, c.Digest)) : Decision.Accept(),
        RecordPredictionOf c => s.Fitted?.Iteration == c.Iteration && s.Predicted is null ? Decision.Accept(new SurrogatePredicted(c.Iteration, c.PredictionDigest, c.ModelDigest)) : Decision.Accept(),
        AcknowledgePrediction c => s.Predicted?.Iteration == c.Iteration && !s.Delivered ? Decision.Accept(new PredictionDelivered(c.Iteration)) : Decision.Accept(),
        _ => throw new UnreachableException($"no answer to {command.GetType().Name}"),
    };

    static Surrogate Evolve(Surrogate s, IEvent e) => e switch
    {
        TrainingSetGiven g => new Surrogate(g.Training) { Kept = g.Training.Refit ? null : s.Fitted?.Hyperparameters ?? s.Kept },
        SurrogateFitted f => s with { Fitted = f },
        SurrogatePredicted p => s with { Predicted = p },
        PredictionDelivered => s with { Delivered = true },
        _ => throw new UnreachableException($"unknown event {e.GetType().Name}"),
    };

    IEnumerable<Work> Owes() => this switch
    {
        { Training: null } => [],
        { Fitted: null } => [new FitSurrogate(Training, Kept)],
        { Predicted: null } => [new PredictPool(Training, Fitted.Hyperparameters)],
        { Delivered: false } => [new Tell(EntityId.Coordinator(Training.Campaign), new RecordPrediction(Training.Iteration, Training.Objective, Predicted.PredictionDigest, Fitted.Digest, Predicted.ModelDigest),
            $"prediction-{Training.Iteration}", new AcknowledgePrediction(Training.Iteration))],
        _ => [],
    };
}
