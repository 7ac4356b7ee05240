using System.Globalization;
using System.Text;

namespace IpActors.App.Reports.Svg;

/// <summary>A point with standard errors (NaN: none) and a text that shows when it is pointed at.</summary>
public sealed record PlotPoint(double X, double Y, string Text, double XError = double.NaN, double YError = double.NaN);

/// <summary>Points of one meaning.</summary>
/// <param name="Name">In the legend; empty: not there.</param>
/// <param name="Color">0..4: a colour of the page's palette.</param>
/// <param name="IsLine">Joined by a line in their order.</param>
public sealed record PlotSeries(string Name, ImmutableArray<PlotPoint> Points, int Color = 0, bool IsLine = false, double Radius = 3);

/// <summary>A two-dimensional plot as inline SVG: axes with ticks and grid, error bars, a legend, and a title for those who do not see it. Points that are not finite are left out.</summary>
public static class Plot
{
    const int Width = 560, Height = 360, Left = 70, Right = 16, Top = 34, Bottom = 52;

    public static string Render(string title, string xLabel, string yLabel, params ReadOnlySpan<PlotSeries> series)
    {
        PlotSeries[] all = [.. series.ToArray().Select(s => s with { Points = [.. s.Points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y))] })];
        var points = all.SelectMany(s => s.Points).ToList();
        var x = new Axis(points.SelectMany(p => Extent(p.X, p.XError)), Left, Width - Right);
        var y = new Axis(points.SelectMany(p => Extent(p.Y, p.YError)), Height - Bottom, Top);
        var svg = new StringBuilder();
        svg.Append($"<figure><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Html.Escape($"{title}: {yLabel} against {xLabel}, {points.Count} points")}\">\n");
        svg.Append($"<title>{Html.Escape(title)}</title>\n");
        Frame(svg, x, y, xLabel, yLabel);
        foreach (var s in all) Series(svg, s, x, y);
        Legend(svg, all);
        if (points.Count == 0) svg.Append($"<text class=\"none\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height / 2}\" text-anchor=\"middle\">no data</text>\n");
        return svg.Append("</svg><figcaption>").Append(Html.Escape(title)).Append("</figcaption></figure>\n").ToString();
    }

    static IEnumerable<double> Extent(double v, double error) => double.IsFinite(error) ? [v - error, v + error] : [v];

    static void Frame(StringBuilder svg, Axis x, Axis y, string xLabel, string yLabel)
    {
        foreach (var t in x.Ticks)
            svg.Append($"<line class=\"grid\" x1=\"{P(x.Pixel(t))}\" x2=\"{P(x.Pixel(t))}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/><text x=\"{P(x.Pixel(t))}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{Axis.Label(t)}</text>\n");
        foreach (var t in y.Ticks)
            svg.Append($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{P(y.Pixel(t))}\" y2=\"{P(y.Pixel(t))}\"/><text x=\"{Left - 6}\" y=\"{P(y.Pixel(t) + 4)}\" text-anchor=\"end\">{Axis.Label(t)}</text>\n");
        svg.Append($"<rect class=\"frame\" x=\"{Left}\" y=\"{Top}\" width=\"{Width - Left - Right}\" height=\"{Height - Top - Bottom}\"/>\n");
        svg.Append($"<text class=\"label\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 12}\" text-anchor=\"middle\">{Html.Escape(xLabel)}</text>\n");
        svg.Append($"<text class=\"label\" transform=\"translate(16 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Html.Escape(yLabel)}</text>\n");
    }

    static void Series(StringBuilder svg, PlotSeries s, Axis x, Axis y)
    {
        svg.Append($"<g class=\"s{s.Color}\">\n");
        if (s.IsLine && s.Points.Length > 1) svg.Append("<polyline points=\"").AppendJoin(' ', s.Points.Select(p => $"{P(x.Pixel(p.X))},{P(y.Pixel(p.Y))}")).Append("\"/>\n");
        foreach (var p in s.Points)
        {
            if (p.XError > 0 && double.IsFinite(p.XError)) svg.Append($"<line class=\"bar\" x1=\"{P(x.Pixel(p.X - p.XError))}\" x2=\"{P(x.Pixel(p.X + p.XError))}\" y1=\"{P(y.Pixel(p.Y))}\" y2=\"{P(y.Pixel(p.Y))}\"/>");
            if (p.YError > 0 && double.IsFinite(p.YError)) svg.Append($"<line class=\"bar\" x1=\"{P(x.Pixel(p.X))}\" x2=\"{P(x.Pixel(p.X))}\" y1=\"{P(y.Pixel(p.Y - p.YError))}\" y2=\"{P(y.Pixel(p.Y + p.YError))}\"/>");
            svg.Append($"<circle cx=\"{P(x.Pixel(p.X))}\" cy=\"{P(y.Pixel(p.Y))}\" r=\"{P(s.Radius)}\"><title>{Html.Escape(p.Text)}</title></circle>\n");
        }
        svg.Append("</g>\n");
    }

    static void Legend(StringBuilder svg, PlotSeries[] all)
    {
        if (all.Length < 2) return;
        double at = Left;
        foreach (var s in all.Where(s => s.Name.Length > 0))
        {
            svg.Append($"<g class=\"s{s.Color}\"><circle cx=\"{P(at + 5)}\" cy=\"{Top - 14}\" r=\"4\"/></g><text x=\"{P(at + 14)}\" y=\"{Top - 10}\">{Html.Escape(s.Name)}</text>\n");
            at += 30 + 6.6 * s.Name.Length;
        }
    }

    static string P(double v) => Math.Round(v, 1).ToString(CultureInfo.InvariantCulture);
}
