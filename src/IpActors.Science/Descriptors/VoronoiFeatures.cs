using IpActors.Science.Crystals;

namespace IpActors.Science.Descriptors;

/// <summary>
/// VR: real values of each atom's Voronoi cell, after Ward et al., PRB 96, 024104 (2017). With face areas A_f, w_f = A_f / Σ A_f and distances d_f, the values of one atom are
/// (1) volume V, Å³; (2) area A, Å²; (3) 36π V² / A³, 1 for a sphere; (4) effective coordination number 1 / Σ w_f²; (5) mean bond length l = Σ w_f d_f, Å; (6) its spread
/// Σ w_f |d_f − l| / l; (7) Σ w_f |χ_f − χ| of electronegativity; (8) Σ w_f |r_f − r| of covalent radius, Å; (9) local order, the mean over the structure's elements t of
/// |1 − w_t / x_t|, w_t the share of faces towards t and x_t its atomic fraction (first-shell Warren-Cowley parameter).
/// Columns: mean, standard deviation, least and greatest of each over all atoms (36); the mean of each over the atoms of each element (9 per element, 0 where absent);
/// the mean share of faces that atoms of α turn to β, for every ordered pair.
/// </summary>
public static class VoronoiFeatures
{
    public const int PerAtom = 9;

    public static int Length(DescriptorSettings settings) => 4 * PerAtom + settings.Elements.Length * (PerAtom + settings.Elements.Length);

    public static double[] Describe(Structure structure, DescriptorSettings settings)
    {
        var (kinds, elements, n) = (settings.Kinds(structure), settings.Elements.Length, structure.Count);
        Element[] table = [.. settings.Elements.Select(Elements.Get)];
        var cells = PeriodicVoronoi.Cells(structure);
        int[] counts = [.. Enumerable.Range(0, elements).Select(e => kinds.Count(k => k == e))];
        var row = new double[Length(settings)];
        var (byElement, contacts) = (4 * PerAtom, 4 * PerAtom + elements * PerAtom);
        var atoms = new double[n][];
        var shares = new double[elements];
        for (var i = 0; i < n; i++)
        {
            atoms[i] = OfAtom(cells[i], kinds, i, table, counts, shares);
            for (var p = 0; p < PerAtom; p++) row[byElement + kinds[i] * PerAtom + p] += atoms[i][p] / counts[kinds[i]];
            for (var e = 0; e < elements; e++) row[contacts + kinds[i] * elements + e] += shares[e] / counts[kinds[i]];
        }
        for (var p = 0; p < PerAtom; p++)
        {
            var mean = atoms.Sum(a => a[p]) / n;
            row[4 * p] = mean;
            row[4 * p + 1] = Math.Sqrt(atoms.Sum(a => (a[p] - mean) * (a[p] - mean)) / n);
            row[4 * p + 2] = atoms.Min(a => a[p]);
            row[4 * p + 3] = atoms.Max(a => a[p]);
        }
        return row;
    }

    static double[] OfAtom(VoronoiCell cell, int[] kinds, int i, Element[] table, int[] counts, double[] shares)
    {
        Array.Clear(shares);
        var own = table[kinds[i]];
        var (area, squares, length, chi, radius) = (cell.AreaA2, 0.0, 0.0, 0.0, 0.0);
        foreach (var face in cell.Faces)
        {
            var w = face.AreaA2 / area;
            var other = table[kinds[face.Neighbour]];
            shares[kinds[face.Neighbour]] += w;
            squares += w * w;
            length += w * face.DistanceA;
            chi += w * Math.Abs(other.PaulingElectronegativity - own.PaulingElectronegativity);
            radius += w * Math.Abs(other.CovalentRadiusA - own.CovalentRadiusA);
        }
        var (spread, order) = (0.0, 0.0);
        foreach (var face in cell.Faces) spread += face.AreaA2 / area * Math.Abs(face.DistanceA - length) / length;
        for (var e = 0; e < shares.Length; e++) if (counts[e] > 0) order += Math.Abs(1 - shares[e] * kinds.Length / counts[e]) / counts.Count(c => c > 0);
        return [cell.VolumeA3, area, 36 * Math.PI * cell.VolumeA3 * cell.VolumeA3 / (area * area * area), 1 / squares, length, spread, chi, radius, order];
    }
}
