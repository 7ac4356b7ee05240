using System.Globalization;
using IpActors.Science;

namespace IpActors.Workers.Cp2k;

/// <summary>
/// The sections and keywords of CP2K 2023.1 that settings may name, with their types: data/cp2k-keywords.txt, taken from CP2K's own description of its input. Says what is wrong with a setting before a program is started for it.
/// </summary>
public static class Cp2kKeywords
{
    sealed record Section(string Parameter, Dictionary<string, string> Keywords);

    static readonly Lazy<Dictionary<string, Section>> Table = new(Load);
    static readonly HashSet<string> Truths = new(["T", "F", "TRUE", "FALSE", "YES", "NO", "ON", "OFF", ".TRUE.", ".FALSE.", "Y", "N"], StringComparer.OrdinalIgnoreCase);

    static Dictionary<string, Section> Load()
    {
        using var stream = typeof(Cp2kKeywords).Assembly.GetManifestResourceStream("cp2k-keywords.txt") ?? throw new InvalidOperationException("cp2k-keywords.txt is not embedded");
        var table = new Dictionary<string, Section>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in new StreamReader(stream).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#'))
        {
            var words = line.Split(' ');
            table[words[0]] = new(words[1], words.Skip(2).Select(w => w.Split(':', 2)).ToDictionary(w => w[0], w => w[1], StringComparer.OrdinalIgnoreCase));
        }
        return table;
    }

    /// <summary>Whether the path names a section rather than a keyword.</summary>
    public static bool IsSection(string path) => Table.Value.ContainsKey(Plain(path)) || Plain(path).EndsWith("/EACH", StringComparison.OrdinalIgnoreCase);

    /// <summary>Throws <see cref="InputException"/> where no such section or keyword is known, with the nearest, or where the value is not of its type.</summary>
    public static void Check(string path, string value)
    {
        var plain = Plain(path);
        if (value.Any(char.IsControl) || value.Contains('&') || value.Contains('@') || value.Contains('$')) throw new InputException($"CP2K.{path} = {value.ReplaceLineEndings(" ")}: a value is one line without '&', '@' and '$'");
        if (Table.Value.TryGetValue(plain, out var section)) { CheckValue(path, value, section.Parameter == "-" ? "l" : section.Parameter); return; }
        var at = plain.LastIndexOf('/');
        var (parent, name) = at < 0 ? ("", plain) : (plain[..at], plain[(at + 1)..]);
        if (parent.EndsWith("/EACH", StringComparison.OrdinalIgnoreCase)) { CheckValue(path, value, "i"); return; }
        if (!Table.Value.TryGetValue(parent, out var within))
            throw new InputException($"CP2K.{path}: no section {(parent.Length == 0 ? plain : parent)} among those that can be set; the nearest is {Nearest(parent.Length == 0 ? plain : parent, Table.Value.Keys)}");
        if (!within.Keywords.TryGetValue(name, out var type))
        {
            var sections = Table.Value.Keys.Where(k => k.StartsWith(parent + "/", StringComparison.OrdinalIgnoreCase)).Select(k => k[(parent.Length + 1)..]).Where(k => !k.Contains('/'));
            throw new InputException($"CP2K.{path}: {parent} has no keyword or section {name}; the nearest is {Nearest(name, within.Keywords.Keys.Concat(sections))}");
        }
        CheckValue(path, value, type);
    }

    static void CheckValue(string path, string value, string type)
    {
        if (value.Length == 0) return; // not set
        var words = type.EndsWith('*') ? value.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [value];
        foreach (var full in words)
        {
            var word = full.StartsWith('[') && full.IndexOf(']') is > 0 and var end ? full[(end + 1)..].Trim() : full; // [eV] 0.1
            if (word.Length == 0) continue;
            var (fits, wanted) = type.TrimEnd('*') switch
            {
                "i" => (int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) || type.EndsWith('*') && word.Contains("..", StringComparison.Ordinal), "an integer"),
                "r" => (IsReal(word), "a number"),
                "l" => (Truths.Contains(word), "TRUE or FALSE"),
                "w" => (true, ""),
                var among => (among[1..^1].Split(',').Contains(word, StringComparer.OrdinalIgnoreCase) || Truths.Contains(word), $"one of {among[1..^1].Replace(",", ", ", StringComparison.Ordinal)}"),
            };
            if (!fits) throw new InputException($"CP2K.{path} = {value}: {wanted} is expected");
        }
    }

    static bool IsReal(string word) => word.Split('/') is { Length: <= 2 } parts
        && parts.All(p => double.TryParse(p.Replace('D', 'E').Replace('d', 'e'), NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v));

    /// <summary>Without the brackets that tell repeated sections apart.</summary>
    static string Plain(string path) => string.Join('/', path.Split('/').Select(s => s.IndexOf('[') is >= 0 and var at ? s[..at] : s)).ToUpperInvariant();

    static string Nearest(string name, IEnumerable<string> among) => among.MinBy(n => (Distance(n.ToUpperInvariant(), name.ToUpperInvariant()), n)) ?? "";

    /// <summary>Levenshtein's.</summary>
    static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (corner, previous) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
            {
                var best = Math.Min(Math.Min(row[j] + 1, previous + 1), corner + (a[i - 1] == b[j - 1] ? 0 : 1));
                (corner, row[j], previous) = (row[j], best, best);
            }
        }
        return row[^1];
    }
}
