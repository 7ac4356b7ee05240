using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Builtin;

namespace IpActors.Workers.Tests.Builtin;

/// <summary>Ideal antiperovskites in primitive cells, and the binaries.</summary>
static class Perovskites
{
    /// <summary>Li3XZ: Pm-3m with one X and Z; more Z (or X) order along (1/2 1/2 1/2)-type rock salt for two, along c otherwise.</summary>
    public static Structure Cubic(string x, string z) => Stack([x], [z]);

    public static Structure Stack(string[] x, string[] z)
    {
        var n = Math.Max(x.Length, z.Length);
        const double a = 3.91;
        var (species, f) = (new List<string>(), new List<Vec3>());
        for (var k = 0; k < n; k++)
            foreach (var (s, r) in new[] { ("Li", new Vec3(0.5, 0.5, 0)), ("Li", new Vec3(0.5, 0, 0.5)), ("Li", new Vec3(0, 0.5, 0.5)), (x[k % x.Length], new Vec3(0.5, 0.5, 0.5)), (z[k % z.Length], Vec3.Zero) })
            {
                species.Add(s);
                f.Add(new(r.X, r.Y, (r.Z + k) / n));
            }
        return new(Mat3.Diagonal(a, a, n * a), [.. species], [.. f]);
    }

    /// <summary>Li6 X2 Z Z' or Li6 X X' Z2, Fm-3m: the mixed site in rock-salt order, the primitive cell of ten atoms.</summary>
    public static Structure RockSalt(string x1, string x2, string z1, string z2)
    {
        const double a = 3.91;
        Mat3 cell = new(new(0, a, a), new(a, 0, a), new(a, a, 0));
        var inverse = cell.Inverse;
        var (species, f) = (new List<string>(), new List<Vec3>());
        foreach (var (s, r) in new[] { (z1, Vec3.Zero), (z2, new(1, 0, 0)), (x1, new(0.5, 0.5, 0.5)), (x2, new(1.5, 0.5, 0.5)),
            ("Li", new(0.5, 0.5, 0)), ("Li", new(0.5, 0, 0.5)), ("Li", new(0, 0.5, 0.5)), ("Li", new(0.5, 0.5, 1)), ("Li", new(0.5, 1, 0.5)), ("Li", new(1, 0.5, 0.5)) })
        {
            species.Add(s);
            f.Add((a * r * inverse).Wrapped());
        }
        return new(cell, [.. species], [.. f]);
    }

    static Structure BodyCentred(double a, double c, params (string Species, Vec3 Fraction)[] sites)
    {
        Mat3 cell = new(new(-a / 2, a / 2, c / 2), new(a / 2, -a / 2, c / 2), new(a / 2, a / 2, -c / 2));
        var inverse = cell.Inverse;
        return new(cell, [.. sites.Select(s => s.Species)], [.. sites.Select(s => (new Vec3(a * s.Fraction.X, a * s.Fraction.Y, c * s.Fraction.Z) * inverse).Wrapped())]);
    }

    public static Structure N1(string x, string z) => BodyCentred(3.95, 12.90, (x, Vec3.Zero), (z, new(0, 0, 0.352)), (z, new(0, 0, -0.352)),
        ("Li", new(0, 0.5, 0)), ("Li", new(0.5, 0, 0)), ("Li", new(0, 0, 0.155)), ("Li", new(0, 0, -0.155)));

    /// <summary>zInner at 2b, zOuter at 4e.</summary>
    public static Structure N2(string x, string zInner, string zOuter) => BodyCentred(3.95, 20.80, (x, new(0, 0, 0.0975)), (x, new(0, 0, -0.0975)), (zInner, new(0, 0, 0.5)), (zOuter, new(0, 0, 0.3125)), (zOuter, new(0, 0, -0.3125)),
        ("Li", Vec3.Zero), ("Li", new(0, 0, 0.194)), ("Li", new(0, 0, -0.194)), ("Li", new(0, 0.5, 0.0962)), ("Li", new(0.5, 0, 0.0962)), ("Li", new(0, 0.5, -0.0962)), ("Li", new(0.5, 0, -0.0962)));

    public static Structure Binary(string anion)
    {
        var quarter = new Vec3(0.25, 0.25, 0.25);
        static Mat3 Fcc(double a) => new(new(0, a / 2, a / 2), new(a / 2, 0, a / 2), new(a / 2, a / 2, 0));
        return anion is "O" or "S" or "Se" or "Te"
            ? new(Fcc(4.6), [anion, "Li", "Li"], [Vec3.Zero, quarter, new(0.75, 0.75, 0.75)])
            : new(Fcc(5), [anion, "Li"], [Vec3.Zero, new(0.5, 0.5, 0.5)]);
    }

    static readonly Dictionary<string, double> BinaryEnergies = new[] { "O", "S", "Se", "Te", "F", "Cl", "Br", "I" }.ToDictionary(a => a, a =>
    {
        var r = Relax(Binary(a));
        Assert.True(r.Converged, r.Fault);
        return r.EnergyEv;
    });

    public static RelaxationResult Relax(Structure s) => Relaxation.Run(s, Spglib.Operations(s));

    /// <summary>Signed energy above the mixture of binaries, eV/atom.</summary>
    public static double DecompositionEnergy(RelaxationResult r) => (r.EnergyEv - r.Structure.Species.Where(s => s != "Li").Sum(s => BinaryEnergies[s])) / r.Structure.Count;
}
