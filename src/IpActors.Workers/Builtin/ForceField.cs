using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// Rigid ions: E = E_Coulomb (Ewald, tin foil, self term, neutralising background) + Σ pairs of <see cref="PairInteraction"/> + E_tail, with
/// E_background = -k_e π Q²/(2α²V), E_tail = -(2πK/V) Σ over ordered atom pairs of C6. Cost O(atoms). One instance per thread; nothing is allocated by
/// an evaluation except when its list grows.
/// </summary>
public sealed class ForceField
{
    readonly int _n, _types;
    readonly int[] _type, _order; // internal order is by type; _order[internal] = the caller's index
    readonly double[] _x, _y, _z, _q;
    readonly double[] _cutoffSquared;
    readonly PairInteraction[] _pairs;
    readonly NeighbourList _list;
    readonly ReciprocalSum? _reciprocal; // in double precision, or
    readonly PairTables? _tables;
    readonly ReciprocalSumSingle? _reciprocalSingle; // both in single precision
    readonly ImmutableArray<MolecularBond> _bonds;
    readonly PairParameters[] _bondPairs;
    readonly double _self, _background, _tail;

    public ForceField(ForceFieldParameters parameters, IReadOnlyList<string> species, EwaldSettings settings, double skinA = 1.0)
        : this(parameters, species, [.. species.Select(parameters.Charge)], settings, [], skinA) { }

    /// <summary>With charges given per atom (e) and bonds inside molecular ions.</summary>
    public ForceField(ForceFieldParameters parameters, IReadOnlyList<string> species, IReadOnlyList<double> charges, EwaldSettings settings, ImmutableArray<MolecularBond> bonds, double skinA = 1.0)
    {
        _n = species.Count;
        (Charges, _bonds) = ([.. charges], bonds);
        var kinds = Enumerable.Range(0, _n).Select(i => (species[i], charges[i])).Distinct().ToList();
        _types = kinds.Count;
        var typeOf = Enumerable.Range(0, _n).Select(i => kinds.IndexOf((species[i], charges[i]))).ToArray();
        _order = [.. Enumerable.Range(0, _n).OrderBy(i => typeOf[i])];
        _type = [.. _order.Select(i => typeOf[i])];
        _q = [.. _order.Select(i => charges[i])];
        (_x, _y, _z) = (new double[_n + 3], new double[_n + 3], new double[_n + 3]); // to whole vectors

        _pairs = new PairInteraction[_types * _types];
        var sumC6 = 0.0;
        var counts = kinds.ConvertAll(k => (double)Enumerable.Range(0, _n).Count(i => (species[i], charges[i]) == k));
        for (var a = 0; a < _types; a++)
            for (var b = 0; b < _types; b++)
            {
                var pair = parameters.Pair(kinds[a].Item1, kinds[b].Item1);
                settings = settings.Reaching(PairInteraction.RepulsionReach(pair));
                _pairs[a * _types + b] = settings.IsProlate ? new(0, 0, pair, settings) : new(kinds[a].Item2, kinds[b].Item2, pair, settings);
                sumC6 += counts[a] * counts[b] * pair.C6;
            }
        Settings = settings;
        double charge = 0, squares = 0;
        foreach (var q in _q) { charge += q; squares += q * q; }
        _tail = -2 * Math.PI * PairInteraction.TailIntegral * sumC6;
        _bondPairs = [.. bonds.Select(b => parameters.Pair(species[b.H], species[b.X]))];
        if (settings.IsProlate)
        {
            var split = new ProlateSplit(settings.RealCutoffA, settings.ReciprocalCutoffPerA);
            _cutoffSquared = [.. _pairs.Select(p => PairTables.EdgeBeyond(p.C6 == 0 ? settings.RealCutoffA * settings.RealCutoffA : PairInteraction.SwitchOff * PairInteraction.SwitchOff))];
            _tables = new(_types, _pairs, [.. from a in kinds from b in kinds select PairInteraction.CoulombConstant * a.Item2 * b.Item2], _cutoffSquared, split);
            _reciprocalSingle = new(_q, settings, split);
            _self = -0.5 * PairInteraction.CoulombConstant * split.Self * squares;
            _background = -0.5 * PairInteraction.CoulombConstant * split.Background * charge * charge;
        }
        else
        {
            _cutoffSquared = [.. _pairs.Select(p => p.CutoffSquared)];
            _reciprocal = new(_q, settings);
            _self = -PairInteraction.CoulombConstant * settings.AlphaPerA / Math.Sqrt(Math.PI) * squares;
            _background = -PairInteraction.CoulombConstant * Math.PI * charge * charge / (2 * settings.AlphaPerA * settings.AlphaPerA);
        }
        _list = new(_type, _types, _cutoffSquared, skinA, settings.IsProlate);
    }

    public int Count => _n;
    /// <summary>The settings given, a prolate real-space cutoff stretched over the repulsions of the species.</summary>
    public EwaldSettings Settings { get; }
    /// <summary>How often the neighbour list was made.</summary>
    public int NeighbourLists => _list.Builds;
    /// <summary>Charges in e, in the caller's order.</summary>
    public ImmutableArray<double> Charges { get; }

    /// <summary>
    /// Forgets the neighbour list. The sums' order, hence the last bits, depend on when the list was last made: a run that is to continue bit for bit
    /// from a checkpoint forgets it there.
    /// </summary>
    public void ForgetNeighbours() => _list.Invalidate();

    /// <summary>
    /// Energy of the cell (eV), forces (eV/Å, x y z of atom after atom) and dE/dε (eV) for r → r(1 + ε), at Cartesian positions in Å that may lie
    /// anywhere. NaN where the cell or a position is not finite or the cell holds less than 1 Å³ per atom.
    /// </summary>
    public double Evaluate(in Mat3 cell, ReadOnlySpan<double> positions, Span<double> forces, out Mat3 strainDerivative)
    {
        if (!Place(cell, positions))
        {
            forces.Fill(double.NaN);
            strainDerivative = double.NaN * Mat3.Identity;
            return double.NaN;
        }
        double energy;
        if (_tables is null)
        {
            energy = PairSum.Evaluate(_list, _type, _types, _pairs);
            strainDerivative = FoldImages();
            energy += _reciprocal!.Evaluate(_list.Basis * cell, _list.Points, _list.Forces, ref strainDerivative);
        }
        else
        {
            energy = PairSumSingle.Evaluate<PairSumSingle.WithEnergy>(_list, _tables);
            strainDerivative = _list.StrainOfSingles();
            _list.FoldSingles();
            energy += _reciprocalSingle!.Evaluate(_list.Basis * cell, _list.Points, _list.Forces, ref strainDerivative);
        }
        var constant = (_background + _tail) / Math.Abs(cell.Determinant);
        strainDerivative -= constant * Mat3.Identity;
        Collect(forces);
        if (!_bonds.IsEmpty) energy += AddBonds(cell, positions, forces, ref strainDerivative);
        return energy + constant + _self;
    }

    /// <summary>The forces of <see cref="Evaluate"/>, the same bits, without energy and stress: with a prolate split some 10 to 20 % faster.</summary>
    public void EvaluateForces(in Mat3 cell, ReadOnlySpan<double> positions, Span<double> forces)
    {
        if (_tables is null || !_bonds.IsEmpty) { Evaluate(cell, positions, forces, out _); return; }
        if (!Place(cell, positions)) { forces.Fill(double.NaN); return; }
        PairSumSingle.Evaluate<PairSumSingle.ForcesOnly>(_list, _tables);
        _list.FoldSingles();
        _reciprocalSingle!.AddForces(_list.Basis * cell, _list.Points, _list.Forces);
        Collect(forces);
    }

    /// <summary>Brings the positions into internal order and the neighbour list up to them; false where there is nothing sensible to evaluate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    bool Place(in Mat3 cell, ReadOnlySpan<double> positions)
    {
        var volume = Math.Abs(cell.Determinant);
        if (!(volume > _n) || !double.IsFinite(volume) || !(SumOfSizes(positions) < 1e9)) return false;
        for (var i = 0; i < _n; i++)
        {
            var o = 3 * _order[i];
            (_x[i], _y[i], _z[i]) = (positions[o], positions[o + 1], positions[o + 2]);
        }
        if (_list.IsValidFor(cell, _x, _y, _z)) _list.Update(cell, _x, _y, _z);
        else _list.Build(cell, _x, _y, _z);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static double SumOfSizes(ReadOnlySpan<double> v)
    {
        Vector256<double> sum = default;
        var i = 0;
        for (; i + 4 <= v.Length; i += 4) sum += Vector256.Abs(Vector256.Create(v.Slice(i, 4)));
        var rest = VectorMath.SumLanes(sum);
        for (; i < v.Length; i++) rest += Math.Abs(v[i]);
        return rest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Collect(Span<double> forces)
    {
        for (var i = 0; i < _n; i++)
        {
            var o = 3 * _order[i];
            (forces[o], forces[o + 1], forces[o + 2]) = (_list.Forces[4 * i], _list.Forces[4 * i + 1], _list.Forces[4 * i + 2]);
        }
    }

    /// <summary>Gives the forces on images to their atoms; the strain derivative is -Σ f r over atoms and images, each at its own place.</summary>
    Mat3 FoldImages()
    {
        var (points, forces) = (_list.Points, _list.Forces);
        double xx = 0, xy = 0, xz = 0, yx = 0, yy = 0, yz = 0, zx = 0, zy = 0, zz = 0;
        for (var p = 0; p < _list.PointCount; p++)
        {
            double fx = forces[4 * p], fy = forces[4 * p + 1], fz = forces[4 * p + 2], x = points[4 * p], y = points[4 * p + 1], z = points[4 * p + 2];
            xx -= x * fx; xy -= x * fy; xz -= x * fz;
            yx -= y * fx; yy -= y * fy; yz -= y * fz;
            zx -= z * fx; zy -= z * fy; zz -= z * fz;
        }
        for (var p = _n; p < _list.PointCount; p++)
        {
            var a = 4 * _list.AtomOf(p);
            forces[a] += forces[4 * p];
            forces[a + 1] += forces[4 * p + 1];
            forces[a + 2] += forces[4 * p + 2];
        }
        return new(new(xx, 0.5 * (xy + yx), 0.5 * (xz + zx)), new(0.5 * (xy + yx), yy, 0.5 * (yz + zy)), new(0.5 * (xz + zx), 0.5 * (yz + zy), zz));
    }

    double AddBonds(in Mat3 cell, ReadOnlySpan<double> positions, Span<double> forces, ref Mat3 strainDerivative)
    {
        var energy = 0.0;
        var inverse = cell.Inverse;
        for (var k = 0; k < _bonds.Length; k++)
        {
            int h = 3 * _bonds[k].H, x = 3 * _bonds[k].X;
            var f = new Vec3(positions[h] - positions[x], positions[h + 1] - positions[x + 1], positions[h + 2] - positions[x + 2]) * inverse;
            var d = (f - new Vec3(Math.Round(f.X), Math.Round(f.Y), Math.Round(f.Z))) * cell;
            energy += _bonds[k].Evaluate(d, PairInteraction.CoulombConstant * Charges[_bonds[k].H] * Charges[_bonds[k].X], _bondPairs[k], out var force);
            forces[h] += force.X; forces[h + 1] += force.Y; forces[h + 2] += force.Z;
            forces[x] -= force.X; forces[x + 1] -= force.Y; forces[x + 2] -= force.Z;
            strainDerivative -= Mat3.Outer(d, force);
        }
        return energy;
    }
}
