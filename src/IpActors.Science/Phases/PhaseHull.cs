namespace IpActors.Science.Phases;

/// <summary>One competing phase: energy in eV/atom (formation or total) and the scheme it was computed with ("" where none is stated).</summary>
public sealed record HullEntry(Composition Composition, double EnergyEvPerAtom, string Label, string Scheme = "");

/// <summary>One phase of a decomposition and the fraction of all atoms that goes into it.</summary>
public sealed record Product(string Label, double Fraction);

/// <summary>E_hull (eV/atom) at a composition and the phases that make it, fractions descending; they sum to 1.</summary>
public sealed record Decomposition(double EnergyEvPerAtom, ImmutableArray<Product> Products);

/// <summary>
/// The lower convex hull of phase energies, evaluated one composition at a time:
/// E_hull(f) = min sum_i x_i E_i subject to sum_i x_i f_i = f, x >= 0, with f_i the atomic fractions (Eq. 1's reference energy). No facet
/// list is ever made, so the number of elements does not matter. Of several entries of one composition the lowest counts.
/// </summary>
public sealed class PhaseHull
{
    readonly HullEntry[] _entries;
    readonly bool _elementsAreZero;
    readonly HashSet<string> _excluded;

    /// <summary>The one scheme of all energies.</summary>
    public string Scheme { get; }
    internal IReadOnlyList<HullEntry> Entries => _entries;

    /// <param name="entries">in any order: the order does not change a bit of the answers</param>
    /// <param name="elementsAreZero">energies are formation energies: an element that is not listed has 0</param>
    /// <param name="exclude">compositions left out, however their formulas are written</param>
    /// <exception cref="InputException">entries of more than one scheme, or an energy that is not finite</exception>
    public PhaseHull(IEnumerable<HullEntry> entries, bool elementsAreZero = false, IEnumerable<Composition>? exclude = null)
    {
        _elementsAreZero = elementsAreZero;
        _excluded = [.. (exclude ?? []).Select(c => c.Reduced)];
        var all = entries.ToArray();
        foreach (var e in all) if (!double.IsFinite(e.EnergyEvPerAtom)) throw new InputException($"entry {e.Label}: its energy is {e.EnergyEvPerAtom}; a finite number in eV/atom is needed");
        Scheme = all.Length == 0 ? "" : all[0].Scheme;
        foreach (var e in all) RequireScheme(e.Scheme, e.Label);
        _entries = [.. all.Where(e => !_excluded.Contains(e.Composition.Reduced))
            .GroupBy(e => e.Composition.Reduced, (_, same) => same.OrderBy(e => e.EnergyEvPerAtom).ThenBy(e => e.Label, StringComparer.Ordinal).First())
            .OrderBy(e => e.Composition.Reduced, StringComparer.Ordinal)];
    }

    /// <summary>Refuses an energy of another scheme than the hull's.</summary>
    /// <exception cref="InputException">the schemes differ</exception>
    public void RequireScheme(string scheme, string label)
    {
        if (scheme != Scheme) throw new InputException($"{label} has scheme '{scheme}', the hull '{Scheme}'; one hull holds energies of one scheme, recompute or leave it out");
    }

    /// <summary>E_hull at a composition; with <paramref name="excludeSelf"/> of the entries of other compositions only.</summary>
    /// <exception cref="InputException">the entries cannot make the composition; names the element</exception>
    public Decomposition Decompose(Composition target, bool excludeSelf = false)
    {
        var candidates = Candidates(target, target.Mask, excludeSelf);
        var m = target.Elements.Length;
        var columns = new double[candidates.Count * m];
        var row = new int[128];
        for (var i = 0; i < m; i++) row[target.AtomicNumbers[i]] = i;
        for (var j = 0; j < candidates.Count; j++)
        {
            var c = candidates[j].Composition;
            for (var i = 0; i < c.Fractions.Length; i++) columns[j * m + row[c.AtomicNumbers[i]]] = c.Fractions[i];
        }
        var vertex = LinearProgram.Minimise(columns, [.. candidates.Select(e => e.EnergyEvPerAtom)], [.. target.Fractions], out var unmet)
            ?? throw Unrepresentable(target, target.Elements[unmet], excludeSelf);
        return new Decomposition(vertex.Optimum, Products(vertex, candidates));
    }

    /// <summary>
    /// E_d = E - E_hull, eV/atom, signed: how far a phase of this energy lies above (+) or below (-) the hull. Unclipped; screening uses max(0, E_d).
    /// </summary>
    /// <exception cref="InputException">the entries cannot make the composition; names the element</exception>
    public double SignedDistance(Composition target, double energyEvPerAtom, bool excludeSelf = false) =>
        energyEvPerAtom - Decompose(target, excludeSelf).EnergyEvPerAtom;

    /// <summary>Entries made of those elements only, the unlisted elements of the target after them.</summary>
    internal List<HullEntry> Candidates(Composition target, UInt128 mask, bool excludeSelf)
    {
        var self = excludeSelf ? target.Reduced : null;
        var candidates = new List<HullEntry>();
        foreach (var e in _entries) if ((e.Composition.Mask & ~mask) == 0 && e.Composition.Reduced != self) candidates.Add(e);
        if (!_elementsAreZero) return candidates;
        foreach (var symbol in target.Elements)
        {
            var reduced = $"{symbol}1";
            if (reduced != self && !_excluded.Contains(reduced) && !candidates.Exists(e => e.Composition.Reduced == reduced))
                candidates.Add(new HullEntry(Composition.Parse(symbol), 0, symbol, Scheme));
        }
        return candidates;
    }

    internal static ImmutableArray<Product> Products(Vertex vertex, IReadOnlyList<HullEntry> candidates) =>
        [.. vertex.Basis.Zip(vertex.Values, (j, x) => new Product(candidates[j].Label, x)).Where(p => p.Fraction > 1e-10)
            .OrderByDescending(p => p.Fraction).ThenBy(p => p.Label, StringComparer.Ordinal)];

    internal InputException Unrepresentable(Composition target, string element, bool excludeSelf)
    {
        var others = excludeSelf ? "the entries of other compositions" : "the entries";
        var listed = _entries.Any(e => e.Composition.Elements.Contains(element));
        return new InputException($"target {target.Formula} cannot be made from {others}: {(listed ? $"not enough {element} without other elements" : $"no entry holds {element}")}; " +
            $"add an entry for {element}{(_elementsAreZero ? "" : ", or give formation energies (column formation_energy_eV_per_atom), where unlisted elements count as 0")}");
    }
}
