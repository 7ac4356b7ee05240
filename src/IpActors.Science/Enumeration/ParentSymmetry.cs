using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Science.Enumeration;

/// <summary>One operation of a parent in its primitive cell: rotation W (columns), and for every site the site it goes to with the lattice vector: W x_i + t = x_j + Shift.</summary>
public sealed record ParentOperation(IntMat3 Rotation, ImmutableArray<(int Site, (int X, int Y, int Z) Shift)> Images);

/// <summary>The space group of a parent, found directly from its lattice and sites; independent of spglib, which the tests compare it with.</summary>
public static class ParentSymmetry
{
    const double ToleranceA = 1e-3;

    /// <summary>All operations, one per rotation of a primitive cell; the identity comes first. Throws <see cref="InputException"/> for a cell that is not primitive.</summary>
    public static ImmutableArray<ParentOperation> Operations(Structure primitive)
    {
        if (Translations(primitive).Count > 1) throw new ArgumentException("the cell is not primitive");
        return [.. LatticeRotations(primitive.Cell).SelectMany(w => OperationsWith(primitive, w)).OrderByDescending(o => o.Rotation == IntMat3.Identity)];
    }

    /// <summary>Whether the atoms of those species alone have exactly the parent's symmetry, so that whatever keeps them in place is an operation of the parent.</summary>
    public static bool IsFixedBy(Aristotype aristotype, Func<string, bool> species)
    {
        var s = aristotype.Parent;
        int[] atoms = [.. Enumerable.Range(0, s.Count).Where(i => species(s.Species[i]))];
        if (atoms.Length == 0) return false;
        var part = new Structure(s.Cell, [.. atoms.Select(i => s.Species[i])], [.. atoms.Select(i => s.Fractional[i])]);
        return Translations(part).Count == 1 && Operations(part).Length == aristotype.Operations.Length;
    }

    /// <summary>The primitive cell (Minkowski-reduced) of a structure, or the structure itself where it is primitive.</summary>
    public static Structure Primitive(Structure s)
    {
        var translations = Translations(s);
        if (translations.Count == 1) return s;
        var volume = s.VolumeA3 / translations.Count;
        var vectors = (from t in translations from x in (int[])[-1, 0, 1] from y in (int[])[-1, 0, 1] from z in (int[])[-1, 0, 1]
                       let v = (t + new Vec3(x, y, z)) * s.Cell where v.Length > ToleranceA orderby Math.Round(v.Length, 6) select v).Take(200).ToList();
        var cell = (from a in vectors from b in vectors from c in vectors let m = new Mat3(a, b, c) where Math.Abs(m.Determinant - volume) < 0.01 * volume select m).First();
        cell = LatticeReduction.Minkowski(cell).Cell;
        var toNew = s.Cell * cell.Inverse;
        var species = ImmutableArray.CreateBuilder<string>();
        var positions = ImmutableArray.CreateBuilder<Vec3>();
        for (var i = 0; i < s.Count; i++)
        {
            var f = LatticeReduction.Snap(s.Fractional[i] * toNew);
            if (positions.Any(p => Distance(p - f, cell) < 10 * ToleranceA)) continue;
            species.Add(s.Species[i]);
            positions.Add(f);
        }
        return new(cell, species.ToImmutable(), positions.ToImmutable());
    }

    /// <summary>Integer W (columns) that keep the metric of the lattice: W^T G W = G.</summary>
    static IEnumerable<IntMat3> LatticeRotations(Mat3 cell)
    {
        // Found in the reduced basis, where an image of a basis vector has coefficients of at most 2, then brought back.
        var (reduced, u) = LatticeReduction.Minkowski(cell);
        var near = (from x in Range from y in Range from z in Range select (N: (X: x, Y: y, Z: z), V: new Vec3(x, y, z) * reduced)).ToList();
        bool Same(double a, double b) => Math.Abs(a - b) < ToleranceA * reduced.C.Length;
        var images = Enumerable.Range(0, 3).Select(i => near.Where(p => Same(p.V.LengthSquared, reduced[i].LengthSquared)).ToList()).ToArray();
        foreach (var a in images[0])
            foreach (var b in images[1])
            {
                if (!Same(a.V.Dot(b.V), reduced.A.Dot(reduced.B))) continue;
                foreach (var c in images[2])
                {
                    if (!Same(a.V.Dot(c.V), reduced.A.Dot(reduced.C)) || !Same(b.V.Dot(c.V), reduced.B.Dot(reduced.C))) continue;
                    var rows = new IntMat3(a.N.X, a.N.Y, a.N.Z, b.N.X, b.N.Y, b.N.Z, c.N.X, c.N.Y, c.N.Z);
                    if (Math.Abs(rows.Determinant) != 1) continue;
                    // Rows: image of reduced vector i in reduced vectors. In the old basis the images of the old vectors are U^-1 · rows · U; W acts on columns, so transpose.
                    var inverse = u.Adjugate;
                    yield return ((u.Determinant == 1 ? inverse : Negative(inverse)) * rows * u).Transposed;
                }
            }
    }

    static readonly int[] Range = [-2, -1, 0, 1, 2];
    static IntMat3 Negative(IntMat3 m) => new(-m.M11, -m.M12, -m.M13, -m.M21, -m.M22, -m.M23, -m.M31, -m.M32, -m.M33);

    static IEnumerable<ParentOperation> OperationsWith(Structure s, IntMat3 w)
    {
        var rarest = s.Species.GroupBy(e => e).OrderBy(g => g.Count()).First().Key;
        var first = s.Species.IndexOf(rarest);
        var rotation = w.ToMat3();
        for (var target = 0; target < s.Count; target++)
        {
            if (s.Species[target] != rarest) continue;
            var t = s.Fractional[target] - rotation * s.Fractional[first];
            if (Images(s, rotation, t) is { } images) { yield return new(w, images); yield break; }
        }
    }

    static ImmutableArray<(int, (int, int, int))>? Images(Structure s, Mat3 rotation, Vec3 t)
    {
        var images = ImmutableArray.CreateBuilder<(int, (int, int, int))>(s.Count);
        for (var i = 0; i < s.Count; i++)
        {
            var moved = rotation * s.Fractional[i] + t;
            var hit = -1;
            for (var j = 0; j < s.Count && hit < 0; j++) if (s.Species[j] == s.Species[i] && Distance(moved - s.Fractional[j], s.Cell) < ToleranceA) hit = j;
            if (hit < 0) return null;
            var d = moved - s.Fractional[hit];
            images.Add((hit, ((int)Math.Round(d.X), (int)Math.Round(d.Y), (int)Math.Round(d.Z))));
        }
        return images.MoveToImmutable();
    }

    /// <summary>Fractional translations (the zero vector included) that map the structure onto itself.</summary>
    static List<Vec3> Translations(Structure s)
    {
        var rarest = s.Species.GroupBy(e => e).OrderBy(g => g.Count()).First().Key;
        var first = s.Species.IndexOf(rarest);
        return [.. Enumerable.Range(0, s.Count).Where(j => s.Species[j] == rarest).Select(j => s.Fractional[j] - s.Fractional[first]).Where(t => Images(s, Mat3.Identity, t) is not null)];
    }

    static double Distance(Vec3 d, Mat3 cell) => (new Vec3(d.X - Math.Round(d.X), d.Y - Math.Round(d.Y), d.Z - Math.Round(d.Z)) * cell).Length;
}
