using System.Globalization;
using System.Text;
using IpActors.Domain.DftRuns;
using IpActors.Science;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;

namespace IpActors.Workers.Cp2k;

/// <summary>From a part to the files of its run.</summary>
public static class Cp2kInputs
{
    /// <summary>Name in the run's folder of the restart file that is gone on from, and of the note that says which folder it came from.</summary>
    public const string Previous = "previous.restart", ResumedFrom = "resumed-from.txt";
    public const string Restart = Cp2kTemplate.Project + "-1.restart";
    static readonly string[] WaveFunctions = [Cp2kTemplate.Project + "-RESTART.kp", Cp2kTemplate.Project + "-RESTART.wfn"];

    public static ProgramInputs Of(PartRequest request, Cp2kData data)
    {
        try { return Planned(request, data); }
        catch (InputException e) { throw new PartFaultException(new("bad-input", FaultKind.Fatal, e.Message)); }
    }

    /// <summary>The scheme of a part's energies.</summary>
    public static string SchemeOf(PartRequest request)
    {
        var (root, task, _, _, kpoints) = Root(request);
        return Scheme(root, task, kpoints);
    }

    /// <summary>The input with all settings, but nothing taken over.</summary>
    static (Cp2kSection Root, Cp2kTask Task, KpointMesh Mesh, bool GammaCentred, string KPoints) Root(PartRequest request)
    {
        Cp2kSettings.Check(request.Settings);
        var task = Cp2kParts.TaskOf(request);
        var start = Cp2kStart.Of(request);
        var (mesh, gamma, kpoints) = Cp2kSettings.KPoints(request.Settings, start.Structure);
        var root = Cp2kTemplate.Of(task, request, start, mesh, gamma);
        foreach (var (key, value) in request.Settings.Where(s => s.Key.StartsWith(Cp2kSettings.Prefix, StringComparison.Ordinal)))
        {
            var path = KeepCase(key[Cp2kSettings.Prefix.Length..]);
            if (Cp2kKeywords.IsSection(path)) root.SetSection(path, value); else root.Set(path, value);
        }
        // The outer loop's limit follows the inner one's, or it would never be met.
        if (root["FORCE_EVAL/DFT/SCF/OUTER_SCF/EPS_SCF"] is not null && !request.Settings.ContainsKey("CP2K.FORCE_EVAL/DFT/SCF/OUTER_SCF/EPS_SCF")) root.Set("FORCE_EVAL/DFT/SCF/OUTER_SCF/EPS_SCF", root["FORCE_EVAL/DFT/SCF/EPS_SCF"]!);
        return (root, task, mesh, gamma, kpoints);
    }

    static ProgramInputs Planned(PartRequest request, Cp2kData data)
    {
        var (root, task, mesh, gamma, kpoints) = Root(request);
        var (copies, files) = Resume(request, task, root);
        var facts = Libraries(root, data, files);
        var effective = root.Flatten().Where(p => !p.Path.Contains("/COORD", StringComparison.Ordinal) && !p.Path.Contains("KPOINT_SET", StringComparison.Ordinal) && !p.Path.StartsWith("EXT_RESTART", StringComparison.Ordinal))
            .DistinctBy(p => p.Path).Select(p => (Cp2kSettings.Prefix + p.Path, p.Value)).ToList();
        if (!task.IsLarge()) effective.AddRange([(Cp2kSettings.Mesh, mesh.ToString()), (Cp2kSettings.Centre, gamma ? "gamma" : "monkhorst")]);
        effective.Add((Cp2kSettings.Resume, Cp2kSettings.Of(request.Settings, Cp2kSettings.Resume) is { Length: > 0 } r ? r : "all"));
        files[Cp2kTemplate.Input] = root.Write();
        foreach (var path in Cp2kSettings.Neutral) root.Set(path, "");
        return new(files.ToImmutableSortedDictionary(StringComparer.Ordinal), ["-i", Cp2kTemplate.Input, "-o", Cp2kTemplate.Output])
        {
            Copies = copies, Essence = Texts.Of((Cp2kTemplate.Input, root.Write())), Facts = facts.SetItem("scheme", Scheme(root, task, kpoints)), Effective = Texts.Of([.. effective]), Cacheable = copies.IsEmpty,
        };
    }

    /// <summary>Sections in capitals, what stands in brackets as it is.</summary>
    static string KeepCase(string path) => string.Join('/', path.Split('/').Select(s => s.IndexOf('[') is > 0 and var at ? s[..at].ToUpperInvariant() + s[at..] : s.ToUpperInvariant()));

    /// <summary>
    /// What makes energies comparable: functional, potentials, basis sets, cutoffs, k points by their density; and whatever else of the functional or of the occupation is set. Small corrections of grids and thresholds are marked by the
    /// corrections themselves.
    /// </summary>
    public static string Scheme(Cp2kSection root, Cp2kTask task, string kpoints)
    {
        var kinds = root.Section("FORCE_EVAL/SUBSYS").Sections.Where(s => s.Name == "KIND").ToArray();
        string Names(string keyword, Func<string, string> general) => string.Join(' ', kinds.Select(k => general(k[keyword]!)).Distinct().Count() == 1
            ? [general(kinds[0][keyword]!)] : kinds.Select(k => $"{k.Parameter}:{general(k[keyword]!)}"));
        var more = root.Flatten().Where(p => p.Path.StartsWith("FORCE_EVAL/DFT/XC/", StringComparison.Ordinal) && p.Path != "FORCE_EVAL/DFT/XC/XC_FUNCTIONAL" || p.Path.StartsWith("FORCE_EVAL/DFT/SCF/SMEAR", StringComparison.Ordinal))
            .Select(p => $"{p.Path["FORCE_EVAL/DFT/".Length..]}={p.Value}");
        return string.Join(' ',
        [
            root["FORCE_EVAL/DFT/XC/XC_FUNCTIONAL"] ?? "?", Names("POTENTIAL", p => p.LastIndexOf("-q", StringComparison.Ordinal) is > 0 and var at ? p[..at] : p), Names("BASIS_SET", b => b),
            $"cutoff {root["FORCE_EVAL/DFT/MGRID/CUTOFF"]}/{root["FORCE_EVAL/DFT/MGRID/REL_CUTOFF"]}", task.IsLarge() ? "k Gamma" : kpoints, .. more,
        ]);
    }

    /// <summary>Takes over what the settings say from the newest earlier attempt that has it.</summary>
    static (ImmutableArray<FileCopy>, Dictionary<string, string>) Resume(PartRequest request, Cp2kTask task, Cp2kSection root)
    {
        var (how, drop) = (Cp2kSettings.Of(request.Settings, Cp2kSettings.Resume), Cp2kSettings.Of(request.Settings, Cp2kSettings.Drop).Split(' '));
        var (copies, files) = (ImmutableArray.CreateBuilder<FileCopy>(), new Dictionary<string, string>(StringComparer.Ordinal));
        if (how == "none") return ([], files);
        if (task != Cp2kTask.Gap && !drop.Contains(Restart) && Newest(request, Restart, Previous) is { } restart)
        {
            copies.Add(new(Previous, [restart]));
            files[ResumedFrom] = Path.GetDirectoryName(restart) + "\n";
            root.Set("EXT_RESTART/RESTART_FILE_NAME", Previous).Set("EXT_RESTART/RESTART_COUNTERS", task.IsDynamics() ? "T" : "F");
            if (task.IsDynamics() && StepOf(restart) is { } done)
                root.Set("MOTION/MD/STEPS", Math.Max(1, long.Parse(root["MOTION/MD/STEPS"]!, CultureInfo.InvariantCulture) - done).ToString(CultureInfo.InvariantCulture));
        }
        var wave = WaveFunctions[task.IsLarge() ? 1 : 0];
        if (how is "" or "all" && !drop.Contains(wave) && Newest(request, wave) is { } waves)
        {
            copies.Add(new(wave, [waves]));
            root.Set("FORCE_EVAL/DFT/SCF/SCF_GUESS", "RESTART");
        }
        return (copies.ToImmutable(), files);
    }

    static string? Newest(PartRequest request, params string[] names) =>
        request.Earlier.Reverse().SelectMany(folder => names.SelectMany(n => new[] { Path.Combine(folder, n), Path.Combine(folder, n + ".gz") })).FirstOrDefault(p => new FileInfo(p) is { Exists: true, Length: > 0 });

    static long? StepOf(string restart)
    {
        var name = Path.GetFileName(restart);
        using var text = Cp2kFiles.Find(Path.GetDirectoryName(restart)!, name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name)!;
        return long.TryParse(Cp2kInputReader.Read(text, restart)["MOTION/MD/STEP_START_VAL"], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
    }

    /// <summary>Writes the entries in use as small libraries under the names of the whole ones, and returns their digests.</summary>
    static ImmutableSortedDictionary<string, string> Libraries(Cp2kSection root, Cp2kData data, Dictionary<string, string> files)
    {
        var facts = Texts.None;
        var basis = root["FORCE_EVAL/DFT/BASIS_SET_FILE_NAME"] ?? Cp2kTemplate.BasisFile;
        var potential = root["FORCE_EVAL/DFT/POTENTIAL_FILE_NAME"] ?? Cp2kTemplate.PotentialFile;
        var texts = new Dictionary<string, StringBuilder>(StringComparer.Ordinal);
        foreach (var kind in root.Section("FORCE_EVAL/SUBSYS").Sections.Where(s => s.Name == "KIND"))
            foreach (var (what, file, name) in new[] { ("basis", basis, kind["BASIS_SET"]!), ("potential", potential, kind["POTENTIAL"]!) })
            {
                var entry = data.Entry(file, kind["ELEMENT"]!, name.Split(' ')[^1]);
                facts = facts.SetItem($"{what}.{kind.Parameter}", $"{file} {name} {Cp2kData.Digest(entry)}");
                if (!texts.TryGetValue(file, out var text)) texts[file] = text = new();
                text.Append(entry).Append("#\n");
            }
        foreach (var (file, text) in texts) files[file] = text.ToString();
        return facts;
    }
}
