using IpActors.Science.Crystals;

namespace IpActors.Science.Descriptors;

/// <summary>The descriptors of a whole pool, and what kernel principal components make of them.</summary>
public static class PoolDescription
{
    /// <summary>
    /// Three groups of at most <see cref="DescriptorSettings.LatentComponents"/> latent variables per structure, in the order EN, VR, PF and in the order of the structures.
    /// The basis belongs to the pool: another pool gives other variables. VR's columns, of different units, are standardised; the histograms EN and PF stay as they are.
    /// Structures run in parallel, each by itself.
    /// </summary>
    public static LatentPool Describe(IReadOnlyList<Structure> structures, DescriptorSettings settings, long seed)
    {
        double[][] latentOf(Func<Structure, double[]> describe, string name, bool standardise)
        {
            var rows = new double[structures.Count][];
            var faults = new Exception?[structures.Count];
            Parallel.For(0, rows.Length, i =>
            {
                try { rows[i] = describe(structures[i]); }
                catch (InputException e) { faults[i] = new InputException($"structure {i + 1} of {rows.Length}: {e.Message}"); }
            });
            if (faults.FirstOrDefault(f => f is not null) is { } fault) throw fault;
            return LatentBasis.Fit(rows, settings.LatentComponents, Numerics.SeededRandom.Stream(seed, name).NextInt(int.MaxValue), standardise).Latent;
        }

        if (structures.Count == 0) throw new InputException("the pool is empty; describe at least one structure");
        double[][][] groups =
        [
            latentOf(s => { _ = settings.Kinds(s); return ElectronegativityHistogram.Describe(s); }, "describe/EN", standardise: false),
            latentOf(s => VoronoiFeatures.Describe(s, settings), "describe/VR", standardise: true),
            latentOf(s => PartialRadialDistribution.Describe(s, settings), "describe/PF", standardise: false),
        ];
        return LatentPool.FromRows([.. groups.Select(g => g[0].Length)], [.. Enumerable.Range(0, structures.Count).Select(i => (double[])[.. groups[0][i], .. groups[1][i], .. groups[2][i]])]);
    }
}
