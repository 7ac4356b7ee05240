using IpActors.Science.Crystals;

namespace IpActors.Science.Enumeration;

/// <summary>The superlattices of a parent that its point group tells apart.</summary>
public static class Superlattices
{
    /// <summary>The least Hermite normal form among the images of a superlattice under the parent's rotations.</summary>
    public static Hnf Representative(Aristotype aristotype, Hnf hnf)
    {
        var least = hnf;
        foreach (var o in aristotype.Operations)
        {
            var image = Hnf.Of((o.Rotation * hnf.Matrix.Transposed).Transposed);
            if (image.CompareTo(least) < 0) least = image;
        }
        return least;
    }

    /// <summary>One superlattice per orbit, of that index, in rising order.</summary>
    public static IEnumerable<Hnf> OfIndex(Aristotype aristotype, int index) => Hnf.All(index).Where(h => Representative(aristotype, h) == h);

    /// <summary>One per orbit of all superlattices that tile one of the supercells (rows in the parent's vectors), by rising index.</summary>
    public static IEnumerable<Hnf> Tiling(Aristotype aristotype, IEnumerable<IntMat3> supercells) =>
        from cell in supercells
        let size = Math.Abs(cell.Determinant)
        from index in Enumerable.Range(1, size).Where(i => size % i == 0)
        from h in Hnf.All(index)
        where h.Contains(cell)
        group h by Representative(aristotype, h) into orbit
        orderby orbit.Key.Index, orbit.Key
        select orbit.Key;
}
