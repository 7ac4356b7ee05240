using System.Text.Json.Serialization;
using IpActors.Science.Descriptors;
using IpActors.Science.Surrogates;

namespace IpActors.App.Surrogates;

/// <summary>What both verbs print; all in the units of y. Sigma is that of f, without noise; the leave-one-out sigma is that of an observation.</summary>
sealed record SurrogateAnswer(
    [property: JsonPropertyName("hyperparameters")] Hyperparameters Hyperparameters,
    [property: JsonPropertyName("logMarginalLikelihood")] double LogMarginalLikelihood,
    [property: JsonPropertyName("jitter")] double Jitter,
    [property: JsonPropertyName("mu")] double[] Mu,
    [property: JsonPropertyName("sigma")] double[] Sigma,
    [property: JsonPropertyName("leaveOneOut")] LeaveOneOutAnswer LeaveOneOut)
{
    public static SurrogateAnswer Of(GaussianProcess process, double[] y, LatentPool rows)
    {
        var (prediction, loo) = (process.Predict(rows), process.LeaveOneOut());
        var calibration = Calibration.Of(loo.Mu, loo.Sigma, y);
        return new(process.Hyperparameters, process.LogMarginalLikelihood, process.Jitter, prediction.Mu, prediction.Sigma,
            new(loo.Mu, loo.Sigma, loo.LogPredictive, calibration.RootMeanSquareError, calibration.Coverage68, calibration.Coverage95));
    }

    public void WriteText(TextWriter to)
    {
        to.WriteLine($"log marginal likelihood  {LogMarginalLikelihood:g8}");
        to.WriteLine($"mean {Hyperparameters.Mean:g6}   noise variance {Hyperparameters.NoiseVariance:g6}{(Jitter > 0 ? $"   jitter {Jitter:g3}" : "")}");
        foreach (var t in Hyperparameters.Terms)
            to.WriteLine($"term {string.Join('x', t.Groups),-6} variance {t.Variance,-12:g6} length scales {string.Join("  ", t.LengthScales.Select(l => l.ToString("g6")))}");
        to.WriteLine($"leave-one-out  rmse {LeaveOneOut.RootMeanSquareError:g6}   within 1 sigma {LeaveOneOut.Coverage68:p1} (68 % expected)   within 1.96 sigma {LeaveOneOut.Coverage95:p1} (95 %)");
        to.WriteLine();
        to.WriteLine($"{"row",6} {"mu",14} {"sigma",14}");
        for (var i = 0; i < Mu.Length; i++) to.WriteLine($"{i + 1,6} {Mu[i],14:g6} {Sigma[i],14:g6}");
    }
}

/// <summary>One entry per training row, and how they fare together.</summary>
sealed record LeaveOneOutAnswer(
    [property: JsonPropertyName("mu")] double[] Mu,
    [property: JsonPropertyName("sigma")] double[] Sigma,
    [property: JsonPropertyName("logPredictive")] double[] LogPredictive,
    [property: JsonPropertyName("rootMeanSquareError")] double RootMeanSquareError,
    [property: JsonPropertyName("coverage68")] double Coverage68,
    [property: JsonPropertyName("coverage95")] double Coverage95);
