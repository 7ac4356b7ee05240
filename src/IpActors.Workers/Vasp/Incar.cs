using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using IpActors.Science;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Vasp;

/// <summary>
/// An INCAR: upper-case tags and their values as text, blanks made single, quotes taken off. Read as VASP reads it: <c>TAG = value</c>, several on a line apart by <c>;</c>, comments from <c>#</c> or <c>!</c> to the end of the line, a line that
/// ends in <c>\</c> goes on, text in double quotes may hold anything and span lines (VASP 6), <c>A { B = 1 }</c> is <c>A/B = 1</c> (VASP 6), lines without = are remarks, and of a tag given twice the first counts.
/// </summary>
public sealed partial class Incar(ImmutableSortedDictionary<string, string> tags) : IEquatable<Incar>
{
    public static readonly Incar Empty = new(Texts.None);

    static readonly SearchValues<char> NeedsQuotes = SearchValues.Create("\n;#!{}\\");

    public ImmutableSortedDictionary<string, string> Tags { get; } = tags;

    /// <summary>The value as text, null where the tag is not set.</summary>
    public string? this[string tag] => Tags.GetValueOrDefault(tag.ToUpperInvariant());

    /// <summary>These tags as well, over the present ones; an empty value takes the tag out.</summary>
    public Incar With(IEnumerable<KeyValuePair<string, string>> changes)
    {
        var all = Tags.ToBuilder();
        foreach (var (tag, value) in changes)
            if (value.Length == 0) all.Remove(tag.ToUpperInvariant()); else all[tag.ToUpperInvariant()] = value;
        return new(all.ToImmutable());
    }

    public Incar With(params ReadOnlySpan<(string Tag, string Value)> changes) => With(Texts.Of(changes));

    /// <summary>The number that the value begins with (520 of "520 eV"); null where the tag is not set or begins with none.</summary>
    public double? Number(string tag) => this[tag] is { Length: > 0 } v && IncarValue.Numbers(v.Split(' ')[0]) is { Length: > 0 } n ? n[0] : null;
    public int? Integer(string tag) => Number(tag) is { } v && v == Math.Truncate(v) && Math.Abs(v) < int.MaxValue ? (int)v : null;
    /// <summary>The logical value; null where the tag is not set or is none.</summary>
    public bool? Flag(string tag) => this[tag] is { } v ? IncarValue.Flag(v) : null;
    /// <summary>All numbers of the value, <c>3*0.6</c> taken as three; null where the tag is not set or one of them is no number.</summary>
    public ImmutableArray<double>? Numbers(string tag) => this[tag] is { } v ? IncarValue.Numbers(v) : null;

    /// <summary>One tag a line, SYSTEM first, the others in alphabetical order: the same tags give the same bytes.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        foreach (var (tag, value) in Tags.OrderBy(t => t.Key == "SYSTEM" ? 0 : 1).ThenBy(t => t.Key, StringComparer.Ordinal))
            text.Append(tag).Append(" = ").Append(value.AsSpan().ContainsAny(NeedsQuotes) ? $"\"{value}\"" : value).Append('\n');
        return text.ToString();
    }

    /// <summary><paramref name="source"/> names the file in errors, which are <see cref="InputException"/>s with the line.</summary>
    public static Incar Read(string text, string source = "INCAR")
    {
        var tags = Texts.None.ToBuilder();
        foreach (var (statement, line) in Statements(text, source))
        {
            var equals = statement.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) continue;
            // A remark may stand before the tag: the word next to = is the tag.
            var tag = statement[..equals].Trim().Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).LastOrDefault()?.ToUpperInvariant()
                ?? throw new InputException($"{source}:{line}: '=' without a tag before it; write TAG = value");
            var value = statement[(equals + 1)..].Trim();
            value = value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : Blanks().Replace(value, " ");
            tags.TryAdd(tag, value);
        }
        return new(tags.ToImmutable());
    }

    /// <summary>Statements with the line each begins on; names of enclosing braces stand before the tag with /.</summary>
    static IEnumerable<(string Statement, int Line)> Statements(string text, string source)
    {
        var (now, line, from, quoted, groups) = (new StringBuilder(), 1, 1, 0, new List<string>());
        (string, int) Taken()
        {
            var s = now.ToString().Trim();
            now.Clear();
            return (groups.Count > 0 && s.Contains('=', StringComparison.Ordinal) ? $"{string.Join('/', groups)}/{s}" : s, from);
        }
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r') continue;
            if (now.Length == 0) from = line;
            if (c == '\n') line++;
            if (quoted > 0)
            {
                now.Append(c);
                if (c == '"') quoted = 0;
                continue;
            }
            switch (c)
            {
                case '"': quoted = line; now.Append(c); break;
                case '#' or '!': while (i + 1 < text.Length && text[i + 1] != '\n') i++; break;
                case '\\' when Continues(text, i, out var end): (i, line) = (end, line + 1); now.Append(' '); break;
                case '{':
                    groups.Add(now.ToString().Trim().TrimEnd('=').Trim().ToUpperInvariant());
                    now.Clear();
                    break;
                case '}' when groups.Count == 0: throw new InputException($"{source}:{line}: '}}' closes no group; remove it");
                case '}':
                    yield return Taken();
                    groups.RemoveAt(groups.Count - 1);
                    break;
                case ';' or '\n': yield return Taken(); break;
                default: now.Append(c == '\t' ? ' ' : c); break;
            }
        }
        if (quoted > 0) throw new InputException($"{source}:{quoted}: the quote that opens here is never closed; add the second \"");
        if (groups.Count > 0) throw new InputException($"{source}: the group {groups[^1]} {{ is never closed; add }}");
        yield return Taken();
    }

    static bool Continues(string text, int at, out int end)
    {
        end = at + 1;
        while (end < text.Length && text[end] is ' ' or '\t' or '\r') end++;
        return end < text.Length && text[end] == '\n';
    }

    public bool Equals(Incar? o) => o is not null && Tags.SequenceEqual(o.Tags);
    public override bool Equals(object? obj) => Equals(obj as Incar);
    public override int GetHashCode() => Tags.Count;

    [GeneratedRegex(@"\s+")] private static partial Regex Blanks();
}

/// <summary>Values of INCAR tags: numbers with Fortran's exponents and repetitions, logicals, lists.</summary>
public static class IncarValue
{
    /// <summary>All words as numbers, <c>3*0.6</c> three times; null where a word is no number.</summary>
    public static ImmutableArray<double>? Numbers(string value)
    {
        var all = ImmutableArray.CreateBuilder<double>();
        foreach (var word in value.Replace(" *", "*", StringComparison.Ordinal).Replace("* ", "*", StringComparison.Ordinal).Split((char[])[' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            var star = word.IndexOf('*', StringComparison.Ordinal);
            var times = 1;
            if (star >= 0 && !int.TryParse(word.AsSpan(0, star), NumberStyles.None, CultureInfo.InvariantCulture, out times) || times > 1_000_000) return null;
            if (Number(word[(star + 1)..]) is not { } v) return null;
            for (var i = 0; i < times; i++) all.Add(v);
        }
        return all.ToImmutable();
    }

    /// <summary>One number, 1.5D-3 and 1.5E-3 alike.</summary>
    public static double? Number(string word) => FortranNumber.Parse(word);

    /// <summary>.TRUE. or T, .FALSE. or F, in any case, as Fortran takes the first letter; null for anything else.</summary>
    public static bool? Flag(string value) => value.Split(' ')[0].Trim('.').ToUpperInvariant() switch
    {
        "T" or "TRUE" => true,
        "F" or "FALSE" => false,
        _ => null,
    };

    /// <summary>Numbers as an INCAR has them, runs of equal ones as 3*0.6.</summary>
    public static string Text(IEnumerable<double> values)
    {
        var runs = new List<(double Value, int Times)>();
        foreach (var v in values)
            if (runs.Count > 0 && runs[^1].Value.Equals(v)) runs[^1] = (v, runs[^1].Times + 1); else runs.Add((v, 1));
        return string.Join(' ', runs.Select(r => r.Times == 1 ? Text(r.Value) : $"{r.Times}*{Text(r.Value)}"));
    }

    public static string Text(double v) => v.ToString("R", CultureInfo.InvariantCulture);
    public static string Text(bool v) => v ? ".TRUE." : ".FALSE.";
}
