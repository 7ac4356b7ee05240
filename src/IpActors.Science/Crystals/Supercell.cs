using IpActors.Science.Numerics;

namespace IpActors.Science.Crystals;

/// <summary>Supercells by an integer matrix.</summary>
public static class Supercell
{
    /// <summary>
    /// The crystal in the cell M·cell (rows of M are the new vectors in the old ones), |det M| times as many atoms; copies of one atom stay together, in the order of the lattice points
    /// of M's Hermite normal form. Throws <see cref="ArgumentException"/> for det M = 0.
    /// </summary>
    public static Structure Make(Structure s, IntMat3 m)
    {
        var det = m.Determinant;
        if (det == 0) throw new ArgumentException("a supercell needs independent vectors: the matrix has determinant 0");
        var h = HermiteNormalForm(m);
        var inverse = (1.0 / det) * m.Adjugate.ToMat3();
        var species = ImmutableArray.CreateBuilder<string>(s.Count * Math.Abs(det));
        var fractional = ImmutableArray.CreateBuilder<Vec3>(s.Count * Math.Abs(det));
        for (var i = 0; i < s.Count; i++)
            for (var x = 0; x < h.M11; x++)
                for (var y = 0; y < h.M22; y++)
                    for (var z = 0; z < h.M33; z++)
                    {
                        species.Add(s.Species[i]);
                        fractional.Add(LatticeReduction.Snap((s.Fractional[i] + new Vec3(x, y, z)) * inverse));
                    }
        return new(m.ToMat3() * s.Cell, species.MoveToImmutable(), fractional.MoveToImmutable());
    }

    /// <summary>The upper triangular H with the same row lattice as M: positive diagonal, 0 ≤ h_ij &lt; h_jj above it.</summary>
    public static IntMat3 HermiteNormalForm(IntMat3 m)
    {
        var r = new int[3][];
        for (var i = 0; i < 3; i++) r[i] = [m[i, 0], m[i, 1], m[i, 2]];
        if (m.Determinant == 0) throw new ArgumentException("the matrix has determinant 0");
        for (var c = 0; c < 3; c++)
        {
            // Euclid on column c among the rows from c on.
            while (true)
            {
                var pivot = Enumerable.Range(c, 3 - c).Where(i => r[i][c] != 0).MinBy(i => Math.Abs(r[i][c]));
                (r[c], r[pivot]) = (r[pivot], r[c]);
                var done = true;
                for (var i = c + 1; i < 3; i++)
                {
                    Subtract(r[i], r[i][c] / r[c][c], r[c]);
                    done &= r[i][c] == 0;
                }
                if (done) break;
            }
            if (r[c][c] < 0) for (var j = 0; j < 3; j++) r[c][j] = -r[c][j];
        }
        for (var c = 1; c < 3; c++)
            for (var i = 0; i < c; i++) Subtract(r[i], (int)Math.Floor((double)r[i][c] / r[c][c]), r[c]);
        return new(r[0][0], r[0][1], r[0][2], 0, r[1][1], r[1][2], 0, 0, r[2][2]);

        static void Subtract(int[] a, int k, int[] b) { for (var j = 0; j < 3; j++) a[j] -= k * b[j]; }
    }
}
