using System.Text;

namespace IpActors.Workers.Cp2k;

/// <summary>
/// A section of a CP2K input: its own parameter, keywords and lines in order, sections below. Names are kept in capitals, as CP2K does not tell cases apart. Paths are written <c>FORCE_EVAL/DFT/SCF/EPS_SCF</c>; a section that
/// stands several times is told by its parameter, <c>FORCE_EVAL/SUBSYS/KIND[Li]/BASIS_SET</c>.
/// </summary>
public sealed class Cp2kSection(string name, string parameter = "")
{
    public string Name { get; } = name.ToUpperInvariant();
    public string Parameter { get; private set; } = parameter;
    /// <summary>Keyword and value of each line; a line of data (an atom of COORD) counts as one whose keyword is its first word.</summary>
    public List<(string Keyword, string Value)> Lines { get; } = [];
    public List<Cp2kSection> Sections { get; } = [];

    /// <summary>The value of a keyword, or the parameter of a section that is there (<c>""</c> where it has none); null where neither is.</summary>
    public string? this[string path]
    {
        get
        {
            var (head, rest) = Cut(path);
            if (rest is not null) return Find(head)?[rest];
            var line = Lines.FindIndex(l => l.Keyword.Equals(head, StringComparison.OrdinalIgnoreCase));
            return line >= 0 ? Lines[line].Value : Find(head)?.Parameter;
        }
    }

    /// <summary>The section at that path, null where there is none.</summary>
    public Cp2kSection? Find(string path)
    {
        var (head, rest) = Cut(path);
        var (name, parameter) = Split(head);
        var found = Sections.Find(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && (parameter is null || s.Parameter.Equals(parameter, StringComparison.OrdinalIgnoreCase)));
        return rest is null ? found : found?.Find(rest);
    }

    /// <summary>The section at that path, made where it is missing.</summary>
    public Cp2kSection Section(string path)
    {
        var (head, rest) = Cut(path);
        var found = Find(head);
        if (found is null)
        {
            var (name, parameter) = Split(head);
            Sections.Add(found = new(name, parameter ?? ""));
        }
        return rest is null ? found : found.Section(rest);
    }

    /// <summary>Sets a keyword, its sections made where missing; an empty value takes it out.</summary>
    public Cp2kSection Set(string path, string value)
    {
        var (head, rest) = Cut(path);
        if (rest is not null)
        {
            if (value.Length > 0 || Find(head) is not null) Section(head).Set(rest, value);
            return this;
        }
        var line = Lines.FindIndex(l => l.Keyword.Equals(head, StringComparison.OrdinalIgnoreCase));
        if (value.Length == 0) Lines.RemoveAll(l => l.Keyword.Equals(head, StringComparison.OrdinalIgnoreCase));
        else if (line >= 0) Lines[line] = (Lines[line].Keyword, value);
        else Lines.Add((head, value));
        return this;
    }

    /// <summary>Sets a section's own parameter, the section made where missing; an empty value takes the section out.</summary>
    public Cp2kSection SetSection(string path, string parameter)
    {
        var at = path.LastIndexOf('/');
        if (parameter.Length > 0) { Section(path).Parameter = parameter; return this; }
        var parent = at < 0 ? this : Find(path[..at]);
        if (parent?.Find(path[(at + 1)..]) is { } gone) parent.Sections.Remove(gone);
        return this;
    }

    /// <summary>Every keyword and every section's parameter with its path, lines of data left out.</summary>
    public IEnumerable<(string Path, string Value)> Flatten(string prefix = "")
    {
        foreach (var (keyword, value) in Lines) yield return (prefix + keyword, value);
        foreach (var s in Sections)
        {
            var several = Sections.Count(o => o.Name == s.Name) > 1 || s.Name == "KIND";
            var path = prefix + s.Name + (several ? $"[{s.Parameter}]" : "");
            if (s.Parameter.Length > 0 && !several) yield return (path, s.Parameter);
            foreach (var below in s.Flatten(path + "/")) yield return below;
        }
    }

    /// <summary>The input file of a root section (one without a name).</summary>
    public string Write()
    {
        var text = new StringBuilder();
        Write(text, 0);
        return text.ToString();
    }

    void Write(StringBuilder text, int level)
    {
        var inside = Name.Length == 0 ? level : level + 1;
        if (Name.Length > 0) text.Append(' ', 2 * level).Append('&').Append(Name).Append(Parameter.Length > 0 ? " " : "").Append(Parameter).Append('\n');
        foreach (var (keyword, value) in Lines) text.Append(' ', 2 * inside).Append(keyword).Append(value.Length > 0 ? " " : "").Append(value).Append('\n');
        foreach (var s in Sections) s.Write(text, inside);
        if (Name.Length > 0) text.Append(' ', 2 * level).Append("&END ").Append(Name).Append('\n');
    }

    static (string Head, string? Below) Cut(string path)
    {
        var at = path.IndexOf('/');
        return at < 0 ? (path, null) : (path[..at], path[(at + 1)..]);
    }

    static (string Name, string? Parameter) Split(string segment)
    {
        var at = segment.IndexOf('[');
        return at < 0 || !segment.EndsWith(']') ? (segment, null) : (segment[..at], segment[(at + 1)..^1]);
    }
}
