using System.Globalization;
using System.Text;

namespace IpActors.App.Reports.Svg;

/// <summary>A point in space with standard errors (NaN: none) and a text that shows when it is pointed at.</summary>
public sealed record SpacePoint(double X, double Y, double Z, string Text, double XError = double.NaN, double YError = double.NaN, double ZError = double.NaN);

/// <summary>Points of one meaning in space.</summary>
/// <param name="Color">0..3: a colour of the page's palette.</param>
/// <param name="Drops">Each point has a thin line down to the floor, which tells where it stands.</param>
public sealed record SpaceSeries(string Name, ImmutableArray<SpacePoint> Points, int Color = 0, double Radius = 3, bool Drops = false);

/// <summary>
/// Three dimensions as inline SVG: each axis scaled to the unit cube, then projected orthographically, seen from above the corner where x and y are largest. With azimuth a and elevation e, to the right goes
/// y cos a − x sin a, upwards z cos e − (x cos a + y sin a) sin e. Floor and back walls carry a grid, points are drawn from the farthest to the nearest, error bars run along the axes.
/// </summary>
public static class Plot3D
{
    const int Width = 560, Height = 450;
    const double Scale = 270, CentreX = 290, CentreY = 215;
    public const double Azimuth = 0.62, Elevation = 0.42; // radians
    static readonly double CosA = Math.Cos(Azimuth), SinA = Math.Sin(Azimuth), CosE = Math.Cos(Elevation), SinE = Math.Sin(Elevation);

    /// <summary>Pixel and depth (larger is nearer) of a point of the unit cube; the corner (1, 1) of the floor is nearest.</summary>
    public static (double U, double V, double Depth) Project(double x, double y, double z)
    {
        var (cx, cy, cz) = (x - 0.5, y - 0.5, z - 0.5);
        var across = cy * CosA - cx * SinA;
        var towards = cx * CosA + cy * SinA;
        return (CentreX + Scale * across, CentreY - Scale * (cz * CosE - towards * SinE), towards * CosE + cz * SinE);
    }

    public static string Render(string title, string xLabel, string yLabel, string zLabel, params ReadOnlySpan<SpaceSeries> series)
    {
        SpaceSeries[] all = [.. series.ToArray().Select(s => s with { Points = [.. s.Points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y) && double.IsFinite(p.Z))] })];
        var points = all.SelectMany(s => s.Points.Select(p => (Series: s, Point: p))).ToList();
        var x = new Axis(points.SelectMany(p => Extent(p.Point.X, p.Point.XError)), 0, 1, 4);
        var y = new Axis(points.SelectMany(p => Extent(p.Point.Y, p.Point.YError)), 0, 1, 4);
        var z = new Axis(points.SelectMany(p => Extent(p.Point.Z, p.Point.ZError)), 0, 1, 4);
        var svg = new StringBuilder();
        svg.Append($"<figure><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Html.Escape($"{title}: {zLabel} over {xLabel} and {yLabel}, {points.Count} points, orthographic projection")}\">\n<title>{Html.Escape(title)}</title>\n");
        foreach (var t in x.Ticks.Select(x.Pixel)) { Line(svg, "grid", (t, 0, 0), (t, 1, 0)); Line(svg, "grid", (t, 0, 0), (t, 0, 1)); }
        foreach (var t in y.Ticks.Select(y.Pixel)) { Line(svg, "grid", (0, t, 0), (1, t, 0)); Line(svg, "grid", (0, t, 0), (0, t, 1)); }
        foreach (var t in z.Ticks.Select(z.Pixel)) { Line(svg, "grid", (0, 0, t), (1, 0, t)); Line(svg, "grid", (0, 0, t), (0, 1, t)); }
        foreach (var t in x.Ticks) Text(svg, (x.Pixel(t), 1, 0), 8, 14, "start", Axis.Label(t));
        foreach (var t in y.Ticks) Text(svg, (1, y.Pixel(t), 0), -8, 17, "end", Axis.Label(t));
        foreach (var t in z.Ticks) Text(svg, (1, 0, z.Pixel(t)), -8, 4, "end", Axis.Label(t));
        Text(svg, (0.5, 1, 0), 30, 44, "middle", xLabel, "label");
        Text(svg, (1, 0.5, 0), -30, 48, "middle", yLabel, "label");
        Text(svg, (1, 0, 1), -8, -14, "middle", zLabel, "label");
        foreach (var (s, p) in points.OrderBy(p => Project(x.Pixel(p.Point.X), y.Pixel(p.Point.Y), z.Pixel(p.Point.Z)).Depth)) Point(svg, s, p, x, y, z);
        double at = 20;
        foreach (var s in all)
        {
            svg.Append($"<g class=\"s{s.Color}\"><circle cx=\"{P(at + 5)}\" cy=\"14\" r=\"4\"/></g><text x=\"{P(at + 14)}\" y=\"18\">{Html.Escape(s.Name)}</text>\n");
            at += 30 + 6.6 * s.Name.Length;
        }
        if (points.Count == 0) svg.Append($"<text class=\"none\" x=\"{Width / 2}\" y=\"{Height / 2}\" text-anchor=\"middle\">no data</text>\n");
        return svg.Append("</svg><figcaption>").Append(Html.Escape(title)).Append("</figcaption></figure>\n").ToString();
    }

    static void Point(StringBuilder svg, SpaceSeries s, SpacePoint p, Axis x, Axis y, Axis z)
    {
        var (a, b, c) = (x.Pixel(p.X), y.Pixel(p.Y), z.Pixel(p.Z));
        svg.Append($"<g class=\"s{s.Color}\">");
        if (s.Drops) Line(svg, "drop", (a, b, 0), (a, b, c));
        if (p.XError > 0 && double.IsFinite(p.XError)) Line(svg, "bar", (x.Pixel(p.X - p.XError), b, c), (x.Pixel(p.X + p.XError), b, c));
        if (p.YError > 0 && double.IsFinite(p.YError)) Line(svg, "bar", (a, y.Pixel(p.Y - p.YError), c), (a, y.Pixel(p.Y + p.YError), c));
        if (p.ZError > 0 && double.IsFinite(p.ZError)) Line(svg, "bar", (a, b, z.Pixel(p.Z - p.ZError)), (a, b, z.Pixel(p.Z + p.ZError)));
        var (u, v, _) = Project(a, b, c);
        svg.Append($"<circle cx=\"{P(u)}\" cy=\"{P(v)}\" r=\"{P(s.Radius)}\"><title>{Html.Escape(p.Text)}</title></circle></g>\n");
    }

    static IEnumerable<double> Extent(double v, double error) => double.IsFinite(error) ? [v - error, v + error] : [v];

    static void Line(StringBuilder svg, string kind, (double X, double Y, double Z) from, (double X, double Y, double Z) to)
    {
        var (f, t) = (Project(from.X, from.Y, from.Z), Project(to.X, to.Y, to.Z));
        svg.Append($"<line class=\"{kind}\" x1=\"{P(f.U)}\" y1=\"{P(f.V)}\" x2=\"{P(t.U)}\" y2=\"{P(t.V)}\"/>\n");
    }

    static void Text(StringBuilder svg, (double X, double Y, double Z) at, double right, double down, string anchor, string text, string? kind = null)
    {
        var (u, v, _) = Project(at.X, at.Y, at.Z);
        svg.Append($"<text{(kind is null ? "" : $" class=\"{kind}\"")} x=\"{P(u + right)}\" y=\"{P(v + down)}\" text-anchor=\"{anchor}\">{Html.Escape(text)}</text>\n");
    }

    static string P(double v) => Math.Round(v, 1).ToString(CultureInfo.InvariantCulture);
}
