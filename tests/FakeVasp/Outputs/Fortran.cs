using System.Globalization;

namespace IpActors.FakeVasp.Outputs;

/// <summary>Numbers as Fortran writes them.</summary>
static class Fortran
{
    /// <summary>F edit descriptor: right-justified, *** where it does not fit.</summary>
    public static string F(double x, int width, int digits)
    {
        var text = x.ToString($"F{digits}", CultureInfo.InvariantCulture);
        return text.Length > width ? new('*', width) : text.PadLeft(width);
    }

    public static string I(int x, int width) => x.ToString(CultureInfo.InvariantCulture).PadLeft(width);

    /// <summary>E edit descriptor: 0.xxxE+00, the zero left out of negative numbers where <paramref name="bare"/>.</summary>
    public static string E(double x, int digits, bool bare = false)
    {
        if (x == 0 || !double.IsFinite(x)) return $"{(bare ? "" : "0")}.{new string('0', digits)}E+00";
        var exponent = (int)Math.Floor(Math.Log10(Math.Abs(x))) + 1;
        var text = (Math.Abs(x) / Math.Pow(10, exponent)).ToString($"F{digits}", CultureInfo.InvariantCulture);
        if (text[0] == '1') (text, exponent) = ((Math.Abs(x) / Math.Pow(10, exponent + 1)).ToString($"F{digits}", CultureInfo.InvariantCulture), exponent + 1);
        if (bare) text = text[1..];
        return string.Create(CultureInfo.InvariantCulture, $"{(x < 0 ? "-" : "")}{text}E{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }
}
