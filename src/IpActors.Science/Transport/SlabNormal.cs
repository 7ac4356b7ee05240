using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Science.Transport;

/// <summary>
/// The normal of the lithium-rich slabs of a layered inverse perovskite, found from the structure. Chalcogens that share a lithium of their octahedra (six nearest Li) are bonded; the lattice translations that a
/// bonded cluster reaches of itself span space in the Pm-3m type, and a plane in the slab types, whatever setting the cell is in. Distortion can hide or make a bond, so 5 and 4 nearest Li
/// are tried where six span no plane.
/// </summary>
public static class SlabNormal
{
    static readonly string[] Chalcogens = ["O", "S", "Se", "Te"];

    /// <summary>n from Li:X = (3n+1):n rounded to 1, 2 or infinity; the slab normal (Cartesian unit vector), or null for n = ∞ and where no plane is found.</summary>
    public static Vec3? Find(Structure s)
    {
        var centres = Enumerable.Range(0, s.Count).Where(i => Chalcogens.Contains(s.Species[i])).ToArray();
        var lithium = Enumerable.Range(0, s.Count).Where(i => s.Species[i] == "Li").ToArray();
        if (centres.Length == 0 || lithium.Length == 0 || IsThreeDimensional(lithium.Length, centres.Length)) return null;
        foreach (var neighbours in (int[])[6, 5, 4])
            if (PlaneOf(s, centres, lithium, neighbours) is { } normal) return normal;
        return null;
    }

    /// <summary>Li/X = 3 for n = ∞, 3.5 for n = 2, 4 for n = 1; a Li vacancy or interstitial in a large cell changes nothing.</summary>
    public static bool IsThreeDimensional(int lithium, int chalcogens) => (double)lithium / chalcogens < 3.25;

    static Vec3? PlaneOf(Structure s, int[] centres, int[] lithium, int neighbours)
    {
        // Bond (X, Li, image): the Li nearest to each X, with the cell they sit in.
        var bonds = centres.SelectMany((x, n) => lithium.SelectMany(li => Images().Select(image => (Centre: n, Li: li, Image: image, Distance: ((s.Fractional[li] + image - s.Fractional[x]) * s.Cell).LengthSquared)))
            .OrderBy(b => b.Distance).ThenBy(b => b.Li).Take(neighbours)).ToArray();
        var edges = bonds.GroupBy(b => b.Li).SelectMany(g => g.SelectMany(p => g.Where(q => q != p).Select(q => (From: p.Centre, To: q.Centre, Shift: p.Image - q.Image)))).ToArray();
        // Walk each cluster; an edge that closes a cycle gives a translation of the cluster onto itself.
        var place = new Vec3?[centres.Length];
        var loops = new List<Vec3>();
        var stack = new Stack<int>([0]);
        place[0] = Vec3.Zero;
        while (stack.TryPop(out var at))
            foreach (var e in edges.Where(e => e.From == at))
            {
                var there = place[at]!.Value + e.Shift;
                if (place[e.To] is not { } known) { place[e.To] = there; stack.Push(e.To); }
                else if (there != known) loops.Add((there - known) * s.Cell);
            }
        var first = loops.FirstOrDefault();
        var normals = loops.Select(l => first.Cross(l)).Where(n => n.Length > 1e-6 * first.LengthSquared).ToArray();
        if (normals.Length == 0) return null;
        var unit = (1 / normals[0].Length) * normals[0];
        return loops.Any(l => Math.Abs(unit.Dot(l)) > 1e-6 * l.Length) ? null : unit;
    }

    static IEnumerable<Vec3> Images()
    {
        for (var a = -2; a <= 2; a++) for (var b = -2; b <= 2; b++) for (var c = -2; c <= 2; c++) yield return new(a, b, c);
    }
}
