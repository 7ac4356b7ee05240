using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// A molecular ion's bond between atoms H and X: Morse D [(1 - e^{-a(r - r0)})² - 1] in place of the pair's Coulomb and Born-Mayer terms
/// (D in eV, a in 1/Å, r0 in Å). The two are bound through their nearest images.
/// </summary>
public readonly record struct MolecularBond(int H, int X, double WellEv, double StiffnessPerA, double LengthA)
{
    /// <summary>Energy (eV) for bond vector d = r_H - r_X and force on H; qq = k_e q_H q_X.</summary>
    internal double Evaluate(Vec3 d, double qq, PairParameters pair, out Vec3 forceOnH)
    {
        var r = d.Length;
        var decay = VectorMath.Exp(-StiffnessPerA * (r - LengthA));
        var repulsion = pair.A == 0 ? 0 : pair.A * VectorMath.Exp(-r / pair.Rho);
        var slope = 2 * WellEv * StiffnessPerA * (1 - decay) * decay + qq / (r * r) + (pair.A == 0 ? 0 : repulsion / pair.Rho);
        forceOnH = (-slope / r) * d;
        return WellEv * ((1 - decay) * (1 - decay) - 1) - qq / r - repulsion;
    }
}
