using System.Globalization;
using System.Text;
using IpActors.FakeVasp.Inputs;
using IpActors.FakeVasp.Physics;
using IpActors.Science.Crystals;
using static IpActors.FakeVasp.Outputs.Fortran;

namespace IpActors.FakeVasp.Outputs;

/// <summary>CONTCAR, XDATCAR, EIGENVAL, IBZKPT, and stand-ins of WAVECAR and CHGCAR that say what they are.</summary>
sealed class OtherFiles(RunInputs inputs) : IDisposable
{
    readonly StreamWriter _xdatcar = new("XDATCAR") { NewLine = "\n" };
    int _configurations;

    /// <summary>Written anew after each step, whole or not at all.</summary>
    public void Contcar(IonicStep s)
    {
        var text = new StringBuilder(Header(s.Structure)).Append("Direct\n");
        foreach (var f in s.Structure.Fractional) text.Append(Line(f.Wrapped(), 20, 16)).Append('\n');
        if (s.Velocities is { } v)
        {
            text.Append('\n');
            for (var i = 0; i < v.Length; i += 3) text.Append(CultureInfo.InvariantCulture, $"  {v[i] / 1000:E8}  {v[i + 1] / 1000:E8}  {v[i + 2] / 1000:E8}\n");
        }
        File.WriteAllText("CONTCAR.new", text.ToString());
        File.Move("CONTCAR.new", "CONTCAR", overwrite: true);
    }

    string Header(Structure s)
    {
        var text = new StringBuilder().Append(inputs.Comment.Length > 0 ? inputs.Comment : "unknown system").Append("\n   1.00000000000000\n");
        for (var i = 0; i < 3; i++) text.Append("  ").Append(Line(s.Cell[i], 22, 16)).Append('\n');
        return text.Append(string.Concat(s.Composition().Select(c => $"   {c.Element,-2}"))).Append('\n').Append(string.Concat(s.Composition().Select(c => I(c.Count, 6)))).Append('\n').ToString();
    }

    public void Xdatcar(Structure s)
    {
        if (_configurations == 0 || inputs.Isif >= 3) _xdatcar.Write(Header(s));
        _xdatcar.WriteLine($"Direct configuration={I(++_configurations, 6)}");
        foreach (var f in s.Fractional) _xdatcar.WriteLine($"   {Line(f.Wrapped(), 11, 8)}");
        _xdatcar.Flush();
    }

    public void Points(Bands bands)
    {
        var text = new StringBuilder($"Automatically generated mesh\n{I(bands.Points.Length, 8)}\nReciprocal lattice\n");
        foreach (var (k, weight) in bands.Points) text.Append(CultureInfo.InvariantCulture, $"{Line(k, 20, 14)} {Math.Round(weight * 1e6),13}\n");
        File.WriteAllText("IBZKPT", text.ToString());
    }

    public void Eigenvalues(Bands bands, Structure s)
    {
        var (n, spins) = (s.Count, inputs.Spin ? 2 : 1);
        var text = new StringBuilder($"{I(n, 5)}{I(n, 5)}{I(1, 5)}{I(spins, 5)}\n  {E(s.VolumeA3 / n, 7)}  {E(s.Cell.A.Length * 1e-10, 7)}  {E(s.Cell.B.Length * 1e-10, 7)}  {E(s.Cell.C.Length * 1e-10, 7)}  {E(5e-16, 7)}\n  1.000000000000000E-004\n  CAR \n {inputs.Tag("SYSTEM", "unknown system")}\n{I((int)Math.Round(inputs.Electrons), 5)}{I(bands.Points.Length, 7)}{I(bands.Count, 7)}\n");
        for (var k = 0; k < bands.Points.Length; k++)
        {
            var (p, weight) = bands.Points[k];
            text.Append(CultureInfo.InvariantCulture, $" \n  {E(p.X, 7)}  {E(p.Y, 7)}  {E(p.Z, 7)}  {E(weight, 7)}\n");
            for (var b = 0; b < bands.Count; b++)
            {
                string e = F(bands.Energies[k][b], 14, 6), o = F(bands.Occupations[b], 10, 6);
                text.Append($"{I(b + 1, 5)}{e}{(spins == 2 ? e : "")}{o}{(spins == 2 ? o : "")}\n");
            }
        }
        File.WriteAllText("EIGENVAL", text.ToString());
    }

    public void StandIns(Structure s)
    {
        if (inputs.Flag("LWAVE", true)) File.WriteAllText("WAVECAR", $"FakeVasp stand-in of wave functions, {s.Count} ions\n");
        if (inputs.Flag("LCHARG", true)) File.WriteAllText("CHGCAR", $"FakeVasp stand-in of a charge density, {s.Count} ions\n");
    }

    /// <summary>Core and valence density (LAECHG) on a small grid, as smooth as any; or, as asked, with a core that is negative everywhere.</summary>
    public void CoreDensities(Structure s, bool isNegative)
    {
        if (!inputs.Flag("LAECHG", false)) return;
        const int n = 8;
        foreach (var (file, level) in new[] { ("AECCAR0", isNegative ? -40.0 : 20), ("AECCAR2", 10.0) })
        {
            var text = new StringBuilder(Header(s)).Append("Direct\n");
            foreach (var f in s.Fractional) text.Append(Line(f.Wrapped(), 10, 6)).Append('\n');
            text.Append(CultureInfo.InvariantCulture, $"\n{I(n, 5)}{I(n, 5)}{I(n, 5)}\n");
            for (var k = 0; k < n * n * n; k++) text.Append(CultureInfo.InvariantCulture, $" {E(level + Math.Cos(2 * Math.PI * (k % n) / n), 11)}").Append(k % 5 == 4 ? "\n" : "");
            File.WriteAllText(file, text.Append('\n').ToString());
        }
    }

    static string Line(Science.Numerics.Vec3 v, int width, int digits) => $"{F(v.X, width, digits)}{F(v.Y, width, digits)}{F(v.Z, width, digits)}";
    public void Dispose() => _xdatcar.Dispose();
}
