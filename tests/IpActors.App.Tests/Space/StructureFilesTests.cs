using System.Diagnostics;
using IpActors.App.Tests.Pareto;

namespace IpActors.App.Tests.Space;

/// <summary>POSCAR, CIF and extended XYZ files as pymatgen and ASE read them (tests/compare/space_structures.py); skipped where Debian's Python has not got these.</summary>
public sealed class StructureFilesTests : IDisposable
{
    const string Python = "/usr/bin/python3";
    readonly string _folder = Directory.CreateTempSubdirectory("ipactors-structures-").FullName;
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static (int Code, string Text) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text + error.Result);
    }

    [SkippableTheory]
    [InlineData("aristotypes: [Li3XZ, Li4XZ2, Li7X2Z3]\nx: [O, Te]\nz: [F, I]\nmax_index: 2\n", 60)]
    [InlineData("config/spaces/argyrodite.yaml", 89)]
    public async Task Structures_are_read_alike_by_pymatgen_and_ASE_in_every_format(string space, int atLeast)
    {
        Skip.IfNot(File.Exists(Python), $"{Python} is missing");
        foreach (var module in (string[])["pymatgen.core", "ase.io", "spglib"]) Skip.If(Run("-c", $"import {module}").Code != 0, $"python3-{module.Split('.')[0]} is missing");
        var yaml = space.EndsWith(".yaml", StringComparison.Ordinal) ? Repository.PathOf(space) : AppProcess.File(space, "s.yaml");
        foreach (var format in (string[])["poscar", "cif", "extxyz"])
        {
            var answer = await AppProcess.Run(["space", "enumerate", yaml, "--out", Path.Combine(_folder, format), "--format", format]);
            Assert.True(answer.ExitCode == 0, answer.Error);
        }
        File.WriteAllText(Path.Combine(_folder, "list.csv"), (await AppProcess.Run(["space", "enumerate", yaml])).Out);
        var (code, text) = Run(Repository.PathOf("tests/compare/space_structures.py"), _folder);
        Assert.True(code == 0, text);
        Assert.InRange(int.Parse(text.Split(' ')[0]), atLeast, int.MaxValue);
    }
}
