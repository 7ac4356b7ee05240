using System.Globalization;
using System.Text;
using IpActors.FakeVasp.Inputs;
using IpActors.FakeVasp.Physics;
using static IpActors.FakeVasp.Outputs.Fortran;

namespace IpActors.FakeVasp.Outputs;

/// <summary>stdout and OSZICAR, line by line as it goes.</summary>
sealed class Screen : IDisposable
{
    readonly StreamWriter _out = new(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
    readonly StreamWriter _oszicar = new("OSZICAR") { AutoFlush = true, NewLine = "\n" };

    public const string Version = "6.4.2";

    public void Say(string text) => _out.WriteLine(text);

    public void Head(RunInputs inputs, int bands)
    {
        Say(" running    1 mpi-ranks, on    1 nodes");
        Say(" distrk:  each k-point on    1 cores,    1 groups");
        Say($" vasp.{Version} stand-in FakeVasp (no licensed code, numbers of a built-in model)");
        Say($" POSCAR found type information on POSCAR: {string.Join(' ', inputs.Structure.Composition().Select(c => c.Element))}");
        Say($" POSCAR found : {I(inputs.Structure.Composition().Count, 2)} types and {I(inputs.Structure.Count, 7)} ions");
        Say(" LDA part: xc-table for (Slater+PW92), standard interpolation");
        Say($" POSCAR, INCAR and KPOINTS ok, starting setup, {bands} bands");
        Say(" FFT: planning ... GRIDC");
        Say(File.Exists("WAVECAR") && inputs.Integer("ISTART", 1) > 0 ? " reading WAVECAR\n the WAVECAR file was read successfully" : " WAVECAR not read");
        Say(" entering main loop");
    }

    public void Cycle() => Both("       N       E                     dE             d eps       ncg     rms          rms(c)");

    public void Electronic(string solver, int k, double energy, double before, double residual)
    {
        var change = energy - before;
        Both($"{solver}:{k.ToString(CultureInfo.InvariantCulture).PadLeft(4)}    {E(energy, 12),19} {E(change, 5),14} {E(0.7 * change, 5),14}{I(480, 6)} {E(residual, 3),12}");
    }

    public void Ionic(RunInputs inputs, int step, IonicStep s, double f, double e0, double before)
    {
        var line = inputs.Ibrion == 0
            ? $"{step.ToString(CultureInfo.InvariantCulture).PadLeft(7)} T= {s.TemperatureK.ToString("F0", CultureInfo.InvariantCulture).PadLeft(5)}. E= {Short(f + s.KineticEv)} F= {Short(f)} E0= {Short(e0)}  EK= {E(s.KineticEv, 5)} SP= {E(0, 2)} SK= {E(0, 2)}"
            : $"{step.ToString(CultureInfo.InvariantCulture).PadLeft(4)} F= {Short(f)} E0= {Short(e0)}  d E ={E(f - before, 6, bare: true)}";
        Both(inputs.Spin ? $"{line}  mag=     0.0000" : line);
    }

    static string Short(double x) => E(x, 8, bare: true);

    void Both(string line)
    {
        Say(line);
        _oszicar.WriteLine(line);
    }

    public void Dispose()
    {
        _out.Dispose();
        _oszicar.Dispose();
    }
}
