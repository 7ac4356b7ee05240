namespace IpActors.Science.Enumeration;

/// <summary>
/// How far a parent's cell is stretched for a content, so that relaxations start near their minimum: f = (c + Σ_k p_k r_k + q Π_k r_k) / L on all lengths, held between the limits, with r_k the mean Shannon radius (Å) of class
/// k. Data and no function, so that an aristotype can be stored whole.
/// </summary>
/// <param name="Constant">c.</param>
/// <param name="PerRadius">p, one per class.</param>
/// <param name="PerProduct">q.</param>
/// <param name="Reference">L, the numerator of the parent itself; above 0.</param>
/// <param name="Least">Lower limit of f.</param>
/// <param name="Most">Upper limit of f.</param>
public sealed record CellScale(double Constant, ImmutableArray<double> PerRadius, double PerProduct, double Reference, double Least = 0.7, double Most = 1.6)
{
    /// <summary>Leaves every cell as it is.</summary>
    public static readonly CellScale None = new(1, [], 0, 1);

    /// <summary>f; 1 where a radius is not known (NaN).</summary>
    public double Factor(ImmutableArray<double> radii)
    {
        if (PerRadius.IsEmpty || !radii.All(double.IsFinite)) return 1;
        var (length, product) = (Constant, PerProduct);
        for (var k = 0; k < PerRadius.Length; k++)
        {
            length += PerRadius[k] * radii[k];
            product *= radii[k];
        }
        return Math.Clamp((length + product) / Reference, Least, Most);
    }

    public bool Equals(CellScale? o) => o is not null && Constant.Equals(o.Constant) && PerRadius.AsSpan().SequenceEqual(o.PerRadius.AsSpan()) && PerProduct.Equals(o.PerProduct) && Reference.Equals(o.Reference) && Least.Equals(o.Least) && Most.Equals(o.Most);
    public override int GetHashCode() => HashCode.Combine(Constant, PerRadius.Length, Reference);
}
