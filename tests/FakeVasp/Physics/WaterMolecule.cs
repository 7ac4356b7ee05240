using IpActors.Science.Numerics;
using IpActors.Workers.Builtin;

namespace IpActors.FakeVasp.Physics;

/// <summary>
/// A water molecule, O first: three springs about PBE's shape, and the energy that gives Li2O + H2O(liquid) → 2 LiOH the enthalpy of the built-in model when 0.46 eV of vaporisation are taken off the molecule in a box.
/// </summary>
sealed class WaterMolecule(double energyEv)
{
    const double BondA = 0.972, AngleDegrees = 104.5, BondStiffness = 48, HydrogenStiffness = 10, VaporisationEv = 0.46, KJPerMolInEv = 96.48533212;
    static readonly double Hydrogens = 2 * BondA * Math.Sin(AngleDegrees / 2 * Math.PI / 180);

    public static WaterMolecule Of(BuiltinModel version)
    {
        var hydroxide = version.Hydration.LithiumHydroxide("O");
        var relaxed = Relaxation.Run(hydroxide, [], new(MaxSteps: 3000), version.Hydration.Field(hydroxide, (4, 2), (5, 3)));
        var anchor = Hydration.Anchor("O", version);
        return new(relaxed.EnergyEv / 2 + anchor.DifferenceEv - anchor.EnthalpyKJPerMol / KJPerMolInEv + VaporisationEv);
    }

    public double Evaluate(ReadOnlySpan<double> r, Span<double> forces)
    {
        forces.Clear();
        return energyEv + Spring(r, forces, 0, 1, BondA, BondStiffness) + Spring(r, forces, 0, 2, BondA, BondStiffness) + Spring(r, forces, 1, 2, Hydrogens, HydrogenStiffness);
    }

    static double Spring(ReadOnlySpan<double> r, Span<double> forces, int i, int j, double length, double stiffness)
    {
        var d = new Vec3(r[3 * j] - r[3 * i], r[3 * j + 1] - r[3 * i + 1], r[3 * j + 2] - r[3 * i + 2]);
        var stretch = d.Length - length;
        for (var a = 0; a < 3; a++)
        {
            var f = stiffness * stretch * d[a] / d.Length;
            forces[3 * i + a] += f;
            forces[3 * j + a] -= f;
        }
        return 0.5 * stiffness * stretch * stretch;
    }
}
