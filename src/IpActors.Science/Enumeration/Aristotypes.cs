using System.Globalization;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Science.Enumeration;

/// <summary>
/// The three inverse-perovskite parents Li(3n+1)X(n)Z(n+1), n = ∞, 1, 2 (Jalem et al. 2023), in primitive cells, with the supercells that the published search needs: cubic 2x2x2 and 1x1x3, n = 1
/// conventional 2x2x1, n = 2 conventional 1x1x1. The cells are starting geometries; counts and space groups do not depend on their free parameters.
/// </summary>
public static class Aristotypes
{
    // Conventional body-centred vectors in the primitive ones of Body(): a = p2 + p3, b = p1 + p3, c = p1 + p2.
    static readonly IntMat3 Conventional = new(0, 1, 1, 1, 0, 1, 1, 1, 0);

    /// <summary>Pm-3m, a = 3.91 Å: X (½½½), Z (000), Li (½½0)×3.</summary>
    public static readonly Aristotype Li3XZ = new("Li3XZ",
        new(Mat3.Diagonal(3.91, 3.91, 3.91), ["X", "Z", "Li", "Li", "Li"], [new(.5, .5, .5), Vec3.Zero, new(.5, .5, 0), new(.5, 0, .5), new(0, .5, .5)]),
        ["X", "Z"], [IntMat3.Diagonal(2, 2, 2), IntMat3.Diagonal(1, 1, 3)]) { Scale = FromCubic(3.91) };

    /// <summary>I4/mmm, a = 3.95, c = 12.90 Å: X 2a, Z 4e 0.352, Li 4c and 4e 0.155.</summary>
    public static readonly Aristotype Li4XZ2 = new("Li4XZ2",
        Body(3.95, 12.90, ("X", 0, 0, 0), ("Z", 0, 0, .352), ("Z", 0, 0, -.352), ("Li", 0, .5, 0), ("Li", .5, 0, 0), ("Li", 0, 0, .155), ("Li", 0, 0, -.155)),
        ["X", "Z"], [IntMat3.Diagonal(2, 2, 1) * Conventional]) { Scale = FromCubic(3.95) };

    /// <summary>I4/mmm, a = 3.95, c = 20.80 Å: X 4e 0.0975, Z 2b and 4e 0.3125, Li 2a, 4e 0.194, 8g 0.0962.</summary>
    public static readonly Aristotype Li7X2Z3 = new("Li7X2Z3",
        Body(3.95, 20.80, ("X", 0, 0, .0975), ("X", 0, 0, -.0975), ("Z", 0, 0, .5), ("Z", 0, 0, .3125), ("Z", 0, 0, -.3125), ("Li", 0, 0, 0), ("Li", 0, 0, .194), ("Li", 0, 0, -.194),
            ("Li", 0, .5, .0962), ("Li", .5, 0, .0962), ("Li", 0, .5, -.0962), ("Li", .5, 0, -.0962)),
        ["X", "Z"], [Conventional]) { Scale = FromCubic(3.95) };

    public static readonly ImmutableArray<Aristotype> All = [Li3XZ, Li4XZ2, Li7X2Z3];

    /// <summary>The built-in parent of that name, or null.</summary>
    public static Aristotype? Find(string name) => All.FirstOrDefault(a => a.Name == name);

    /// <summary>
    /// A parent from a structure: atoms of <paramref name="classes"/>' elements become the sites of that class, all others stay. Reduced to its primitive cell; the covering supercells are rows in the
    /// given cell. Scaled by the ratio of the summed Shannon radii. Throws <see cref="InputException"/> where a class has no site, atoms overlap, or the name would not do in an id.
    /// </summary>
    public static Aristotype From(string name, Structure structure, IReadOnlyList<(string Class, string Element)> classes, IEnumerable<IntMat3> covering)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')) throw new InputException($"aristotype name '{name}': use letters, digits and '_', as it begins the ids of its compounds");
        if (classes.Count == 0) throw new InputException($"aristotype {name}: no site class; say which element marks it");
        foreach (var (c, e) in classes)
        {
            if (!structure.Species.Contains(e)) throw new InputException($"aristotype {name}: no {e} atom to mark the sites of class {c}; the structure has {string.Join(' ', structure.Species.Distinct())}");
        }
        RequireApart(name, structure);
        var labelled = structure with { Species = [.. structure.Species.Select(s => classes.FirstOrDefault(c => c.Element == s).Class ?? s)] };
        var primitive = ParentSymmetry.Primitive(labelled);
        var toPrimitive = structure.Cell * primitive.Cell.Inverse;
        var basis = new IntMat3(Round(toPrimitive.A.X), Round(toPrimitive.A.Y), Round(toPrimitive.A.Z), Round(toPrimitive.B.X), Round(toPrimitive.B.Y), Round(toPrimitive.B.Z), Round(toPrimitive.C.X), Round(toPrimitive.C.Y), Round(toPrimitive.C.Z));
        var sites = classes.Select(c => primitive.Species.Count(s => s == c.Class)).ToArray();
        var kept = primitive.Species.Where(s => !classes.Any(c => c.Class == s)).Sum(s => ShannonRadii.Find(s) ?? 0);
        var reference = kept + classes.Select((c, i) => sites[i] * (ShannonRadii.Find(c.Element) ?? 0)).Sum();
        return new Aristotype(name, primitive, [.. classes.Select(c => c.Class)], [.. covering.Select(m => m * basis)])
        {
            Scale = reference > 0 ? new(kept, [.. sites.Select(n => (double)n)], 0, reference) : CellScale.None,
        };
    }

    /// <summary>
    /// a(Li3XZ) ≈ −0.97 + 2.85 r_X + 1.36 r_Z − 0.64 r_X r_Z (Å, Shannon radii in sixfold coordination): least squares over 13 cubic cells relaxed with the built-in model v1, residuals up to 0.09 Å
    /// (2 %); PBE gives 3.90 Å for Li3OCl, this 3.86. A starting point, no prediction; n = 1, 2 take the same factor on all lengths. The fit ends at O-Te and F-I, beyond it the limits hold.
    /// </summary>
    static CellScale FromCubic(double parentA) => new(-0.97, [2.85, 1.36], -0.64, parentA);

    /// <summary>Sites of a disordered crystal that cannot all be filled lie closer than any two atoms do.</summary>
    static void RequireApart(string name, Structure structure)
    {
        const double leastA = 0.6;
        var s = LatticeReduction.Reduce(structure);
        for (var i = 0; i < s.Count; i++)
            for (var j = 0; j < i; j++)
            {
                var d = s.Fractional[i] - s.Fractional[j];
                var apart = Shifts.Min(v => ((d - new Vec3(Math.Round(d.X), Math.Round(d.Y), Math.Round(d.Z)) + v) * s.Cell).Length);
                if (apart < leastA)
                    throw new InputException(string.Create(CultureInfo.InvariantCulture, $"aristotype {name}: atoms {j + 1} ({structure.Species[j]}) and {i + 1} ({structure.Species[i]}) are {apart:0.00} Å apart; give every site once, and of half-filled pairs one site only"));
            }
    }

    static readonly Vec3[] Shifts = [.. from x in (int[])[-1, 0, 1] from y in (int[])[-1, 0, 1] from z in (int[])[-1, 0, 1] select new Vec3(x, y, z)];

    static int Round(double v) => (int)Math.Round(v);

    // Primitive vectors (-a/2, a/2, c/2), (a/2, -a/2, c/2), (a/2, a/2, -c/2); sites given in conventional fractions.
    static Structure Body(double a, double c, params ReadOnlySpan<(string Species, double X, double Y, double Z)> sites)
    {
        var cell = new Mat3(new(-a / 2, a / 2, c / 2), new(a / 2, -a / 2, c / 2), new(a / 2, a / 2, -c / 2));
        var (species, positions) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<Vec3>());
        foreach (var s in sites)
        {
            species.Add(s.Species);
            // x_conventional · Conventional = x_primitive, exactly.
            positions.Add(LatticeReduction.Snap(new Vec3(s.Y + s.Z, s.X + s.Z, s.X + s.Y)));
        }
        return new(cell, species.ToImmutable(), positions.ToImmutable());
    }
}
