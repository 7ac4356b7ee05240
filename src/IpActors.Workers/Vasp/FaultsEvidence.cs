using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Vasp;

/// <summary>The facts of a run of VASP from its folder, whoever ran it: files may be missing, cut or packed by gzip. One pass over each, constant memory but for stdout.</summary>
public static partial class VaspEvidenceFiles
{
    static readonly string[] Outs = ["stdout.txt", "vasp.out", "vasp.log", "stdout"], Errors = ["stderr.txt", "std_err.txt", "vasp.err", "stderr"];
    const int MostMessages = 2000;

    /// <param name="stdout">The name of the file that holds what VASP printed; null: one of the usual.</param>
    public static VaspEvidence Read(RunFolder folder, bool ended = true, string? stdout = null, string? stderr = null)
    {
        var evidence = new VaspEvidence { Ended = ended, Settings = SettingsOf(folder), Stdout = Whole(folder, stdout ?? Outs.FirstOrDefault(folder.Has)), Stderr = Whole(folder, stderr ?? Errors.FirstOrDefault(folder.Has)) };
        if (folder.Has("OUTCAR")) evidence = WithOutcar(evidence, folder);
        if (folder.Has("OSZICAR")) evidence = WithOszicar(evidence, folder);
        if (folder.Has("vasprun.xml")) evidence = WithXml(evidence, folder, ended);
        return evidence with
        {
            MissingFiles = ended ? [.. new[] { "CONTCAR", "OSZICAR", "OUTCAR" }.Where(f => !folder.Has(f))] : [],
            AskedToStop = folder.Has("STOPCAR"),
            ReachedAccuracy = evidence.Stdout.Contains("reached required accuracy", StringComparison.Ordinal) ? true : evidence.ReachedAccuracy,
        };
    }

    /// <summary>INCAR.* and KPOINTS.* as the folder has them.</summary>
    public static ImmutableSortedDictionary<string, string> SettingsOf(RunFolder folder)
    {
        var settings = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (folder.Has("INCAR")) foreach (var (tag, value) in Incar.Read(Whole(folder, "INCAR"), folder.PathOf("INCAR")).Tags) settings[$"INCAR.{tag}"] = value;
        if (folder.Has("KPOINTS") && Kpoints.Read(Whole(folder, "KPOINTS"), folder.PathOf("KPOINTS")) is Kpoints.Mesh m)
        {
            settings["KPOINTS.centre"] = m.Centre == KpointsCentre.Gamma ? "gamma" : "monkhorst";
            settings["KPOINTS.mesh"] = string.Create(CultureInfo.InvariantCulture, $"{m.N1} {m.N2} {m.N3}");
        }
        return settings.ToImmutable();
    }

    static string Whole(RunFolder folder, string? name)
    {
        using var stream = name is null ? null : folder.Open(name);
        return stream is null ? "" : new StreamReader(stream, Encoding.Latin1).ReadToEnd();
    }

    static IEnumerable<string> Lines(RunFolder folder, string name)
    {
        using var stream = folder.Open(name)!;
        using var reader = new StreamReader(stream, Encoding.Latin1);
        while (Next(reader) is { } line) yield return line;
    }

    /// <summary>A packed file that is cut ends where it is cut.</summary>
    static string? Next(StreamReader reader)
    {
        try { return reader.ReadLine(); }
        catch (InvalidDataException) { return null; }
    }

    static VaspEvidence WithOszicar(VaspEvidence e, RunFolder folder)
    {
        var (steps, electronic) = (ImmutableArray.CreateBuilder<VaspIonicStep>(), 0);
        foreach (var line in Lines(folder, "OSZICAR"))
        {
            if (ElectronicLine().Match(line) is { Success: true } k) electronic = int.Parse(k.Groups[1].Value, CultureInfo.InvariantCulture);
            else if (IonicLine().Match(line) is { Success: true } f)
            {
                var known = steps.Count < e.Steps.Length ? e.Steps[steps.Count] : null;
                steps.Add(new(electronic, IncarValue.Number(f.Groups[1].Value) ?? double.NaN, known?.EntropyEv, known?.DriftEvPerA));
                electronic = 0;
            }
        }
        return steps.Count < e.Steps.Length ? e : e with { Steps = steps.ToImmutable() }; // OUTCAR may know of more
    }

    static VaspEvidence WithOutcar(VaspEvidence e, RunFolder folder)
    {
        var (steps, messages, electronic, kept) = (ImmutableArray.CreateBuilder<VaspIonicStep>(), new StringBuilder(), 0, 0);
        double? energy = null, entropy = null, drift = null;
        double slowest = 0, slowestIonic = 0;
        var isDynamics = false; // the INCAR repeated above says only what was asked for
        (int X, int Y, int Z) grid = (0, 0, 0);
        foreach (var line in Lines(folder, "OUTCAR"))
        {
            if (line.Contains("Iteration", StringComparison.Ordinal) && IterationLine().Match(line) is { Success: true } i) electronic = int.Parse(i.Groups[1].Value, CultureInfo.InvariantCulture);
            else if (line.Contains("EENTRO", StringComparison.Ordinal)) entropy = After(line, "EENTRO =");
            else if (line.Contains("TOTEN", StringComparison.Ordinal)) energy = After(line, "TOTEN  =") ?? energy;
            else if (line.Contains("total drift:", StringComparison.Ordinal)) drift = IncarValue.Numbers(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]) is [var x, var y, var z, ..] ? Math.Sqrt(x * x + y * y + z * z) : null;
            else if (line.Contains("LOOP+:", StringComparison.Ordinal))
            {
                steps.Add(new(electronic, energy ?? double.NaN, entropy, drift));
                slowestIonic = Math.Max(slowestIonic, After(line, "real time") ?? 0);
                (electronic, entropy, drift) = (0, null, null);
            }
            else if (line.Contains("LOOP:", StringComparison.Ordinal)) slowest = Math.Max(slowest, After(line, "real time") ?? 0);
            else if (line.Contains("NIONS =", StringComparison.Ordinal)) e = e with { Sites = (int?)After(line, "NIONS =") };
            else if (line.Contains("NBANDS=", StringComparison.Ordinal)) e = e with { Bands = (int?)After(line, "NBANDS="), Kpoints = (int?)After(line, "NKPTS =") };
            else if (line.Contains("NELECT =", StringComparison.Ordinal)) e = e with { Electrons = After(line, "NELECT =") };
            else if (line.Contains("MD-specific parameters", StringComparison.Ordinal)) isDynamics = true;
            else if (isDynamics && line.Contains("MDALGO =", StringComparison.Ordinal)) e = e with { EchoedMdAlgo = (int?)After(line, "MDALGO =") ?? e.EchoedMdAlgo };
            else if (line.Contains("General timing and accounting", StringComparison.Ordinal)) e = e with { Finished = true };
            else if (line.Contains("reached required accuracy", StringComparison.Ordinal)) e = e with { ReachedAccuracy = true };
            else if (line.Contains("aliasing errors must be expected", StringComparison.Ordinal))
                grid = (Advised(line, "NGX") ?? grid.X, Advised(line, "NGY") ?? grid.Y, Advised(line, "NGZ") ?? grid.Z);
            else if (kept < MostMessages && MessageLine().IsMatch(line)) { messages.Append(line).Append('\n'); kept++; }
        }
        return e with { Steps = steps.ToImmutable(), Outcar = messages.ToString(), AdvisedGrid = grid is { X: > 0, Y: > 0, Z: > 0 } ? grid : null, SlowestElectronicSeconds = slowest, SlowestIonicSeconds = slowestIonic };
    }

    static int? Advised(string line, string tag) => (int?)After(line, $"set {tag} to");
    static double? After(string line, string mark) => line.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at ? IncarValue.Number(line[(at + mark.Length)..].Split((char[])[' ', ':', ';', ','], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "") : null;

    /// <summary>Whether it parses, the gap of its last eigenvalues (filled: occupation above a half), and where OUTCAR and OSZICAR say nothing, the steps.</summary>
    static VaspEvidence WithXml(VaspEvidence e, RunFolder folder, bool ended)
    {
        double vbm = double.NegativeInfinity, cbm = double.PositiveInfinity;
        var inEigenvalues = false;
        var topIsOccupied = false;
        var (occupation, electronic, energy, isWhole) = (0.0, 0, double.NaN, false);
        string? name = null;
        var incar = new Dictionary<string, string>();
        var (inIncar, inResults) = (false, false);
        var steps = ImmutableArray.CreateBuilder<VaspIonicStep>();
        try
        {
            using var stream = folder.Open("vasprun.xml")!;
            using var xml = XmlReader.Create(stream, new() { DtdProcessing = DtdProcessing.Ignore, CheckCharacters = false });
            while (xml.Read())
            {
                if (xml.NodeType == XmlNodeType.EndElement && xml.Name == "set" && inEigenvalues) topIsOccupied |= occupation > 0.01;
                if (xml.NodeType == XmlNodeType.Element) name = xml.GetAttribute("name") ?? xml.Name;
                if (xml.Name == "calculation") inResults = xml.NodeType == XmlNodeType.Element;
                if (xml.Name == "incar") inIncar = xml.NodeType == XmlNodeType.Element;
                else if (inIncar && xml.NodeType == XmlNodeType.Text && name is not null) incar[$"INCAR.{name}"] = xml.Value.Trim();
                if (xml.NodeType == XmlNodeType.Element && xml.Name == "scstep") electronic++;
                else if (xml.NodeType == XmlNodeType.EndElement && xml.Name == "calculation") { steps.Add(new(electronic, energy)); electronic = 0; }
                else if (xml.NodeType == XmlNodeType.EndElement && xml.Name == "modeling") isWhole = true;
                else if (xml.NodeType == XmlNodeType.Text && name is "e_fr_energy" or "atoms" or "NELECT" or "NBANDS" && IncarValue.Number(xml.Value.Trim()) is { } number)
                    (energy, e) = name switch
                    {
                        "e_fr_energy" => (number, e),
                        "atoms" => (energy, e with { Sites = e.Sites ?? (int)number }),
                        "NELECT" => (energy, e with { Electrons = e.Electrons ?? number }),
                        _ => (energy, e with { Bands = e.Bands ?? (int)number }),
                    };
                if (xml.Name == "eigenvalues")
                {
                    inEigenvalues = xml.NodeType == XmlNodeType.Element;
                    if (inEigenvalues) (vbm, cbm, topIsOccupied, occupation) = (double.NegativeInfinity, double.PositiveInfinity, false, 0);
                }
                else if (inResults && xml.NodeType == XmlNodeType.Text && xml.Value.Contains("**", StringComparison.Ordinal)) e = e with { XmlHasOverflow = true };
                else if (inEigenvalues && xml.NodeType == XmlNodeType.Text && IncarValue.Numbers(xml.Value) is [var level, var o])
                {
                    if (o > 0.5) vbm = Math.Max(vbm, level); else cbm = Math.Min(cbm, level);
                    occupation = o;
                }
            }
        }
        catch (Exception x) when (x is XmlException or InvalidDataException) { e = e with { XmlIsBroken = ended }; }
        if (e.Settings.Keys.All(k => k.StartsWith("KPOINTS", StringComparison.Ordinal))) e = e with { Settings = e.Settings.SetItems(incar) };
        if (e.Steps.IsEmpty) e = e with { Steps = steps.ToImmutable(), Finished = e.Finished || isWhole && !folder.Has("OUTCAR") };
        return e with { GapEv = double.IsFinite(cbm - vbm) ? cbm - vbm : null, TopBandOccupied = topIsOccupied };
    }

    [GeneratedRegex(@"^\s*[A-Z]{2,4}\s*:\s*(\d+)\s")] private static partial Regex ElectronicLine();
    [GeneratedRegex(@"^\s*\d+\s.*F=\s*([-+.\dEeDd]+)")] private static partial Regex IonicLine();
    [GeneratedRegex(@"Iteration\s+\d+\(\s*(\d+)")] private static partial Regex IterationLine();
    [GeneratedRegex("PSMAXN|internal error|ERROR|VERY BAD|WARNING|SICK JOB", RegexOptions.IgnoreCase)] private static partial Regex MessageLine();
}
