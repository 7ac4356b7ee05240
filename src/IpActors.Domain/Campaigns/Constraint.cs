using IpActors.Science.Acquisition;

namespace IpActors.Domain.Campaigns;

/// <summary>
/// What every compound of the front must satisfy: a property between two limits, in its own unit. <c>hard</c>: the property is known of the whole pool, and compounds outside are never candidates (one of
/// which it is not known, such as an L_s that was not imported, is not held back). <c>probability</c>: the property is modelled, and the improvement is multiplied by the probability that it lies within.
/// </summary>
/// <param name="Min">null: no lower limit.</param>
/// <param name="Max">null: no upper limit.</param>
public sealed record Constraint(string Property, double? Min, double? Max, string Mode)
{
    public const string Hard = "hard", Probable = "probability";
    public bool IsHard => Mode == Hard;

    /// <summary>Does a value satisfy it? Unknown ones (NaN) do.</summary>
    public bool Admits(double value) => double.IsNaN(value) || (value >= (Min ?? double.NegativeInfinity) && value <= (Max ?? double.PositiveInfinity));

    /// <summary>The probability that it holds for a prediction in the frame of that objective.</summary>
    public double Probability(Objective o, double mu, double sigma)
    {
        var (low, high) = (Min is { } a ? o.ToFrame(a) : Infinity(o, -1), Max is { } b ? o.ToFrame(b) : Infinity(o, 1));
        return o.Scale > 0 ? Feasibility.Probability(mu, sigma, low, high) : Feasibility.Probability(mu, sigma, high, low);
    }

    static double Infinity(Objective o, int sign) => Math.Sign(o.Scale) * sign * double.PositiveInfinity;

    public override string ToString() => $"{Property} {(Min is { } a ? $"at least {a.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}" : "")}{(Min is not null && Max is not null ? " and " : "")}{(Max is { } b ? $"at most {b.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}" : "")}";
}
