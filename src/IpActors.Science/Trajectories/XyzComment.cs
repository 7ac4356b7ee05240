using System.Globalization;

namespace IpActors.Science.Trajectories;

/// <summary>The comment line of an xyz frame: key=value pairs of extended xyz (values may be quoted), or CP2K's "i = 3, time = 1.500, E = -17.2".</summary>
sealed class XyzComment
{
    readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    public XyzComment(string line)
    {
        var at = 0;
        while (line.IndexOf('=', at) is >= 0 and var equals)
        {
            var key = line[at..equals].TrimEnd().Split(' ', ',', '\t')[^1];
            var from = equals + 1;
            while (from < line.Length && line[from] == ' ') from++;
            var quote = from < line.Length && line[from] is '"' or '\'' or '{' or '[' ? line[from] switch { '{' => '}', '[' => ']', var q => q } : '\0';
            var to = quote != '\0' ? line.IndexOf(quote, from + 1) : line.IndexOfAny([' ', ',', '\t'], from);
            if (to < 0) to = line.Length;
            if (key.Length > 0) _values[key] = line[(quote != '\0' ? from + 1 : from)..to];
            at = Math.Min(line.Length, to + 1);
        }
    }

    public string? this[string key] => _values.GetValueOrDefault(key);
    public double? Number(string key) => this[key] is { } t && double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v) ? v : null;
    /// <summary>Step of CP2K, which writes "i = n, time = t".</summary>
    public long? Cp2kStep => _values.ContainsKey("time") && Number("i") is { } i ? (long)i : null;
    /// <summary>Time in fs: <c>time</c> (as CP2K and GPUMD write it) or <c>time_fs</c>, or <c>time_ps</c>.</summary>
    public double? TimeFs => Number("time_fs") ?? Number("time_ps") * 1000 ?? Number("time");
}
