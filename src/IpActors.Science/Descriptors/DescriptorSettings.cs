using IpActors.Science.Crystals;

namespace IpActors.Science.Descriptors;

/// <summary>
/// What a family's descriptors are made of; equal settings give rows of equal length. Elements stand in a stated order; a structure with another element is refused.
/// </summary>
/// <param name="Elements">Symbols in the order of the columns.</param>
/// <param name="CutoffA">Largest radius of the partial radial distributions, Å.</param>
/// <param name="BinWidthA">Distance between their bin centres, Å.</param>
/// <param name="LatentComponents">Most latent variables per group.</param>
public sealed record DescriptorSettings(ImmutableArray<string> Elements, double CutoffA = 8, double BinWidthA = 0.5, int LatentComponents = 30)
{
    /// <summary>The inverse perovskites: Li, X in O S Se Te, Z in F Cl Br I.</summary>
    public static readonly DescriptorSettings InversePerovskites = new(["Li", "O", "S", "Se", "Te", "F", "Cl", "Br", "I"]);

    /// <summary>Number of radial bins: centres at BinWidth, 2 BinWidth, ... up to the cutoff.</summary>
    public int RadialBins => (int)Math.Floor(CutoffA / BinWidthA + 1e-9);

    /// <summary>For each atom the place of its element in <see cref="Elements"/>; throws <see cref="InputException"/> for another element.</summary>
    public int[] Kinds(Structure structure) => [.. structure.Species.Select(s => Elements.IndexOf(s) is var k and >= 0 ? k
        : throw new InputException($"{s} is not among the elements described ({string.Join(' ', Elements)}); add it to the list"))];
}
