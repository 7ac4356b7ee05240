using IpActors.Workers.Programs;

namespace IpActors.Workers.Cp2k;

/// <summary>The facts of a run of CP2K from its folder, whoever ran it.</summary>
public static class Cp2kEvidenceFiles
{
    static readonly string[] Outs = ["cp2k.out", "stdout.txt", "output.out", "out"], Errors = ["stderr.txt", "std_err.txt", "cp2k.err", "stderr"];

    /// <param name="output">The name of CP2K's main output; null: one of the usual.</param>
    /// <param name="input">Of its input; null: the only .inp.</param>
    public static Cp2kEvidence Read(RunFolder folder, bool ended = true, string? output = null, string? input = null, string? stderr = null)
    {
        var names = Directory.Exists(folder.Path) ? Directory.GetFiles(folder.Path).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal).ToArray() : [];
        var inputs = names.Where(n => n.EndsWith(".inp", StringComparison.Ordinal)).ToArray();
        var name = output ?? Outs.FirstOrDefault(folder.Has);
        return (name is null ? new() : Facts(Whole(folder, name))) with
        {
            Ended = ended, Stderr = Whole(folder, stderr ?? Errors.FirstOrDefault(folder.Has)), CanRestart = names.Any(n => n.EndsWith("-1.restart", StringComparison.Ordinal)),
            Settings = SettingsOf(Whole(folder, input ?? (inputs.Length == 1 ? inputs[0] : null))),
        };
    }

    static string Whole(RunFolder folder, string? name)
    {
        using var stream = name is null ? null : folder.Open(name);
        return stream is null ? "" : new StreamReader(stream).ReadToEnd();
    }

    /// <summary>What an output says.</summary>
    public static Cp2kEvidence Facts(string text)
    {
        var o = Cp2kOutputReader.Read(new StringReader(text));
        return new()
        {
            Output = o, Stdout = text, ScfConverged = o.ScfConverged, Convergence = o.Convergence, GeometryCompleted = o.OptimisationCompleted ? true : o.OptimisationStepsExhausted ? false : null, GeometrySteps = o.OptimisationSteps,
            Finished = o.Ended, AskedToStop = o.StoppedByRequest, StopsAtScfHead = o.StopsAtScfHead,
        };
    }

    /// <summary>CP2K.* by the path of sections; of a section given several times (kinds of atoms) the first counts.</summary>
    public static ImmutableSortedDictionary<string, string> SettingsOf(string input)
    {
        var settings = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var sections = new Stack<string>();
        foreach (var raw in input.Split('\n'))
        {
            var line = raw.Split('!', '#')[0].Trim();
            if (line.Length == 0 || line[0] == '@') continue;
            var words = line.Split((char[])[' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries);
            var (name, value) = (words[0].ToUpperInvariant(), words.Length > 1 ? words[1].Trim() : "");
            if (name.StartsWith("&END", StringComparison.Ordinal)) { sections.TryPop(out _); continue; }
            if (name[0] == '&') { sections.Push(name[1..]); value = value.Length > 0 ? value : "ON"; }
            var path = string.Join('/', sections.Reverse());
            if (name[0] != '&') path = path.Length > 0 ? $"{path}/{name}" : name;
            if (!settings.ContainsKey($"CP2K.{path}")) settings.Add($"CP2K.{path}", value);
        }
        return settings.ToImmutable();
    }
}
