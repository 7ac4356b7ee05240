using System.Diagnostics;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Tests.FakeVasp;

/// <summary>A run's folder under the temporary one, with stand-in potentials, and FakeVasp run in it for real.</summary>
sealed class Folder : IDisposable
{
    public static readonly string Executable = Find();
    static readonly Lazy<string> Library = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("potcars-").FullName;
        using var made = Process.Start(new ProcessStartInfo(Executable) { ArgumentList = { "make-potcars", folder } })!;
        made.WaitForExit();
        return folder;
    });

    public string Path { get; } = Directory.CreateTempSubdirectory("fakevasp-").FullName;
    public RunFolder Run => new(Path);

    /// <summary>The program beside this project's, of the same configuration.</summary>
    static string Find()
    {
        var bin = AppContext.BaseDirectory.TrimEnd('/');
        var configuration = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(bin)!);
        return Faults.FaultPages.PathOf($"tests/FakeVasp/bin/{configuration}/{System.IO.Path.GetFileName(bin)}/FakeVasp");
    }

    /// <summary>Li3OCl, a little off its ideal places.</summary>
    public static Structure Li3OCl(double a = 3.95) => new(Mat3.Diagonal(a, a + 0.02, a - 0.04), ["Li", "Li", "Li", "O", "Cl"], [new(0.51, 0.5, 0), new(0.5, 0, 0.5), new(0, 0.5, 0.5), new(0.5, 0.5, 0.5), new(0, 0, 0.02)]);

    public const string Relaxation = "IBRION = 2\nISIF = 3\nNSW = 60\nEDIFF = 1E-6\nEDIFFG = -0.002\nISMEAR = 0\nSIGMA = 0.05\nENCUT = 520\nPREC = Accurate\n", EightPoints = "zone boundary\n4\nReciprocal\n0 0 0 1\n0.5 0 0 3\n0.5 0.5 0 3\n0.5 0.5 0.5 1\n";

    public static Folder With(Structure s, string incar, string kpoints = EightPoints, string? script = null)
    {
        var folder = new Folder();
        File.WriteAllText(folder.Of("INCAR"), incar);
        File.WriteAllText(folder.Of("KPOINTS"), kpoints);
        File.WriteAllText(folder.Of("POSCAR"), Poscar.Write(s));
        File.WriteAllText(folder.Of("POTCAR"), string.Concat(s.Composition().Select(c => File.ReadAllText(System.IO.Path.Combine(Library.Value, c.Element == "Li" ? "Li_sv" : c.Element, "POTCAR")))));
        if (script is not null) File.WriteAllText(folder.Of("FAKEVASP"), script);
        return folder;
    }

    public string Of(string file) => System.IO.Path.Combine(Path, file);

    public Process Start() => Process.Start(new ProcessStartInfo("/bin/sh") { WorkingDirectory = Path, ArgumentList = { "-c", "exec \"$0\" > stdout.txt 2> stderr.txt", Executable } })!;

    /// <summary>Runs to its end; the exit code as a shell gives it (128 + signal).</summary>
    public int Play()
    {
        using var run = Start();
        if (!run.WaitForExit(60_000)) { run.Kill(); throw new TimeoutException("FakeVasp did not end"); }
        return run.ExitCode;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
