using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IpActors.Science.Numerics;
using static System.Runtime.Intrinsics.Vector256;

namespace IpActors.Workers.Builtin;

/// <summary>
/// Energy of one pair of ions at distance r, u(r) = k q_i q_j erfc(αr)/r + S(r) [A exp(-r/ρ) - C6 g(r)], and its force, for four distances at once.
/// S falls from 1 at 8 Å to 0 at 9 Å as 1 - 10t³ + 15t⁴ - 6t⁵; g = r⁻⁶, continued below 2 Å by (10 - 15x + 6x²)/2⁶, x = r²/4.
/// </summary>
readonly struct PairInteraction
{
    /// <summary>e²/(4πε₀) in eV Å: part of the model.</summary>
    public const double CoulombConstant = 14.399645;
    public const double SwitchOn = 8.0, SwitchOff = 9.0, Guard = 2.0;
    /// <summary>K = ∫ from 8 Å to infinity of (1 - S) r⁻⁴ dr, in Å⁻³.</summary>
    public const double TailIntegral = 5.44392140358153e-4;
    /// <summary>A Born-Mayer term that small (eV) at the Coulomb cutoff is cut there; only loose settings come this far.</summary>
    const double Negligible = 1e-5;

    /// <summary>A repulsion that small (eV) is cut in single precision.</summary>
    const double NegligibleInTables = 3e-5;

    public readonly double ChargeProduct, Alpha, GaussFactor, A, InverseRho, C6, CutoffSquared;

    public PairInteraction(double qi, double qj, PairParameters p, EwaldSettings s)
    {
        ChargeProduct = CoulombConstant * qi * qj;
        Alpha = s.AlphaPerA;
        GaussFactor = ChargeProduct * 2 * s.AlphaPerA / Math.Sqrt(Math.PI);
        (A, InverseRho, C6) = (p.A, p.A == 0 ? 0 : 1 / p.Rho, p.C6);
        var shortRange = C6 != 0 || (A != 0 && A * VectorMath.Exp(-s.RealCutoffA * InverseRho) > Negligible);
        var cutoff = shortRange ? Math.Max(s.RealCutoffA, SwitchOff) : s.RealCutoffA;
        CutoffSquared = cutoff * cutoff;
    }

    /// <summary>How far a Born-Mayer term without dispersion has to be followed in tables, Å.</summary>
    public static double RepulsionReach(PairParameters p) => p.C6 != 0 || p.A <= NegligibleInTables ? 0 : Math.Min(SwitchOff, p.Rho * Math.Log(p.A / NegligibleInTables));

    /// <summary>u in eV and -u'(r)/r in eV/Å² at the squared distance s (Å²); no cutoff applied.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Evaluate(Vector256<double> s, out Vector256<double> u, out Vector256<double> forceOverR)
    {
        var r = Sqrt(s);
        var x = Create(Alpha) * r;
        var d1 = x + Create(3.75);
        var d2 = FusedMultiplyAdd(Create(2.0), x, Create(1.0));
        var d12 = d1 * d2;
        var inverse = Create(1.0) / (r * d12); // one division for three reciprocals
        var oneOverR = inverse * d12;
        var gauss = VectorMath.Exp(-(x * x));
        var oneOverS = oneOverR * oneOverR;
        u = Create(ChargeProduct) * gauss * VectorMath.ScaledErfc(x, inverse * (r * d2)) * (inverse * d1);
        forceOverR = FusedMultiplyAdd(Create(GaussFactor), gauss, u) * oneOverS;
        if (A == 0 && C6 == 0) return;

        var t = Min(Max(r - Create(SwitchOn), Vector256<double>.Zero), Create(1.0));
        var t2 = t * t;
        var S = Create(1.0) - t2 * t * FusedMultiplyAdd(t, FusedMultiplyAdd(Create(6.0), t, Create(-15.0)), Create(10.0));
        var rest = Create(1.0) - t;
        var slope = Create(-30.0) * t2 * (rest * rest);
        var value = Create(A) * VectorMath.Exp(r * Create(-InverseRho));
        var minusSlopeOverR = value * Create(InverseRho) * oneOverR;
        if (C6 != 0)
        {
            var y = s * Create(1 / (Guard * Guard));
            var inside = LessThan(y, Create(1.0));
            var g = ConditionalSelect(inside, FusedMultiplyAdd(y, FusedMultiplyAdd(Create(6.0), y, Create(-15.0)), Create(10.0)) * Create(1.0 / 64), oneOverS * oneOverS * oneOverS);
            var gSlopeOverR = ConditionalSelect(inside, FusedMultiplyAdd(Create(24.0), y, Create(-30.0)) * Create(1.0 / 256), Create(-6.0) * g * oneOverS);
            value -= Create(C6) * g;
            minusSlopeOverR = FusedMultiplyAdd(Create(C6), gSlopeOverR, minusSlopeOverR);
        }
        u = FusedMultiplyAdd(S, value, u);
        forceOverR = FusedMultiplyAdd(S, minusSlopeOverR, forceOverR) - slope * value * oneOverR;
    }
}
