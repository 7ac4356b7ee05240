using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Trajectories;

namespace IpActors.Science.Transport;

/// <summary>
/// Frames in, paths out: u(k) = u(k-1) + [Δf - round(Δf)]·h(k) as in <see cref="Unwrapping"/>, a frame at a time. In memory stay the mobile ions of each kept frame, two centres of mass, and a sample of the
/// framework that never exceeds four million positions.
/// </summary>
sealed class PathCollector(PathSettings settings)
{
    const int SampleAtoms = 2048, SampleFrames = 2048;
    const double SameFrame = 1e-6;

    readonly List<double[]> _ions = [];
    readonly List<(Vec3 Framework, Vec3 Cell, double VolumeA3, Mat3 Box)> _centres = [];
    List<(int Frame, double[] Positions)> _sample = [];
    int _sampleEvery = 1, _read;
    double[] _fractional = [], _position = [], _mass = [];
    int[] _mobile = [], _framework = [], _sampled = [];
    double _frameworkMass, _cellMass, _largest;
    bool _unwrapped = true;

    public string Species { get; private set; } = "";
    public Structure? Start { get; private set; }
    public int FramesRead => _read;

    /// <summary>The same positions as the last frame's, to what files print of them.</summary>
    public bool Repeats(TrajectoryFrame frame)
    {
        if (_read == 0) return false;
        for (var i = 0; i < _fractional.Length; i++)
        {
            var d = frame.Fractional[i] - _fractional[i];
            if (Math.Abs(d - Math.Round(d)) > SameFrame) return false;
        }
        return true;
    }

    /// <param name="continued">Positions follow those of the frame before without a fold.</param>
    public void Add(TrajectoryFrame frame, TrajectoryReader reader, bool continued)
    {
        if (_read == 0) Begin(frame, reader);
        var (f, h) = (frame.Fractional, frame.Cell);
        if (_read > 0)
        {
            for (var o = 0; o < f.Length; o += 3)
            {
                var d = new Vec3(f[o] - _fractional[o], f[o + 1] - _fractional[o + 1], f[o + 2] - _fractional[o + 2]);
                if (!continued)
                {
                    d = new(d.X - Math.Round(d.X), d.Y - Math.Round(d.Y), d.Z - Math.Round(d.Z));
                    _largest = Math.Max(_largest, Math.Max(Math.Abs(d.X), Math.Max(Math.Abs(d.Y), Math.Abs(d.Z))));
                }
                var r = d * h;
                (_position[o], _position[o + 1], _position[o + 2]) = (_position[o] + r.X, _position[o + 1] + r.Y, _position[o + 2] + r.Z);
            }
            _unwrapped &= continued;
        }
        _fractional = f;
        if (_read++ % settings.Every == 0) Keep(h);
    }

    void Begin(TrajectoryFrame frame, TrajectoryReader reader)
    {
        var all = reader.Species;
        Species = settings.Species ?? (all.Contains("Li") ? "Li" : all.Distinct().Count() == 1 ? all[0]
            : throw new InputException($"{reader.Source}: no Li in it, so which ion is mobile? Name it with --species, one of {string.Join(", ", all.Distinct())}"));
        _mobile = [.. Enumerable.Range(0, all.Length).Where(i => all[i] == Species)];
        if (_mobile.Length == 0) throw new InputException($"{reader.Source}: no {Species} among its atoms; name the mobile ion with --species, one of {string.Join(", ", all.Distinct())}");
        _framework = [.. Enumerable.Range(0, all.Length).Where(i => all[i] != Species)];
        _mass = [.. all.Select(e => Elements.Get(e).MassU)];
        (_frameworkMass, _cellMass) = (_framework.Sum(i => _mass[i]), _mass.Sum());
        var every = 1 + (_framework.Length - 1) / SampleAtoms;
        _sampled = [.. _framework.Where((_, n) => n % every == 0)];

        var f = frame.Fractional;
        Start = new(frame.Cell, all, [.. Enumerable.Range(0, all.Length).Select(i => new Vec3(f[3 * i], f[3 * i + 1], f[3 * i + 2]))]);
        _position = new double[f.Length];
        for (var i = 0; i < all.Length; i++)
        {
            var r = Start.Cartesian(i);
            (_position[3 * i], _position[3 * i + 1], _position[3 * i + 2]) = (r.X, r.Y, r.Z);
        }
    }

    void Keep(Mat3 h)
    {
        if ((_ions.Count + 1L) * _mobile.Length * 3 > Array.MaxLength) throw new InputException($"{_ions.Count + 1} frames of {_mobile.Length} {Species} are more than fit in memory; keep fewer with --every");
        _ions.Add(Pick(_mobile));
        _centres.Add((Centre(_framework, _frameworkMass), Centre(null, _cellMass), h.Determinant, h));
        if (_sampled.Length == 0 || (_ions.Count - 1) % _sampleEvery != 0) return;
        _sample.Add((_ions.Count - 1, Pick(_sampled)));
        if (_sample.Count <= SampleFrames) return;
        _sampleEvery *= 2;
        _sample = [.. _sample.Where(s => s.Frame % _sampleEvery == 0)];
    }

    double[] Pick(int[] atoms)
    {
        var p = new double[3 * atoms.Length];
        for (var a = 0; a < atoms.Length; a++) Array.Copy(_position, 3 * atoms[a], p, 3 * a, 3);
        return p;
    }

    Vec3 Centre(int[]? atoms, double mass)
    {
        var sum = Vec3.Zero;
        var n = atoms?.Length ?? _mass.Length;
        for (var k = 0; k < n; k++)
        {
            var i = atoms is null ? k : atoms[k];
            sum += _mass[i] * new Vec3(_position[3 * i], _position[3 * i + 1], _position[3 * i + 2]);
        }
        return n == 0 ? Vec3.Zero : (1 / mass) * sum;
    }

    public TransportPaths Finish(double frameFs, double? temperatureK, string format, IEnumerable<string> notes)
    {
        var stepPs = frameFs * settings.Every / 1000;
        var drop = (int)Math.Ceiling(settings.DropPs / stepPs - 1e-9);
        if (_ions.Count - drop < 2)
            throw new InputException(FormattableString.Invariant($"{_read} frames every {frameFs:0.###} fs leave {Math.Max(0, _ions.Count - drop)} of the {Species} paths after --drop-ps {settings.DropPs} and --every {settings.Every}; at least two frames are needed"));
        var frames = _ions.Count - drop;
        Vec3 Reference(int k) => settings.Drift == DriftReference.Framework && _framework.Length > 0 ? _centres[k].Framework : _centres[k].Cell;
        var ions = Against(_ions.Skip(drop), frames, _mobile.Length, k => Reference(drop + k) - Reference(drop));
        Trajectory? charge = null;
        if (_framework.Length > 0)
        {
            charge = settings.Drift == DriftReference.Framework ? CollectiveTransport.Walker(ions)
                : CollectiveTransport.Walker(Against(_ions.Skip(drop), frames, _mobile.Length, k => _centres[drop + k].Framework - _centres[drop].Framework));
        }
        var sample = _sample.Where(s => s.Frame >= drop).ToArray();
        var framework = sample.Length < 2 ? null : Against(sample.Select(s => s.Positions), sample.Length, _sampled.Length, k => _centres[sample[k].Frame].Framework - _centres[sample[0].Frame].Framework, _sampleEvery);
        var box = default(Mat3);
        for (var k = drop; k < _centres.Count; k++) box += _centres[k].Box;
        return new(Species, ions, charge, framework, Start!, (1.0 / frames) * box, _centres.Skip(drop).Average(c => c.VolumeA3), _framework.Length, frameFs, _read, drop * stepPs, _largest, _unwrapped, temperatureK, format, [.. notes]);

        Trajectory Against(IEnumerable<double[]> rows, int count, int atoms, Func<int, Vec3> moved, int every = 1)
        {
            var p = new double[count * atoms * 3];
            var k = 0;
            foreach (var row in rows)
            {
                var d = moved(k);
                for (var o = 0; o < row.Length; o += 3) { var q = k * row.Length + o; (p[q], p[q + 1], p[q + 2]) = (row[o] - d.X, row[o + 1] - d.Y, row[o + 2] - d.Z); }
                k++;
            }
            return new(count, atoms, stepPs * every, p);
        }
    }
}
