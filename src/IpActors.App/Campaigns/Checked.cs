using IpActors.Science;
using YamlDotNet.Core;

namespace IpActors.App.Campaigns;

/// <summary>A section that has passed the check: every key of its table that is there or has a default, in canonical form, with its place in the file.</summary>
sealed class Checked(string source, string path, Mark start)
{
    readonly Dictionary<string, (object Value, Mark Mark)> _values = new(StringComparer.Ordinal);

    public string Path => path;
    public bool Has(string key) => _values.ContainsKey(key);
    public string Text(string key) => (string)_values[key].Value;
    public string? TextOrNull(string key) => _values.TryGetValue(key, out var v) ? (string)v.Value : null;
    public long Integer(string key) => (long)_values[key].Value;
    public int Int(string key) => checked((int)Integer(key));
    public int? IntOrNull(string key) => Has(key) ? Int(key) : null;
    public bool Flag(string key) => (bool)_values[key].Value;
    public double Number(string key) => (double)_values[key].Value;
    public Checked Section(string key) => (Checked)_values[key].Value;
    public Checked? SectionOrNull(string key) => _values.TryGetValue(key, out var v) ? (Checked)v.Value : null;
    public ImmutableArray<object> List(string key) => (ImmutableArray<object>)_values[key].Value;
    public ImmutableSortedDictionary<string, string> Map(string key) => (ImmutableSortedDictionary<string, string>)_values[key].Value;
    public T? Raw<T>(string key) where T : class => _values.TryGetValue(key, out var v) ? (T)v.Value : null;

    public void Set(string key, object value, Mark mark) => _values[key] = (value, mark);

    /// <summary>An error at that key, or at the section where the key is a default.</summary>
    public InputException Error(string key, string message) =>
        new($"{YamlText.Place(source, _values.TryGetValue(key, out var v) ? v.Mark : start)}: {(path.Length > 0 ? path + "." : "")}{key}: {message}");

    /// <summary>All values as (dotted path, canonical text), lists by index; foreign sections are left to who reads them.</summary>
    public IEnumerable<(string Path, string Value)> Flatten()
    {
        foreach (var (key, (value, _)) in _values.OrderBy(v => v.Key, StringComparer.Ordinal))
            foreach (var row in Flatten(path.Length > 0 ? $"{path}.{key}" : key, value)) yield return row;
    }

    static IEnumerable<(string, string)> Flatten(string path, object value) => value switch
    {
        Checked section => section.Flatten(),
        ImmutableArray<object> list when list.Any(i => i is Checked) => list.SelectMany((item, i) => Flatten($"{path}[{i + 1}]", item)),
        ImmutableArray<object> list => [(path, $"[{string.Join(", ", list.Select(Canonical))}]")],
        YamlDotNet.RepresentationModel.YamlNode => [],
        ImmutableSortedDictionary<string, string> map => map.Select(m => ($"{path}.{m.Key}", m.Value)),
        _ => [(path, Canonical(value))],
    };

    static string Canonical(object value) => value switch { double d => d.ToString("R"), bool b => b ? "true" : "false", _ => value.ToString()! };
}
