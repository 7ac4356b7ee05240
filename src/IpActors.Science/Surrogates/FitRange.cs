namespace IpActors.Science.Surrogates;

/// <summary>
/// Where the hyperparameters of standardised y may lie, and the weak prior on them, each in natural logarithms. With d_g the median distance of the training rows in
/// group g: length scales in [0.02 d, 50 d], expected in [0.5 d, 5 d]; variances in [1e-6, 100], expected in [1e-3, 10]; noise in [1e-8, 10], expected in [1e-4, 1].
/// The prior is flat over the expected range, so that it moves no optimum there, and falls outside like a normal density, of standard deviation 1 for length scales
/// and 2 for variances and noise. At the start of a campaign 15 hyperparameters meet 20 points, and the likelihood alone often runs to a bound; at any size it cannot tell
/// noise from a term whose length scale is short of all distances, and the prior then prefers noise.
/// </summary>
public sealed class FitRange
{
    readonly double[] _expectedLow;
    readonly double[] _expectedHigh;
    readonly double[] _deviation;

    FitRange(List<(double Low, double ExpectedLow, double ExpectedHigh, double High, double Deviation)> logs)
    {
        Lower = [.. logs.Select(r => Math.Log(r.Low))];
        Upper = [.. logs.Select(r => Math.Log(r.High))];
        _expectedLow = [.. logs.Select(r => Math.Log(r.ExpectedLow))];
        _expectedHigh = [.. logs.Select(r => Math.Log(r.ExpectedHigh))];
        _deviation = [.. logs.Select(r => r.Deviation)];
    }

    public double[] Lower { get; }
    public double[] Upper { get; }

    /// <summary>The ranges in the order of <see cref="LikelihoodSurface"/>'s θ; <paramref name="medianDistances"/> one per group.</summary>
    public static FitRange For(ImmutableArray<ImmutableArray<int>> termGroups, double[] medianDistances)
    {
        var ranges = new List<(double, double, double, double, double)>();
        foreach (var groups in termGroups)
        {
            ranges.Add((1e-6, 1e-3, 10, 100, 2));
            foreach (var g in groups) { var d = medianDistances[g - 1]; ranges.Add((0.02 * d, 0.5 * d, 5 * d, 50 * d, 1)); }
        }
        ranges.Add((1e-8, 1e-4, 1, 10, 2));
        return new(ranges);
    }

    /// <summary>The median of |x_g − x'_g| over the pairs of distinct rows, per group; 1 where a group tells no two rows apart.</summary>
    public static double[] MedianDistances(GroupDistances distances)
    {
        var medians = new double[distances.Groups];
        var apart = new double[distances.Count * (distances.Count - 1) / 2];
        for (var g = 0; g < medians.Length; g++)
        {
            var count = 0;
            for (var i = 0; i < distances.Count; i++)
                for (var j = 0; j < i; j++)
                    if (distances[g, i, j] is var d && d > 0) apart[count++] = d;
            medians[g] = count == 0 ? 1 : Math.Sqrt(Smallest(apart.AsSpan(0, count), count / 2));
        }
        return medians;
    }

    /// <summary>The number that stands at that place in rising order (Hoare's selection); the numbers change places.</summary>
    static double Smallest(Span<double> numbers, int place)
    {
        var (low, high) = (0, numbers.Length - 1);
        while (low < high)
        {
            var pivot = numbers[(low + high) / 2];
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (numbers[i] < pivot) i++;
                while (numbers[j] > pivot) j--;
                if (i <= j) { (numbers[i], numbers[j]) = (numbers[j], numbers[i]); i++; j--; }
            }
            if (place <= j) high = j; else if (place >= i) low = i; else break;
        }
        return numbers[place];
    }

    /// <summary>The start of that number: 0 is l in the middle of its range, equal variances of 1 in all, noise 0.01; others are drawn uniformly over the expected ranges.</summary>
    public double[] Start(int number, ImmutableArray<ImmutableArray<int>> termGroups, long seed)
    {
        if (number > 0)
        {
            var random = Numerics.SeededRandom.Stream(seed, $"surrogate-start/{number}");
            return [.. _expectedLow.Zip(_expectedHigh, (low, high) => low + (high - low) * random.NextDouble())];
        }
        var theta = _expectedLow.Zip(_expectedHigh, (low, high) => (low + high) / 2).ToArray();
        var p = 0;
        foreach (var groups in termGroups) { theta[p] = -Math.Log(termGroups.Length); p += 1 + groups.Length; }
        theta[p] = Math.Log(0.01);
        return theta;
    }

    /// <summary>The logarithm of the prior's density up to a constant, at most 0; its gradient is added to <paramref name="gradient"/>.</summary>
    public double LogPrior(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        var sum = 0.0;
        for (var i = 0; i < theta.Length; i++)
        {
            var z = (theta[i] - Math.Clamp(theta[i], _expectedLow[i], _expectedHigh[i])) / _deviation[i];
            sum -= 0.5 * z * z;
            gradient[i] -= z / _deviation[i];
        }
        return sum;
    }
}
