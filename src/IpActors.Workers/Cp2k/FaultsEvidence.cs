using System.Globalization;
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
        var text = Whole(folder, output ?? Outs.FirstOrDefault(folder.Has));
        return Facts(text) with
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
        var scf = ImmutableArray.CreateBuilder<bool>();
        var convergence = new List<double>();
        bool? geometry = null;
        var (steps, finished, asked, isNew, head, last) = (0, false, false, true, "", "");
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0) continue;
            if (line.Contains("SCF run converged in", StringComparison.Ordinal)) { scf.Add(true); isNew = true; }
            else if (line.Contains("SCF run NOT converged", StringComparison.Ordinal)) { scf.Add(false); isNew = true; }
            else if (line.Contains("GEOMETRY OPTIMIZATION COMPLETED", StringComparison.Ordinal)) geometry = true;
            else if (line.Contains("MAXIMUM NUMBER OF OPTIMIZATION STEPS REACHED", StringComparison.OrdinalIgnoreCase)) geometry = false;
            else if (line.Contains("OPTIMIZATION STEP:", StringComparison.Ordinal)) steps++;
            else if (line.Contains("PROGRAM ENDED AT", StringComparison.Ordinal)) finished = true;
            else if (line.Contains("terminated by external request", StringComparison.Ordinal)) asked = true;
            else if (Convergence(line) is { } value)
            {
                if (isNew) convergence.Clear();
                isNew = false;
                convergence.Add(value);
            }
            (head, last) = (last, line);
        }
        return new()
        {
            Stdout = text, ScfConverged = scf.ToImmutable(), Convergence = [.. convergence], GeometryCompleted = geometry, GeometrySteps = steps, Finished = finished, AskedToStop = asked,
            StopsAtScfHead = last.StartsWith("-----", StringComparison.Ordinal) && head.Contains("Update method", StringComparison.Ordinal),
        };
    }

    /// <summary>A row of the SCF table: step, method of one or two words, step size, time, convergence, energy, change. The step size may be missing.</summary>
    static double? Convergence(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is < 6 or > 9 || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out _) || !words[1].AsSpan().ContainsAnyInRange('A', 'Z')) return null;
        static double? Number(string w) => double.TryParse(w, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) ? v : null;
        return Number(words[^1]) is not null && Number(words[^2]) is not null ? Number(words[^3]) : null;
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
