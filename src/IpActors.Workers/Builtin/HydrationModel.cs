using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// Molecular XH⁻ ions among rigid ions: charges q_H and -(scale + q_H), Coulomb and Born-Mayer terms inside XH left out for a Morse bond, H repelled by the others, anchored by the reaction enthalpy of
/// Li2X + H2O → LiXH + LiOH.
/// </summary>
sealed class HydrationModel(ForceFieldParameters ions, HydrationParameters parameters)
{
    /// <summary>Charges and pairs, with those of hydrogen and of each chalcogen that holds one, <see cref="Bound"/>.</summary>
    public ForceFieldParameters Parameters { get; } = Extended(ions, parameters);

    public IReadOnlyDictionary<string, HydrationIon> Ions => parameters.Ions;

    /// <summary>A force field for a structure with hydrogens bound as given (index of H, index of X).</summary>
    public ForceField Field(Structure s, params ReadOnlySpan<(int H, int X)> bonds)
    {
        double[] charges = [.. s.Species.Select(e => e == "H" ? double.NaN : Parameters.Charge(e))];
        string[] species = [.. s.Species];
        var list = ImmutableArray.CreateBuilder<MolecularBond>();
        foreach (var (h, x) in bonds)
        {
            var ion = Ions[s.Species[x]];
            charges[h] = ion.HydrogenCharge * Parameters.ChargeScale;
            charges[x] = -(1 + ion.HydrogenCharge) * Parameters.ChargeScale;
            species[x] = Bound(s.Species[x]);
            list.Add(new(h, x, ion.WellEv, ion.StiffnessPerA, ion.LengthA));
        }
        return new(Parameters, species, charges, EwaldSettings.Converged, list.ToImmutable());
    }

    /// <summary>The name under which the pairs of a chalcogen with a bound hydrogen stand.</summary>
    static string Bound(string x) => $"{x}H";

    static ForceFieldParameters Extended(ForceFieldParameters ions, HydrationParameters parameters)
    {
        var pairs = new Dictionary<(string A, string B), PairParameters>();
        foreach (var (e, pair) in parameters.Hydrogen) pairs[("H", e)] = pair;
        foreach (var (x, ion) in parameters.Ions)
        {
            PairParameters With(string other, double scale) { var p = ions.Pair(x, other); return p with { A = scale * p.A }; }
            foreach (var e in ions.Species) pairs[(Bound(x), e)] = e == "Li" ? ion.Lithium ?? With(e, 1) : With(e, ion.AnionScale);
            foreach (var (y, other) in parameters.Ions) pairs[(Bound(x), Bound(y))] = With(y, ion.AnionScale * other.AnionScale);
            pairs[("H", Bound(x))] = parameters.Hydrogen[x];
        }
        return ions.With(parameters.Ions.Keys.ToDictionary(Bound, _ => -2.0).Append(new("H", 1)).ToDictionary(), pairs);
    }

    /// <summary>LiXH in the structure of LiOH (P4/nmm), two formula units; hydrogens 4 and 5 on X 2 and 3.</summary>
    public Structure LithiumHydroxide(string x)
    {
        double a = 3.549 * Ions[x].CellScale, c = 4.334 * Ions[x].CellScale, d = Ions[x].LengthA / c;
        return new(Mat3.Diagonal(a, a, c), ["Li", "Li", x, x, "H", "H"], [Vec3.Zero, new(0.5, 0.5, 0), new(0, 0.5, 0.195), new(0.5, 0, -0.195), new(0, 0.5, 0.195 + d), new(0.5, 0, -0.195 - d)]);
    }

    /// <summary>Li2X, antifluorite, in its primitive cell with a starting lattice constant.</summary>
    public static Structure Antifluorite(string x) => new(new(new(0, 2.4, 2.4), new(2.4, 0, 2.4), new(2.4, 2.4, 0)), [x, "Li", "Li"], [Vec3.Zero, new(0.25, 0.25, 0.25), new(0.75, 0.75, 0.75)]);
}
