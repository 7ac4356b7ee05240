namespace IpActors.Science.Transport;

/// <summary>
/// Diffusion of the charge: D_σ = lim ⟨|Σ_i Δr_i|²⟩ / (2 d N t), the displacement of all N mobile ions together against the framework. Ions that move independently have D_σ = D*; the Haven ratio
/// H = D* / D_σ is under 1 where they push each other along, and the tracer's correlation factor where they share single vacancies (Murch, Solid State Ionics 7, 177 (1982)). One walker says less than N: errors are
/// several times those of D*.
/// </summary>
/// <param name="Charge">D_σ with its error, or the reason why there is none.</param>
/// <param name="HavenRatio">Null where D* or D_σ is.</param>
/// <param name="HavenError">H times the root of the sum of the squared relative errors, as if D* and D_σ erred independently.</param>
/// <param name="HavenAtLeast">D* over the 95 % bound of D_σ; null without D*.</param>
public sealed record CollectiveTransport(DiffusionEstimate Charge, double? HavenRatio, double HavenError, double? HavenAtLeast)
{
    /// <param name="charge">One walker, Σ_i r_i / N^½ against the framework (<see cref="Walker"/>).</param>
    public static CollectiveTransport Of(Trajectory charge, int ions, DiffusionEstimate tracer, DiffusionSpace space, DiffusionSettings settings)
    {
        var e = DiffusionFit.Estimate(charge, space, settings with { CollectiveOf = ions });
        var h = tracer.D / e.D;
        var error = h is { } r ? r * Math.Sqrt(Math.Pow(tracer.StandardError / tracer.D!.Value, 2) + Math.Pow(e.StandardError / e.D!.Value, 2)) : 0;
        return new(e, h, error, tracer.D / e.UpperBound95);
    }

    /// <summary>Σ_i r_i / N^½ of ions against a framework that stands still.</summary>
    public static Trajectory Walker(Trajectory ions)
    {
        var p = new double[3 * ions.Frames];
        var scale = 1 / Math.Sqrt(ions.Atoms);
        for (var f = 0; f < ions.Frames; f++)
            for (var a = 0; a < ions.Atoms; a++)
            {
                var o = (f * ions.Atoms + a) * 3;
                for (var i = 0; i < 3; i++) p[3 * f + i] += scale * ions.PositionsA[o + i];
            }
        return new(ions.Frames, 1, ions.FrameStepPs, p);
    }
}

/// <summary>D in one set of directions.</summary>
public sealed record DirectionalDiffusion(string Direction, double? D, double StandardError, double UpperBound95, string? Refusal);

/// <summary>What a run says beside its D: along x, y and z, of the charge, and by blocks. Information only: no decision uses it.</summary>
public sealed record TransportDetails(ImmutableArray<DirectionalDiffusion> Axes, CollectiveTransport? Collective, BlockAverage? Blocks)
{
    static readonly (string Name, DiffusionSpace Space)[] Cartesian = [("x", DiffusionSpace.Along(new(1, 0, 0))), ("y", DiffusionSpace.Along(new(0, 1, 0))), ("z", DiffusionSpace.Along(new(0, 0, 1)))];

    /// <param name="ions">The mobile ions against the framework.</param>
    /// <param name="charge">Null where there is no framework to move against.</param>
    /// <param name="tracer">Their D in <paramref name="space"/>.</param>
    public static TransportDetails Of(Trajectory ions, Trajectory? charge, DiffusionEstimate tracer, DiffusionSpace space, DiffusionSettings settings) => new(
        [.. Cartesian.Select(c => Along(ions, c.Name, c.Space, settings))],
        charge is null ? null : CollectiveTransport.Of(charge, ions.Atoms, tracer, space, settings),
        BlockAverage.Of(ions, space, tracer.FitFromPs, settings.Lags));

    public static DirectionalDiffusion Along(Trajectory ions, string name, DiffusionSpace space, DiffusionSettings settings)
    {
        var e = DiffusionFit.Estimate(ions, space, settings);
        return new(name, e.D, e.StandardError, e.UpperBound95, e.Refusal);
    }
}
