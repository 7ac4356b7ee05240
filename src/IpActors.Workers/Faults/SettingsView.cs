using System.Globalization;

namespace IpActors.Workers.Faults;

/// <summary>Settings as a program understands them: numbers and switches in Fortran's spellings, and its default where nothing is set.</summary>
public sealed class SettingsView(ImmutableSortedDictionary<string, string> settings, IReadOnlyDictionary<string, string> defaults)
{
    public ImmutableSortedDictionary<string, string> All => settings;

    /// <summary>As set, "" where it is not.</summary>
    public string Raw(string key) => settings.GetValueOrDefault(key, "").Trim();
    public bool IsSet(string key) => Raw(key).Length > 0;
    /// <summary>Some key that begins so is set.</summary>
    public bool HasUnder(string prefix) => settings.Any(s => s.Key.StartsWith(prefix, StringComparison.Ordinal) && s.Value.Length > 0);
    /// <summary>The value in force.</summary>
    public string Text(string key) => IsSet(key) ? Raw(key) : defaults.GetValueOrDefault(key, "");
    /// <summary>The value in force as a number; NaN where it is none.</summary>
    public double Number(string key) => Parse(Text(key)) ?? double.NaN;
    public bool Flag(string key) => Switch(Text(key)) == true;

    /// <summary>Both say the same to the program: 1E-05 and 0.00001, T and .TRUE.</summary>
    public static bool Same(string a, string b)
    {
        if (string.Equals(a.Trim(), b.Trim(), StringComparison.OrdinalIgnoreCase)) return true;
        string[] x = a.Split(' ', StringSplitOptions.RemoveEmptyEntries), y = b.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (x.Length == y.Length && x.Length > 0 && x.Zip(y).All(p => Parse(p.First) is { } u && u == Parse(p.Second))) return true;
        return Switch(a) is { } s && s == Switch(b);
    }

    public static string Written(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>The first word as a number, with D or E for the exponent.</summary>
    public static double? Parse(string text)
    {
        var word = text.Trim().Split(' ', 2)[0].Replace('d', 'e').Replace('D', 'E');
        return double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    static bool? Switch(string text) => text.Trim().Trim('.').ToUpperInvariant() switch { "T" or "TRUE" or "ON" or "YES" => true, "F" or "FALSE" or "OFF" or "NO" => false, _ => null };
}
