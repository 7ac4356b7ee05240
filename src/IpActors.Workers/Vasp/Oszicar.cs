using System.Globalization;
using System.Text.RegularExpressions;

namespace IpActors.Workers.Vasp;

/// <summary>An ionic step of an OSZICAR: free energy F, E0, temperature and total energy of molecular dynamics, the total moment where there is one; NaN where stars stand.</summary>
public sealed record OszicarStep(int Number, double FreeEnergyEv, double EnergyEv, double? TemperatureK, double? TotalEnergyEv, double? Moment, int ElectronicSteps);

/// <summary>An OSZICAR: finished ionic steps and how far the present one is.</summary>
public sealed partial class Oszicar
{
    public List<OszicarStep> Steps { get; } = [];
    /// <summary>Electronic iterations of the step under way, and the last one's total energy and change (eV).</summary>
    public int Iterations { get; private set; }
    public double LastEnergyEv { get; private set; } = double.NaN;
    public double LastChangeEv { get; private set; } = double.NaN;

    /// <summary>Reads what is there; a line cut off counts for nothing.</summary>
    public static Oszicar Read(Stream stream)
    {
        var all = new Oszicar();
        using var text = new StreamReader(stream);
        try
        {
            while (text.ReadLine() is { } line) all.Take(line);
        }
        catch (Exception e) when (e is InvalidDataException or IOException) { }
        return all;
    }

    public void Take(string line)
    {
        if (line.Contains("F=", StringComparison.Ordinal))
        {
            var at = line.AsSpan().TrimStart();
            var end = at.IndexOf(' ');
            if (end <= 0 || !int.TryParse(at[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var n) || Value(line, "E0") is not { } e0) return;
            Steps.Add(new(n, Value(line, "F") ?? double.NaN, e0, Value(line, "T"), Value(line, "E"), Value(line, "mag"), Iterations));
            Iterations = 0;
            return;
        }
        if (!Electronic().IsMatch(line)) return;
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 4) return;
        (Iterations, LastEnergyEv, LastChangeEv) = (Iterations + 1, IncarValue.Number(words[2]) ?? double.NaN, IncarValue.Number(words[3]) ?? double.NaN);
    }

    /// <summary>The number after "name="; NaN for stars, null where there is none.</summary>
    static double? Value(string line, string name)
    {
        var from = 0;
        while (line.IndexOf(name, from, StringComparison.Ordinal) is >= 0 and var at)
        {
            from = at + name.Length;
            if (at > 0 && line[at - 1] != ' ') continue;
            var rest = line.AsSpan(from).TrimStart();
            if (rest.Length == 0 || rest[0] != '=') continue;
            rest = rest[1..].TrimStart();
            var end = rest.IndexOf(' ');
            return IncarValue.Number((end < 0 ? rest : rest[..end]).ToString()) ?? double.NaN;
        }
        return null;
    }

    [GeneratedRegex(@"^\s*(DAV|RMM|CGA|DMP|SDA|EDDIAG|CG|DIA|NONE|SEL|EXACT)\s*:\s*\d")] private static partial Regex Electronic();
}
