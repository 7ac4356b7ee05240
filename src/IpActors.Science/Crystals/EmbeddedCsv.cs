using System.Reflection;

namespace IpActors.Science.Crystals;

/// <summary>Reads the small comma-separated tables of data/ that are embedded in this assembly (header row, no quoting).</summary>
static class EmbeddedCsv
{
    public static IEnumerable<IReadOnlyDictionary<string, string>> Rows(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"embedded table {name} is missing");
        using var reader = new StreamReader(stream);
        var header = reader.ReadLine()!.Split(',');
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0) continue;
            var cells = line.Split(',');
            yield return header.Select((h, i) => (h, i)).ToDictionary(p => p.h, p => p.i < cells.Length ? cells[p.i] : "");
        }
    }
}
