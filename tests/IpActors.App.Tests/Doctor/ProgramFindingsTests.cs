using IpActors.App.Doctor;
using IpActors.App.Programs;

namespace IpActors.App.Tests.Doctor;

/// <summary>What the doctor says of programs, with small scripts in their place that answer as the real ones do.</summary>
public sealed class ProgramFindingsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("ipactors-").FullName;
    readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    Surroundings Here(double seconds = 20) => new(_folder, _variables.GetValueOrDefault, TimeSpan.FromSeconds(seconds));
    ProgramFindings Look(ProgramsSettings? file = null) => new(Here(), file);

    void Script(string name, string body)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    string Sub(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    static void IsAbsent(Finding f, string found, string remedy)
    {
        Assert.False(f.Ok);
        Assert.False(f.Required);
        Assert.Contains(found, f.Found);
        Assert.Contains(remedy, f.Remedy);
    }

    [Fact]
    public void Vasp_needs_its_executable_and_a_potcar_of_lithium()
    {
        IsAbsent(Look().Vasp(), "vasp_std is not on the PATH; VASP_PSP_DIR is not set", "put vasp_std on the PATH");
        Script("vasp_std", "exit 1");
        IsAbsent(Look().Vasp(), $"{Path.Combine(_folder, "vasp_std")}; VASP_PSP_DIR is not set", "set VASP_PSP_DIR");
        _variables["VASP_PSP_DIR"] = Sub("empty");
        IsAbsent(Look().Vasp(), "no POTCAR of Li", "set VASP_PSP_DIR");
        _variables["VASP_PSP_DIR"] = Repository.PathOf("tests/FakeVasp/potcars");
        var found = Look().Vasp();
        Assert.True(found.Ok, found.Found);
        Assert.Contains("Li", found.Found);
        Assert.Null(found.Remedy);
    }

    [Fact]
    public void The_folder_that_a_campaign_names_comes_before_the_environments()
    {
        Script("vasp_std", "exit 1");
        _variables["VASP_PSP_DIR"] = Sub("empty");
        var file = new ProgramsSettings(ImmutableSortedDictionary<string, ProgramSettings>.Empty.Add("vasp", new(["vasp_std"], Texts.None, "potcars")), null);
        Assert.True(new ProgramFindings(Here(), file, Repository.PathOf("tests/FakeVasp")).Vasp().Ok);
    }

    [Fact]
    public async Task Cp2k_says_its_version_and_its_data_are_looked_at()
    {
        IsAbsent(await Look().Cp2k(), "not on the PATH", "apt-get install cp2k");
        _variables["CP2K_DATA_DIR"] = Sub("data");
        Script("cp2k.psmp", "[ \"$1\" = --version ] && echo ' CP2K version 2024.1' && echo ' Source code revision'");
        IsAbsent(await Look().Cp2k(), "CP2K version 2024.1", "set CP2K_DATA_DIR");
        File.WriteAllText(Path.Combine(_folder, "data", "BASIS_MOLOPT"), " Li DZVP-MOLOPT-SR-GTH DZVP-MOLOPT-SR-GTH-q3\n 1\n");
        IsAbsent(await Look().Cp2k(), "GTH_POTENTIALS is missing", "set CP2K_DATA_DIR");
        File.WriteAllText(Path.Combine(_folder, "data", "GTH_POTENTIALS"), "Li GTH-PBE-q3\n 3\n");
        var found = await Look().Cp2k();
        Assert.True(found.Ok, found.Found);
        Assert.StartsWith("CP2K version 2024.1, ", found.Found);
    }

    [Theory, InlineData("echo 'libmpi.so.40: cannot open shared object file' >&2; exit 127", "libmpi.so.40: cannot open"), InlineData("while :; do :; done", "gave no answer for 1 s")]
    public async Task A_cp2k_that_does_not_run_is_said_to_be_so_in_time(string body, string said)
    {
        Script("cp2k.psmp", body);
        IsAbsent(await new ProgramFindings(Here(1)).Cp2k(), said, "--version");
    }

    const string Sinfo = "[ \"$1\" = --version ] && echo 'slurm 22.05.8' && exit 0\n";
    const string NoAccounting = "echo 'Slurm accounting storage is disabled' >&2; exit 1";

    void Slurm(string sinfo, string squeue, string sacct)
    {
        foreach (var tool in new[] { "sbatch", "scancel" }) Script(tool, "exit 0");
        Script("sinfo", Sinfo + sinfo);
        Script("squeue", squeue);
        Script("sacct", sacct);
    }

    [Fact]
    public async Task Slurm_that_answers_tells_partitions_nodes_jobs_and_accounting()
    {
        Slurm("echo 'main|mix|2'; echo 'main|down*|1'; echo 'gpu|idle~|4'; echo 'gpu|idle*|1'", "echo 17_0; echo 17_1", NoAccounting);
        Assert.Equal(new Finding("Slurm", true, false, "slurm 22.05.8; gpu 4 of 5 nodes up, main 2 of 3 nodes up; 2 jobs of yours in the queue; no accounting (Slurm accounting storage is disabled)"), await new SlurmFinding(Here()).Look());
        Slurm("echo 'main|alloc|1'", "exit 0", "exit 0");
        Assert.Equal("slurm 22.05.8; main 1 of 1 nodes up; 0 jobs of yours in the queue; with accounting", (await new SlurmFinding(Here()).Look()).Found);
    }

    [Fact]
    public async Task Slurm_that_is_not_there_does_not_answer_or_has_no_nodes_is_told_apart()
    {
        IsAbsent(await new SlurmFinding(Here()).Look(), "sbatch is not on the PATH", "launcher.with: local");
        Script("sbatch", "exit 0");
        IsAbsent(await new SlurmFinding(Here()).Look(), "sinfo is not on the PATH", "all of Slurm's programs");
        Slurm("echo 'slurm_load_partitions: Unable to contact slurm controller (connect failure)' >&2; exit 1", "exit 0", "exit 0");
        IsAbsent(await new SlurmFinding(Here()).Look(), "slurm 22.05.8, which does not answer: slurm_load_partitions: Unable to contact", "controller");
        Slurm("echo 'main|idle|1'", "echo 'squeue: error: Socket timed out' >&2; exit 1", "exit 0");
        IsAbsent(await new SlurmFinding(Here()).Look(), "Socket timed out", "controller");
        Slurm("echo 'main|drain|3'", "exit 0", "exit 0");
        IsAbsent(await new SlurmFinding(Here()).Look(), "main 0 of 3 nodes up", "no node is up");
    }

    [Fact]
    public void The_cache_is_counted_and_tried_and_nothing_is_left_behind()
    {
        ProgramsSettings At(string? cache) => new(ImmutableSortedDictionary<string, ProgramSettings>.Empty, cache);
        var cache = Path.Combine(_folder, "results");
        Assert.Equal($"0 results of programs, 0.0 MB in {cache}", Look(At(cache)).Cache().Found);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
        Directory.CreateDirectory(Path.Combine(cache, "ab"));
        File.WriteAllText(Path.Combine(cache, "ab", "ab01.json"), new string('x', 240_000));
        Assert.Equal(new("cache", true, false, $"1 results of programs, 0.2 MB in {cache}"), Look(At(cache)).Cache());
        Assert.Single(Directory.EnumerateFiles(cache, "*", SearchOption.AllDirectories));
        Assert.Contains("cache: off", Look(At(null)).Cache().Found);
        IsAbsent(Look(At("/proc/results")).Cache(), "cannot be kept in /proc/results", "programs.cache");
    }
}
