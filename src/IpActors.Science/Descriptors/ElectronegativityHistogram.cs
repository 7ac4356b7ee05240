using IpActors.Science.Crystals;

namespace IpActors.Science.Descriptors;

/// <summary>
/// EN: the histogram of the atoms' Pauling electronegativities χ. Bin centres χ_k = 0.7, 0.8, ... 4.0; h_k = (1/N) Σ_i max(0, 1 − |χ_i − χ_k| / 0.1). The hat of one bin
/// width shares each atom between its two nearest centres, so that S (2.58) and Se (2.55) differ; Σ_k h_k = 1.
/// </summary>
public static class ElectronegativityHistogram
{
    const double First = 0.7;
    const double Step = 0.1;
    public const int Length = 34;

    public static double[] Describe(Structure structure)
    {
        var h = new double[Length];
        foreach (var (symbol, count) in structure.Composition().OrderBy(c => c.Element, StringComparer.Ordinal))
        {
            var chi = Elements.Get(symbol).PaulingElectronegativity;
            var at = (chi - First) / Step;
            if (!(at >= 0 && at <= Length - 1)) throw new InputException($"{symbol} has electronegativity {chi}, outside {First} to 4.0; it cannot be described");
            var k = Math.Min((int)at, Length - 2);
            h[k] += (1 - (at - k)) * count / structure.Count;
            h[k + 1] += (at - k) * count / structure.Count;
        }
        return h;
    }
}
