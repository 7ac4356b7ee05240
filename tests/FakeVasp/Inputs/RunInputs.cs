using System.Globalization;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Vasp;

namespace IpActors.FakeVasp.Inputs;

/// <summary>INCAR, KPOINTS, POSCAR and POTCAR of the run's folder, with VASP's defaults where nothing is set.</summary>
sealed record RunInputs(Incar Incar, Kpoints Kpoints, Structure Structure, string Comment, double[]? VelocitiesAPerFs, ImmutableArray<PotcarHead> Potcars)
{
    public static RunInputs Read()
    {
        static string Text(string name) => File.Exists(name) ? File.ReadAllText(name) : throw new InputException($"ERROR: there must be a file {name}");
        var incar = Incar.Read(Text("INCAR"));
        var poscar = Text("POSCAR");
        var s = Poscar.Read(poscar);
        var potcars = PotcarHead.Read(Text("POTCAR"));
        var elements = s.Composition().Select(c => c.Element).ToArray();
        if (!potcars.Select(p => p.Element).SequenceEqual(elements)) throw new InputException($"the POTCAR is of {string.Join(' ', potcars.Select(p => p.Element))}, the POSCAR of {string.Join(' ', elements)}");
        if (s.Cell.Determinant < 0) throw new InputException("ERROR: the triple product of the basis vectors is negative: exchange two basis vectors");
        return new(incar, File.Exists("KPOINTS") ? Kpoints.Read(Text("KPOINTS")) : new Kpoints.Mesh("none", KpointsCentre.Gamma, 1, 1, 1), s, poscar.Split('\n')[0].Trim(), Velocities(poscar, s.Count), potcars);
    }

    /// <summary>The block after the positions, Å/fs, as CONTCAR of a molecular dynamics has it.</summary>
    static double[]? Velocities(string poscar, int atoms)
    {
        var lines = poscar.Split('\n');
        var first = 8 + (lines.Length > 7 && lines[7].TrimStart() is ['S' or 's', ..] ? 1 : 0) + atoms;
        if (lines.Length < first + 1 + atoms || !string.IsNullOrWhiteSpace(lines[first])) return null;
        var v = new double[3 * atoms];
        for (var i = 0; i < atoms; i++)
        {
            var words = lines[first + 1 + i].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 3) return null;
            for (var a = 0; a < 3; a++) v[3 * i + a] = double.Parse(words[a], CultureInfo.InvariantCulture);
        }
        return v.All(x => x == 0) ? null : v;
    }

    public string Tag(string tag, string otherwise) => Incar[tag] is { Length: > 0 } v ? v : VaspFaults.Defaults.GetValueOrDefault($"INCAR.{tag}", otherwise);
    public double Number(string tag, double otherwise) => Incar.Number(tag) ?? (VaspFaults.Defaults.TryGetValue($"INCAR.{tag}", out var d) ? double.Parse(d, CultureInfo.InvariantCulture) : otherwise);
    public int Integer(string tag, int otherwise) => (int)Number(tag, otherwise);
    public bool Flag(string tag, bool otherwise) => Incar.Flag(tag) ?? otherwise;

    public int Steps => Integer("NSW", 0);
    public int Ibrion => Incar.Integer("IBRION") ?? (Steps > 1 ? 0 : -1);
    public int Isif => Incar.Integer("ISIF") ?? (Ibrion == 0 ? 0 : 2);
    public int Nelm => Integer("NELM", 60);
    public double Ediff => Number("EDIFF", 1e-4);
    public double Ediffg => Incar.Number("EDIFFG") ?? 10 * Ediff;
    public bool Spin => Integer("ISPIN", 1) == 2;
    public PotcarHead Potcar(string element) => Potcars.First(p => p.Element == element);
    public double NeutralElectrons => Structure.Species.Sum(e => Potcar(e).Valence);
    public double Electrons => Number("NELECT", NeutralElectrons);

    /// <summary>The k points in fractions with weights that sum to one; a mesh without the half that time reversal gives.</summary>
    public ImmutableArray<(Vec3 K, double Weight)> Points()
    {
        if (Kpoints is Kpoints.List list)
        {
            var total = list.Points.Sum(p => p.Weight) is > 0 and var sum ? sum : list.Points.Length;
            return [.. list.Points.Select(p => (list.Cartesian ? p.K * Structure.Cell.Transposed : p.K, p.Weight / total))];
        }
        if (Kpoints is Kpoints.Lines lines)
        {
            Vec3[] path = [.. lines.Points.Chunk(2).SelectMany(e => Enumerable.Range(0, lines.Divisions).Select(i => e[0].K + i / (lines.Divisions - 1.0) * (e[1].K - e[0].K)))];
            return [.. path.Select(k => (k, 1.0 / path.Length))];
        }
        var mesh = Kpoints switch
        {
            Kpoints.Mesh m => m,
            Kpoints.Length l => Mesh(l.LengthA),
            _ => throw new InputException("FakeVasp reads meshes, lists and lines of k points; generating vectors it does not"),
        };
        var shift = mesh.Centre == KpointsCentre.Monkhorst ? new Vec3(mesh.N1 % 2 == 0 ? 0.5 : 0, mesh.N2 % 2 == 0 ? 0.5 : 0, mesh.N3 % 2 == 0 ? 0.5 : 0) + mesh.Shift : mesh.Shift;
        var seen = new Dictionary<(long, long, long), int>();
        var points = new List<(Vec3 K, double Weight)>();
        for (var c = 0; c < mesh.N3; c++)
            for (var b = 0; b < mesh.N2; b++)
                for (var a = 0; a < mesh.N1; a++)
                {
                    var k = new Vec3((a + shift.X) / mesh.N1, (b + shift.Y) / mesh.N2, (c + shift.Z) / mesh.N3);
                    if (seen.TryGetValue(Key(-k), out var at)) { points[at] = (points[at].K, points[at].Weight + 1.0 / mesh.Count); continue; }
                    seen[Key(k)] = points.Count;
                    points.Add((new(Folded(k.X), Folded(k.Y), Folded(k.Z)), 1.0 / mesh.Count));
                }
        return [.. points];
    }

    Kpoints.Mesh Mesh(double length)
    {
        var b = Structure.Cell.Inverse.Transposed;
        int N(Vec3 v) => Math.Max(1, (int)(length * v.Length + 0.5));
        return new("automatic", KpointsCentre.Gamma, N(b.A), N(b.B), N(b.C));
    }

    static double Folded(double x) { var f = x - Math.Floor(x); return f > 0.5 + 1e-9 ? f - 1 : f; }
    static (long, long, long) Key(Vec3 k) { static long R(double x) => (long)Math.Round((x - Math.Floor(x)) * 1e6) % 1_000_000; return (R(k.X), R(k.Y), R(k.Z)); }
}
