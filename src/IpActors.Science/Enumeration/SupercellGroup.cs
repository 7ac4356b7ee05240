using System.Numerics;
using IpActors.Science.Crystals;

namespace IpActors.Science.Enumeration;

/// <summary>
/// What acts on the colourable sites of one supercell: parent operations that keep the superlattice, each combined with the parent translations modulo the superlattice. Sites are numbered class by
/// class; within a class by parent site, then by coset (<see cref="Hnf.Coset"/>). A colouring is a bit mask over these numbers. The identity with no translation comes first; pairs (W, t) are kept apart
/// even where they permute the sites alike, so that the order of a stabiliser is the order of a point group.
/// </summary>
public sealed class SupercellGroup
{
    public const int MaxSites = 64;

    public Hnf Hnf { get; }
    /// <summary>Sites of each class in the supercell.</summary>
    public ImmutableArray<int> SitesPerClass { get; }
    public int Order { get; }
    readonly ulong[] _images; // [operation][byte of the mask][value of the byte]: the mask those sites move to
    readonly int _bytes;
    readonly bool[] _isTranslation;

    /// <summary>Throws <see cref="InputException"/> above <see cref="MaxSites"/> colourable sites.</summary>
    public SupercellGroup(Aristotype aristotype, Hnf hnf)
    {
        Hnf = hnf;
        var n = hnf.Index;
        var classes = aristotype.Classes.Length;
        SitesPerClass = [.. Enumerable.Range(0, classes).Select(c => aristotype.Sites(c).Length * n)];
        var total = SitesPerClass.Sum();
        if (total > MaxSites) throw new InputException($"{aristotype.Name}: a supercell of index {n} has {total} sites to colour, more than {MaxSites}; lower max_index or give smaller supercells");

        // Number of the first site of each parent site's block of cosets.
        var block = new Dictionary<int, int>();
        for (var c = 0; c < classes; c++) foreach (var s in aristotype.Sites(c)) block[s] = block.Count * n;

        var keeping = aristotype.Operations.Where(o => KeepsLattice(o.Rotation, hnf)).ToList();
        Order = keeping.Count * n;
        _bytes = (total + 7) / 8;
        _images = new ulong[Order * _bytes * 256];
        _isTranslation = new bool[Order];
        var permutation = new int[total];
        for (var o = 0; o < keeping.Count; o++)
            for (var t = 0; t < n; t++)
            {
                var translation = hnf.Point(t);
                foreach (var (site, start) in block)
                {
                    var (image, shift) = keeping[o].Images[site];
                    for (var g = 0; g < n; g++)
                    {
                        var moved = keeping[o].Rotation.Times(hnf.Point(g));
                        permutation[start + g] = block[image] + hnf.Coset((moved.X + shift.X + translation.X, moved.Y + shift.Y + translation.Y, moved.Z + shift.Z + translation.Z));
                    }
                }
                var index = o * n + t;
                _isTranslation[index] = o == 0 && t != 0;
                Tabulate(index, permutation);
            }
    }

    public static bool KeepsLattice(IntMat3 rotation, Hnf hnf) => hnf.Contains((rotation * hnf.Matrix.Transposed).Transposed);

    /// <summary>Where an operation takes a colouring.</summary>
    public ulong Image(int operation, ulong mask)
    {
        ulong image = 0;
        var at = operation * _bytes * 256;
        for (var b = 0; b < _bytes; b++, at += 256, mask >>= 8) image |= _images[at + (int)(mask & 255)];
        return image;
    }

    /// <summary>Whether the mask is the least of its orbit and no translation keeps it (it is then the representative of a derivative structure of just this index); and the order of its stabiliser.</summary>
    public bool IsRepresentative(ulong mask, out int stabiliserOrder)
    {
        stabiliserOrder = 1;
        for (var o = 1; o < Order; o++)
        {
            var image = Image(o, mask);
            if (image < mask || image == mask && _isTranslation[o]) return false;
            if (image == mask) stabiliserOrder++;
        }
        return true;
    }

    /// <summary>The least mask of the orbit.</summary>
    public ulong Representative(ulong mask)
    {
        var least = mask;
        for (var o = 1; o < Order; o++) least = Math.Min(least, Image(o, mask));
        return least;
    }

    /// <summary>The operations that keep a colouring, as a set of bits.</summary>
    public BigInteger Stabiliser(ulong mask)
    {
        var set = new byte[Order / 8 + 1];
        for (var o = 0; o < Order; o++) if (Image(o, mask) == mask) set[o / 8] |= (byte)(1 << (o % 8));
        return new BigInteger(set, isUnsigned: true);
    }

    /// <summary>All bits of a class.</summary>
    public ulong ClassMask(int @class) => Ones(SitesPerClass[@class]) << SitesPerClass.Take(@class).Sum();
    static ulong Ones(int n) => n == 64 ? ulong.MaxValue : (1UL << n) - 1;

    void Tabulate(int operation, int[] permutation)
    {
        for (var b = 0; b < _bytes; b++)
        {
            var at = (operation * _bytes + b) * 256;
            for (var value = 1; value < 256; value++)
            {
                var site = 8 * b + BitOperations.TrailingZeroCount(value);
                if (site < permutation.Length) _images[at + value] = _images[at + (value & (value - 1))] | 1UL << permutation[site];
            }
        }
    }
}
