using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Builtin;

namespace IpActors.FakeVasp.Physics;

/// <summary>The built-in model (v2) under VASP's clothes: ions, molecular ions XH⁻ for each hydrogen beside a chalcogen, and a water molecule in a box.</summary>
sealed class Model
{
    public static readonly BuiltinModel Version = BuiltinModel.V2;
    readonly ForceField? _field;

    public Model(Structure s)
    {
        if (IsWater(s)) return;
        if (!s.Species.Contains("H")) { BuiltinModel.Require(s.Species); _field = Version.Field(s.Species); return; }
        BuiltinModel.Require(s.Species.Where(e => e != "H"));
        _field = Version.Hydration.Field(s, [.. Bonds(s)]);
    }

    static bool IsWater(Structure s) => s.Count == 3 && s.Species.Count(e => e == "H") == 2 && s.Species.Contains("O");

    /// <summary>Each hydrogen with the chalcogen next to it.</summary>
    static IEnumerable<(int H, int X)> Bonds(Structure s)
    {
        var r = Enumerable.Range(0, s.Count).Select(s.Cartesian).ToArray();
        for (var h = 0; h < s.Count; h++)
        {
            if (s.Species[h] != "H") continue;
            var near = Images.Pairs(s.Cell, r, 3, h).Where(p => Version.Hydration.Ions.ContainsKey(s.Species[p.J])).OrderBy(p => (r[p.J] + p.Shift - r[h]).Length).ToArray();
            yield return near.Length > 0 ? (h, near[0].J) : throw new InputException($"hydrogen {h + 1} has no O, S, Se or Te within 3 A: the built-in model has no ion for it");
        }
    }

    /// <summary>Energy (eV), forces (eV/Å) and dE/dε (eV).</summary>
    public double Evaluate(in Mat3 cell, ReadOnlySpan<double> positions, Span<double> forces, out Mat3 strainDerivative)
    {
        if (_field is not null) return _field.Evaluate(cell, positions, forces, out strainDerivative);
        strainDerivative = default;
        return Water.Value.Evaluate(positions, forces);
    }

    static readonly Lazy<WaterMolecule> Water = new(() => WaterMolecule.Of(Version));
}
