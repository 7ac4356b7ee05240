using System.Globalization;
using IpActors.App.Programs;
using IpActors.Science;
using IpActors.Workers.Cp2k;
using IpActors.Workers.Runs;
using IpActors.Workers.Vasp;

namespace IpActors.App.Doctor;

/// <summary>Outside programs and what they need: none is required, as the built-in model needs none.</summary>
/// <param name="file">The programs of a campaign file, whose folders are looked at instead of the environment's; null: no file was named.</param>
/// <param name="relative">What folders in that file are relative to.</param>
sealed class ProgramFindings(Surroundings here, ProgramsSettings? file = null, string relative = "")
{
    const string SystemPython = "/usr/bin/python3", Version = "import ase; print(ase.__version__)";

    /// <summary>All questions at a time, answers in a fixed order.</summary>
    public async Task<IReadOnlyList<Finding>> All() => await Task.WhenAll(Task.Run(Vasp), Cp2k(), new SlurmFinding(here).Look(), Ase(), Task.Run(Cache));

    string? Library(string program, string? other) => file?.Programs.GetValueOrDefault(program)?.Library is { } folder ? Path.GetFullPath(Path.Combine(relative, folder)) : other;

    /// <summary>VASP says no version without a calculation, so it is looked for and not started.</summary>
    internal Finding Vasp()
    {
        var program = here.Find("vasp_std");
        var (potcars, remedy) = Potcars();
        var found = $"{program ?? "vasp_std is not on the PATH"}; {potcars}";
        return program is not null && remedy is null ? new("VASP", true, false, found)
            : new("VASP", false, false, found, string.Join("; ", new[] { program is null ? "put vasp_std on the PATH, or write its path in programs.vasp.command (for Slurm, launcher.slurm.setup may load it on the nodes)" : null, remedy }.OfType<string>()));
    }

    (string Found, string? Remedy) Potcars()
    {
        const string Where = "set VASP_PSP_DIR, or programs.vasp.potcar, to the folder of your POTCARs (they come with a licence of VASP)";
        if (Library(ProgramsSection.Vasp, here.Variable("VASP_PSP_DIR")) is not { Length: > 0 } folder) return ("VASP_PSP_DIR is not set", Where);
        try
        {
            var library = new PotcarLibrary(folder);
            return ($"{library.Find("Li", PotcarLibrary.Names["Li"]).Title} in {folder}", null);
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException) { return ($"no POTCAR of Li: {e.Message.Split(';')[0]}", Where); }
    }

    internal async Task<Finding> Cp2k()
    {
        if (here.Find("cp2k.psmp", "cp2k.popt", "cp2k.ssmp", "cp2k") is not { } program)
            return new("CP2K", false, false, "not on the PATH", "install it (Debian, Ubuntu: apt-get install cp2k), or write its path in programs.cp2k.command (for Slurm, launcher.slurm.setup may load it on the nodes)");
        var answer = await here.Ask(program, "--version");
        var version = answer.Out.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.StartsWith("CP2K version", StringComparison.Ordinal));
        if (!answer.Ok || version is null) return new("CP2K", false, false, $"{program} does not say its version: {answer.Complaint}", $"see what '{program} --version' says; it may need modules or mpirun");
        var folder = Library(ProgramsSection.Cp2k, here.Variable("CP2K_DATA_DIR") is { Length: > 0 } d ? d : Cp2kData.Debian)!;
        var (data, li) = (new Cp2kData(folder), Cp2kKinds.Of("Li"));
        try
        {
            data.Entry("BASIS_MOLOPT", li.Element, li.Basis);
            data.Entry("GTH_POTENTIALS", li.Element, li.Potential);
            return new("CP2K", true, false, $"{version}, {program}; BASIS_MOLOPT and GTH_POTENTIALS in {folder}");
        }
        catch (Exception e) when (e is PartFaultException or IOException or UnauthorizedAccessException)
        {
            return new("CP2K", false, false, $"{version}, {program}; {(e is PartFaultException f ? f.Fault.Message : e.Message).Split(';')[0]}", "set CP2K_DATA_DIR, or programs.cp2k.data, to the folder with BASIS_MOLOPT and GTH_POTENTIALS (Debian, Ubuntu: apt-get install cp2k-data)");
        }
    }

    /// <summary>For config/command.yaml, which starts the system's Python.</summary>
    internal async Task<Finding> Ase()
    {
        const string Remedy = "for config/command.yaml: apt-get install python3-ase";
        var system = await AseOf(SystemPython);
        if (system is not null) return new("ASE", true, false, $"ASE {system} for {SystemPython}");
        return here.Find("python3") is { } other && await AseOf(other) is { } version
            ? new("ASE", false, false, $"ASE {version} for {other}, none for {SystemPython}, which config/command.yaml starts", $"{Remedy}, or write {other} there")
            : new("ASE", false, false, $"{SystemPython} has no module ase", Remedy);
    }

    async Task<string?> AseOf(string python) => File.Exists(python) && await here.Ask(python, "-c", Version) is { Ok: true } a ? a.Out.Trim() : null;

    /// <summary>The folder of the result cache: how much is in it, and whether a file can be made there, which is deleted again.</summary>
    internal Finding Cache()
    {
        if (file is { Cache: null }) return new("cache", true, false, "results of programs are not kept ('cache: off')");
        var folder = Path.GetFullPath(file?.Cache ?? ProgramsSection.DefaultCache);
        var existing = Diagnosis.Existing(folder);
        try
        {
            var entries = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Select(f => new FileInfo(f).Length).ToList() : [];
            using (new FileStream(Path.Combine(existing, $".ipactors-doctor-{Environment.ProcessId}.part"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)) { }
            return new("cache", true, false, string.Create(CultureInfo.InvariantCulture, $"{entries.Count} results of programs, {entries.Sum() / 1e6:F1} MB in {folder}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("cache", false, false, $"results of programs cannot be kept in {folder}: {e.Message}", "name a folder that can be written with programs.cache, or write 'cache: off'");
        }
    }
}
