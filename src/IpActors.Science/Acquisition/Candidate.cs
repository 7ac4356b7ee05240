namespace IpActors.Science.Acquisition;

/// <summary>
/// What the surrogates say of one candidate, one number per objective, every objective in the maximise frame. An objective that is known already
/// (a band gap after relaxation) has its value as mu and sigma 0: see <see cref="WithKnown"/>.
/// </summary>
/// <param name="Id">decides ties, in ordinal order</param>
/// <param name="Composition">any key equal for candidates of one composition</param>
public sealed record Candidate(string Id, string Composition, ImmutableArray<double> Mu, ImmutableArray<double> Sigma)
{
    /// <summary>The probability that it satisfies the constraints on what is modelled (<see cref="Acquisition.Feasibility"/>): the score is multiplied by it. 1 where there are none.</summary>
    public double Feasibility { get; init; } = 1;

    /// <summary>g = mu + beta sigma (the paper: beta = 1), the optimistic corner that Eq. 20 ranks.</summary>
    public double[] Bound(double beta)
    {
        var g = new double[Mu.Length];
        for (var i = 0; i < g.Length; i++) g[i] = Mu[i] + beta * Sigma[i];
        return g;
    }

    /// <summary>The same candidate with known objectives: where <paramref name="known"/> is not null, mu is that value and sigma 0.</summary>
    public Candidate WithKnown(IReadOnlyList<double?> known)
    {
        if (known.Count != Mu.Length) throw new ArgumentException($"{Id}: {known.Count} known values for {Mu.Length} objectives");
        return this with { Mu = [.. Mu.Select((m, i) => known[i] ?? m)], Sigma = [.. Sigma.Select((s, i) => known[i] is null ? s : 0)] };
    }

    internal void Check(int objectives)
    {
        if (Mu.Length != objectives || Sigma.Length != objectives) throw new ArgumentException($"{Id}: {Mu.Length} mu and {Sigma.Length} sigma for {objectives} objectives");
        if (!(Feasibility >= 0 && Feasibility <= 1)) throw new ArgumentException($"{Id}: a probability of {Feasibility}");
        for (var i = 0; i < objectives; i++)
            if (!double.IsFinite(Mu[i]) || !double.IsFinite(Sigma[i]) || Sigma[i] < 0) throw new ArgumentException($"{Id}: mu {Mu[i]}, sigma {Sigma[i]} of objective {i}; finite numbers with sigma >= 0 are needed");
    }
}
