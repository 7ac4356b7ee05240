namespace IpActors.Science.Phases;

/// <summary>
/// From this voltage up (to the next step) the stable products of the formula in contact with a reservoir of the open element: phases with their
/// fractions of the products' atoms, the uptake of open atoms per formula unit (negative: given off), and the energy of the reaction per atom of the formula.
/// </summary>
public sealed record VoltageStep(double Voltage, ImmutableArray<Product> Products, double UptakePerFormula, double ReactionEnergyEvPerAtom);

/// <summary>
/// Grand potential phase stability: min over phases of sum_i (E_i - mu N_i) at fixed amounts of all elements but the open one, with
/// mu = mu_0 - V for Li against Li/Li+ and mu_0 the energy of the pure element. As a function of V the minimum is the concave envelope of straight
/// lines E + V N (N open atoms held), so its corners are found exactly by intersecting lines (Eisner and Severance, J. ACM 23, 619 (1976)), not by scanning.
/// </summary>
public static class VoltageProfile
{
    sealed record Line(double Energy, double OpenAtoms, ImmutableArray<(HullEntry Entry, double NetAtoms)> Phases)
    {
        public double At(double voltage) => Energy + voltage * OpenAtoms;
    }

    /// <param name="energyAboveHull">
    /// eV/atom of the formula itself. At or above 0 it never changes products, only the energies of reaction; below 0 the formula joins the phases that much under the hull of the others.
    /// </param>
    /// <exception cref="InputException">a formula of the open element alone, no energy for the pure open element, or an element no entry holds</exception>
    public static ImmutableArray<VoltageStep> Compute(PhaseHull hull, Composition formula, string open = "Li", double energyAboveHull = 0, double minVoltage = 0, double maxVoltage = 5)
    {
        var openElement = Composition.Parse(open);
        if (openElement.Elements is not [var symbol]) throw new InputException($"--open {open}: one element is expected, such as Li");
        if (formula.Elements is [var only] && only == symbol) throw new InputException($"formula {formula.Formula} holds {symbol} alone; give one with other elements");
        var joins = energyAboveHull < 0;
        var ownEnergy = hull.Decompose(formula, excludeSelf: joins).EnergyEvPerAtom + energyAboveHull;
        var muZero = hull.Decompose(openElement).EnergyEvPerAtom;

        var candidates = hull.Candidates(formula, formula.Mask | openElement.Mask, excludeSelf: joins).Where(e => e.Composition.Reduced != openElement.Reduced).ToList();
        if (joins) candidates.Add(new HullEntry(formula, ownEnergy, formula.Formula, hull.Scheme));
        var program = new GrandPotential(hull, formula, symbol, muZero, candidates);
        var corners = new List<(double Voltage, Line Above)>();
        var (first, last) = (program.Solve(minVoltage), program.Solve(maxVoltage));
        corners.Add((minVoltage, first));
        program.Between(first, last, corners);

        var openFraction = formula.Fraction(symbol);
        var ownNet = formula.AtomsPerFormula - formula.Amount(symbol);
        var steps = ImmutableArray.CreateBuilder<VoltageStep>();
        for (var i = 0; i < corners.Count; i++)
        {
            var (voltage, line) = corners[i];
            if (i + 1 < corners.Count && corners[i + 1].Voltage <= minVoltage + 1e-9 || i > 0 && voltage >= maxVoltage - 1e-9) continue;
            var own = ownEnergy - (muZero - voltage) * openFraction;
            var uptake = ownNet * line.OpenAtoms - formula.Amount(symbol);
            steps.Add(new VoltageStep(Math.Max(voltage, minVoltage), Fractions(line, symbol), Math.Abs(uptake) < 1e-9 ? 0 : uptake, line.At(voltage) * (1 - openFraction) - own));
        }
        return steps.ToImmutable();
    }

    /// <summary>The lowest voltage from which open atoms are given off (onset of oxidation); null when none are within range.</summary>
    public static double? OxidationOnset(IEnumerable<VoltageStep> steps) => steps.FirstOrDefault(s => s.UptakePerFormula < -1e-6)?.Voltage;

    /// <summary>The voltage under which open atoms are taken up (onset of reduction); null when none are within range.</summary>
    public static double? ReductionOnset(IReadOnlyList<VoltageStep> steps)
    {
        for (var i = 1; i < steps.Count; i++) if (steps[i].UptakePerFormula < 1e-6 && steps[i - 1].UptakePerFormula >= 1e-6) return steps[i].Voltage;
        return null;
    }

    static ImmutableArray<Product> Fractions(Line line, string open)
    {
        var atoms = line.Phases.Select(p => (p.Entry.Label, Atoms: p.NetAtoms / (1 - p.Entry.Composition.Fraction(open)))).ToArray();
        var total = atoms.Sum(a => a.Atoms);
        return [.. atoms.Select(a => new Product(a.Label, a.Atoms / total)).OrderByDescending(p => p.Fraction).ThenBy(p => p.Label, StringComparer.Ordinal)];
    }

    // All amounts per atom of the elements other than the open one ("net atoms").
    sealed class GrandPotential
    {
        readonly List<HullEntry> _candidates;
        readonly double[] _columns, _b, _energies, _openAtoms;
        readonly Func<int, InputException> _unrepresentable;

        public GrandPotential(PhaseHull hull, Composition formula, string open, double muZero, List<HullEntry> candidates)
        {
            _candidates = candidates;
            var rows = formula.Elements.Remove(open);
            _unrepresentable = row => hull.Unrepresentable(formula, rows[row], excludeSelf: false);
            var net = rows.Sum(formula.Fraction);
            _b = [.. rows.Select(r => formula.Fraction(r) / net)];
            _columns = new double[candidates.Count * rows.Length];
            _energies = new double[candidates.Count];
            _openAtoms = new double[candidates.Count];
            for (var j = 0; j < candidates.Count; j++)
            {
                var c = candidates[j].Composition;
                var own = rows.Sum(c.Fraction);
                for (var i = 0; i < rows.Length; i++) _columns[j * rows.Length + i] = c.Fraction(rows[i]) / own;
                _openAtoms[j] = c.Fraction(open) / own;
                _energies[j] = candidates[j].EnergyEvPerAtom / own - muZero * _openAtoms[j];
            }
        }

        public Line Solve(double voltage)
        {
            var costs = _energies.Zip(_openAtoms, (e, n) => e + voltage * n).ToArray();
            var vertex = LinearProgram.Minimise(_columns, costs, _b, out var unmet) ?? throw _unrepresentable(unmet);
            var phases = vertex.Basis.Zip(vertex.Values).Where(p => p.Second > 1e-10).ToArray();
            var (energy, atoms) = (0.0, 0.0);
            foreach (var (j, x) in phases) { energy += x * _energies[j]; atoms += x * _openAtoms[j]; }
            return new Line(energy, atoms, [.. phases.Select(p => (_candidates[p.First], p.Second))]);
        }

        /// <summary>Adds the corners between two lines of the envelope, from the lower voltage up.</summary>
        public void Between(Line low, Line high, List<(double, Line)> corners)
        {
            if (low.OpenAtoms - high.OpenAtoms < 1e-9) return;
            var voltage = (high.Energy - low.Energy) / (low.OpenAtoms - high.OpenAtoms);
            var middle = Solve(voltage);
            if (middle.At(voltage) > low.At(voltage) - 1e-10) { corners.Add((voltage, high)); return; }
            Between(low, middle, corners);
            Between(middle, high, corners);
        }
    }
}
