using IpActors.Science.Crystals;

namespace IpActors.Science.Descriptors;

/// <summary>
/// PF: partial radial distribution functions (Schütt et al., PRB 89, 205118 (2014), Eq. 5) for every ordered pair of elements αβ:
/// d_αβ(r_k) = (1 / (N_α V_k)) Σ_{i in α} Σ_{j in β} w_k(|r_j − r_i|), r_k = k·Δ up to the cutoff, V_k = 4π (r_k² Δ + Δ³/12) the shell, in atoms per Å³. Where that paper
/// counts in boxes, w_k is the hat max(0, 1 − |r − r_k| / Δ), so that the descriptor has no steps. Pairs of absent elements are 0.
/// </summary>
public static class PartialRadialDistribution
{
    /// <summary>Columns: α major, then β, then k.</summary>
    public static double[] Describe(Structure structure, DescriptorSettings settings)
    {
        var (kinds, elements, bins, step) = (settings.Kinds(structure), settings.Elements.Length, settings.RadialBins, settings.BinWidthA);
        var d = new double[elements * elements * bins];
        var neighbours = new PeriodicNeighbours(structure);
        var found = new List<Neighbour>();
        for (var i = 0; i < kinds.Length; i++)
        {
            neighbours.Around(i, (bins + 1) * step, found);
            foreach (var n in found)
            {
                var pair = d.AsSpan((kinds[i] * elements + kinds[n.Index]) * bins, bins);
                var at = Math.Sqrt(n.SquaredDistance) / step - 1;
                var k = (int)Math.Floor(at);
                if (k >= 0 && k < bins) pair[k] += 1 - (at - k);
                if (k + 1 >= 0 && k + 1 < bins) pair[k + 1] += at - k;
            }
        }
        for (var a = 0; a < elements; a++)
        {
            var count = kinds.Count(k => k == a);
            if (count == 0) continue;
            for (var p = 0; p < elements * bins; p++)
            {
                var r = (p % bins + 1) * step;
                d[a * elements * bins + p] /= count * 4 * Math.PI * (r * r * step + step * step * step / 12);
            }
        }
        return d;
    }
}
