using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// Molecular XH⁻ ions in model v1: charges q_H and -0.85 - q_H, Coulomb and Born-Mayer terms inside XH left out for a Morse bond, H repelled by all anions (estimates
/// except H-O), anchored by the reaction enthalpy of Li2X + H2O → LiXH + LiOH (O, S from experiment, Se, Te estimated).
/// </summary>
static class HydrationModel
{
    /// <summary>Per chalcogen: q_H over the charge scale; Morse D (eV), a (1/Å), r0 (Å); scale of LiOH's cell for LiXH; reaction enthalpy (kJ/mol).</summary>
    public sealed record Ion(double HydrogenCharge, double WellEv, double StiffnessPerA, double LengthA, double CellScale, double EnthalpyKJPerMol);

    public static readonly IReadOnlyDictionary<string, Ion> Ions = new Dictionary<string, Ion>
    {
        ["O"] = new(0.426, 7.0525, 2.1986, 0.9485, 1.00, -86.1),
        ["S"] = new(0.13, 3.8, 1.88, 1.34, 1.24, -12.1),
        ["Se"] = new(0.12, 3.4, 1.79, 1.46, 1.30, -1.0),
        ["Te"] = new(0.0, 2.8, 1.77, 1.656, 1.42, 16.0),
    };

    public static readonly ForceFieldParameters Parameters = ForceFieldParameters.V1.With(new Dictionary<string, double> { ["H"] = 1 },
        new (string X, double A)[] { ("O", 311.97), ("F", 311.97 * 0.75), ("S", 1900), ("Se", 3000), ("Te", 6000), ("Cl", 1400), ("Br", 2300), ("I", 5000) }
            .Select(p => new KeyValuePair<(string A, string B), PairParameters>(("H", p.X), new(p.A, 0.25, 0))));

    /// <summary>A force field for a structure with hydrogens bound as given (index of H, index of X).</summary>
    public static ForceField Field(Structure s, params ReadOnlySpan<(int H, int X)> bonds)
    {
        double[] charges = [.. s.Species.Select(e => e == "H" ? double.NaN : Parameters.Charge(e))];
        var list = ImmutableArray.CreateBuilder<MolecularBond>();
        foreach (var (h, x) in bonds)
        {
            var ion = Ions[s.Species[x]];
            charges[h] = ion.HydrogenCharge * Parameters.ChargeScale;
            charges[x] = -(1 + ion.HydrogenCharge) * Parameters.ChargeScale;
            list.Add(new(h, x, ion.WellEv, ion.StiffnessPerA, ion.LengthA));
        }
        return new(Parameters, s.Species, charges, EwaldSettings.Converged, list.ToImmutable());
    }

    /// <summary>LiXH in the structure of LiOH (P4/nmm), two formula units; hydrogens 4 and 5 on X 2 and 3.</summary>
    public static Structure LithiumHydroxide(string x)
    {
        double a = 3.549 * Ions[x].CellScale, c = 4.334 * Ions[x].CellScale, d = Ions[x].LengthA / c;
        return new(Mat3.Diagonal(a, a, c), ["Li", "Li", x, x, "H", "H"], [Vec3.Zero, new(0.5, 0.5, 0), new(0, 0.5, 0.195), new(0.5, 0, -0.195), new(0, 0.5, 0.195 + d), new(0.5, 0, -0.195 - d)]);
    }

    /// <summary>Li2X, antifluorite, and LiZ, rock salt, in primitive cells with starting lattice constants.</summary>
    public static Structure Antifluorite(string x) => new(new(new(0, 2.4, 2.4), new(2.4, 0, 2.4), new(2.4, 2.4, 0)), [x, "Li", "Li"], [Vec3.Zero, new(0.25, 0.25, 0.25), new(0.75, 0.75, 0.75)]);
}
