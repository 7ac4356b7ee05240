using System.Globalization;

namespace IpActors.App.Reports.Svg;

/// <summary>A linear axis from data to pixels with ticks at 1, 2 or 5 times a power of ten; whole numbers get whole ticks.</summary>
sealed class Axis
{
    readonly double _from, _to, _pixelFrom, _pixelTo;

    public ImmutableArray<double> Ticks { get; }

    public Axis(IEnumerable<double> data, double pixelFrom, double pixelTo, int about = 6)
    {
        var finite = data.Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var (min, max) = (finite.Min(), finite.Max());
        if (max - min < 1e-12 * Math.Max(1, Math.Abs(max))) (min, max) = (min - Pad(min), max + Pad(max));
        var step = NiceStep((max - min) / about);
        if (step < 1 && finite.TrueForAll(double.IsInteger)) step = 1;
        (_from, _to, _pixelFrom, _pixelTo) = (Math.Floor(min / step) * step, Math.Ceiling(max / step) * step, pixelFrom, pixelTo);
        var n = (int)Math.Round((_to - _from) / step);
        Ticks = [.. Enumerable.Range(0, n + 1).Select(i => Math.Round((_from + i * step) / step) * step)];
    }

    public double Pixel(double v) => _pixelFrom + (v - _from) / (_to - _from) * (_pixelTo - _pixelFrom);
    public double Clamped(double v) => Pixel(Math.Clamp(v, _from, _to));

    public static string Label(double v) => (Math.Abs(v) < 1e-12 ? 0 : v).ToString("G6", CultureInfo.InvariantCulture);

    static double Pad(double v) => v == 0 ? 1 : 0.1 * Math.Abs(v);

    /// <summary>The smallest of 1, 2, 5 times a power of ten that is at least the raw step.</summary>
    public static double NiceStep(double raw)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return power * (raw / power) switch { <= 1.0000001 => 1, <= 2.0000001 => 2, <= 5.0000001 => 5, _ => 10 };
    }
}
