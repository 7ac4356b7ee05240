using System.Globalization;

namespace IpActors.Workers.Programs;

/// <summary>Numbers as Fortran writes them: an exponent with D or E, or, where it has three digits, with neither (<c>1.7144810869234122-100</c>).</summary>
public static class FortranNumber
{
    /// <summary>Null for anything else, stars and infinities included.</summary>
    public static double? Parse(ReadOnlySpan<char> word)
    {
        Span<char> text = stackalloc char[96];
        var n = 0;
        if (word.Length > 48) return double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var w) && double.IsFinite(w) ? w : null;
        for (var i = 0; i < word.Length; i++)
        {
            if (word[i] is '-' or '+' && i > 0 && (char.IsAsciiDigit(word[i - 1]) || word[i - 1] == '.')) text[n++] = 'E';
            text[n++] = word[i] is 'D' or 'd' ? 'E' : word[i];
        }
        return double.TryParse(text[..n], NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v) ? v : null;
    }
}
