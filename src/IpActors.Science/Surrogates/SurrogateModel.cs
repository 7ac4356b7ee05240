using IpActors.Science.Descriptors;

namespace IpActors.Science.Surrogates;

/// <param name="Starts">Starting points of the optimiser, the first of them fixed, the others drawn from the seed.</param>
/// <param name="WeakPrior">Whether the prior of <see cref="FitRange"/> is added to the likelihood; without it the likelihood alone decides, within the same bounds.</param>
/// <param name="MaxEvaluations">Most evaluations of the likelihood in one climb.</param>
public sealed record FitOptions(int Starts = 5, bool WeakPrior = true, int MaxEvaluations = 300);

/// <summary>
/// A Gaussian process fitted to one objective: every single group and every pair of groups has a term of its own (<see cref="Hyperparameters.TermGroups"/>), y is
/// standardised, and the log marginal likelihood plus the weak prior is maximised from several starts.
/// </summary>
public static class SurrogateModel
{
    // Gain in log likelihood over five steps below which a climb ends: every start climbs coarsely, and the best two of them go on finely.
    const double CoarseTolerance = 0.02;
    const double FineTolerance = 1e-6;
    const int Finalists = 2;

    /// <summary>
    /// Fits hyperparameters. Starts run in parallel and are compared in their order, so the result does not depend on the cores. Each evaluation costs about n³.
    /// Throws <see cref="ArgumentException"/> for shapes that do not match and <see cref="ArithmeticException"/> when no start gives a finite likelihood.
    /// </summary>
    /// <param name="rows">Training rows, n × (group widths).</param>
    /// <param name="y">n values.</param>
    /// <param name="extraNoiseVariance">Per point, in units of y squared, on top of the fitted noise (censored values); null for none.</param>
    public static FittedModel Fit(LatentPool rows, IReadOnlyList<double> y, IReadOnlyList<double>? extraNoiseVariance, long seed, FitOptions? options = null)
    {
        options ??= new();
        if (options.Starts < 1) throw new ArgumentException($"{options.Starts} starts; give 1 or more", nameof(options));
        GaussianProcess.CheckShapes(rows, y, extraNoiseVariance);
        var (mean, deviation) = Standardisation(y);
        double[] z = [.. y.Select(v => (v - mean) / deviation)];
        double[] extra = [.. Enumerable.Range(0, y.Count).Select(i => (extraNoiseVariance?[i] ?? 0) / (deviation * deviation))];
        var termGroups = Hyperparameters.TermGroups(rows.Widths.Length);
        var distances = GroupDistances.Within(rows);
        var range = FitRange.For(termGroups, FitRange.MedianDistances(distances));

        var found = new BoundedMinimizer.Result[options.Starts];
        Parallel.For(0, options.Starts, s => found[s] = Climb(range.Start(s, termGroups, seed), null, CoarseTolerance));
        var finalists = found.Where(f => double.IsFinite(f.Value)).OrderBy(f => f.Value).Take(Finalists).ToArray();
        if (finalists.Length == 0) throw new ArithmeticException($"no start of {options.Starts} gave a finite likelihood for {y.Count} points");
        Parallel.For(0, finalists.Length, s => finalists[s] = Climb(finalists[s].X, finalists[s], FineTolerance));
        var end = finalists.MinBy(f => f.Value)!.X;
        var final = new LikelihoodSurface(distances, z, extra, termGroups);
        final.Evaluate(end, new double[end.Length], out var m);
        return Rebuild(final.At(end, m), rows, y, extraNoiseVariance);

        BoundedMinimizer.Result Climb(double[] start, BoundedMinimizer.Result? from, double tolerance)
        {
            var surface = new LikelihoodSurface(distances, z, extra, termGroups);
            double Cost(ReadOnlySpan<double> theta, Span<double> g)
            {
                var value = surface.Evaluate(theta, g, out _);
                if (options.WeakPrior) value += range.LogPrior(theta, g);
                for (var i = 0; i < g.Length; i++) g[i] = -g[i];
                return -value;
            }
            return from is null ? BoundedMinimizer.Minimise(Cost, start, range.Lower, range.Upper, tolerance, options.MaxEvaluations)
                : BoundedMinimizer.Continue(Cost, from, range.Lower, range.Upper, tolerance, from.Evaluations + options.MaxEvaluations);
        }
    }

    /// <summary>The model of known hyperparameters of standardised y: the same bits as when they were fitted on these data.</summary>
    public static FittedModel Rebuild(Hyperparameters hyperparameters, LatentPool rows, IReadOnlyList<double> y, IReadOnlyList<double>? extraNoiseVariance = null)
    {
        GaussianProcess.CheckShapes(rows, y, extraNoiseVariance);
        var (mean, deviation) = Standardisation(y);
        double[] z = [.. y.Select(v => (v - mean) / deviation)];
        var extra = extraNoiseVariance?.Select(v => v / (deviation * deviation)).ToArray();
        return new(new GaussianProcess(hyperparameters, rows, z, extra), mean, deviation, y);
    }

    /// <summary>Mean and standard deviation (of the n values, not n − 1); the deviation counts as 1 where all values are equal to rounding.</summary>
    public static (double Mean, double Deviation) Standardisation(IReadOnlyList<double> y)
    {
        var mean = 0.0;
        foreach (var v in y) mean += v / y.Count;
        var square = 0.0;
        foreach (var v in y) square += (v - mean) * (v - mean) / y.Count;
        var deviation = Math.Sqrt(square);
        return (mean, deviation > 1e-12 * Math.Abs(mean) ? deviation : 1);
    }
}

/// <summary>A fitted surrogate of one objective.</summary>
public sealed class FittedModel
{
    readonly GaussianProcess _process;

    internal FittedModel(GaussianProcess process, double yMean, double yDeviation, IReadOnlyList<double> y)
    {
        (_process, YMean, YStd) = (process, yMean, yDeviation);
        var loo = process.LeaveOneOut();
        Loo = new([.. loo.Mu.Select(v => yMean + yDeviation * v)], [.. loo.Sigma.Select(v => yDeviation * v)], [.. loo.LogPredictive.Select(v => v - Math.Log(yDeviation))]);
        Calibration = Calibration.Of(Loo.Mu, Loo.Sigma, y);
    }

    /// <summary>Of standardised y, (y − <see cref="YMean"/>) / <see cref="YStd"/>; with the training data they rebuild this model.</summary>
    public Hyperparameters Hyperparameters => _process.Hyperparameters;
    /// <summary>The same process in the units of y.</summary>
    public Hyperparameters InUnitsOfY => Hyperparameters.Rescaled(YMean, YStd);
    public double YMean { get; }
    public double YStd { get; }
    /// <summary>Log marginal likelihood of standardised y, without the prior.</summary>
    public double Lml => _process.LogMarginalLikelihood;
    public double Jitter => _process.Jitter;
    /// <summary>Leave-one-out predictions in units of y.</summary>
    public LeaveOneOut Loo { get; }
    /// <summary>Of the leave-one-out predictions.</summary>
    public Calibration Calibration { get; }

    /// <summary>μ and σ of f without noise, in units of y, for every row.</summary>
    public Prediction Predict(LatentPool rows)
    {
        var p = _process.Predict(rows);
        return new([.. p.Mu.Select(v => YMean + YStd * v)], [.. p.Sigma.Select(v => YStd * v)]);
    }
}
