using IpActors.Workers.Faults;

namespace IpActors.Workers.Tests.Faults;

/// <summary>Settings in one line, and a ladder climbed to its end.</summary>
static class Climbing
{
    /// <summary>TAG=value apart by blanks; a name without dot is INCAR's; ~ in a value is a blank.</summary>
    public static ImmutableSortedDictionary<string, string> Settings(string line, string prefix = "INCAR.") => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w.Split('=', 2))
        .ToImmutableSortedDictionary(w => Key(w[0], prefix), w => w[1].Replace('~', ' '), StringComparer.Ordinal);

    static string Key(string name, string prefix) => name.Contains('.', StringComparison.Ordinal) || name.StartsWith("resume", StringComparison.Ordinal) ? name : prefix + name;

    /// <summary>Each correction in one line, the settings it sets as <see cref="Settings"/> writes them; after the last the ladder is exhausted.</summary>
    public static string[] Climb<T>(FaultTable<T> table, FoundFault found, ImmutableSortedDictionary<string, string> settings, T evidence, string prefix = "INCAR.") where T : RunEvidence
    {
        var (met, steps) = (new Dictionary<string, int>(), new List<string>());
        while (steps.Count < 20 && table.Correct(found, settings, evidence, met) is { } c)
        {
            steps.Add(c.After.IsEmpty ? "again" : string.Join(' ', c.After.Select(a => $"{(prefix.Length > 0 ? a.Key.Replace(prefix, "", StringComparison.Ordinal) : a.Key)}={a.Value.Replace(' ', '~')}")));
            settings = c.Apply(settings);
            met[found.Code] = met.GetValueOrDefault(found.Code) + 1;
        }
        return [.. steps];
    }
}
