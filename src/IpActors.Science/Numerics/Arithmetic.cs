namespace IpActors.Science.Numerics;

/// <summary>
/// The version of the order in which the optimiser's sums are taken. It goes up when fits, predictions or improvements change in their last bits, and is part of the
/// fingerprint that a campaign stores: decisions of another version are compared to a tolerance, those of this one bit for bit.
/// </summary>
public static class Arithmetic
{
    /// <summary>1: four lanes over the summed index, products and sums rounded apart (0.1.0). 2: one chain of fused multiply-adds per result.</summary>
    public const int Version = 2;
}
