using System.Globalization;
using IpActors.App.Reports;
using IpActors.App.Reports.Svg;
using IpActors.Science.Transport;

namespace IpActors.App.Transport;

/// <summary>Plots as SVG files that stand alone: the report's plots with its style inside.</summary>
static class TransportPlots
{
    const int CurvePoints = 60, LinePoints = 40;

    public static string Msd(MsdCurve curve) => Standalone(Plot.Render($"Mean squared displacement of {curve.Species}", "lag (ps)", "MSD (Å²)",
        Series("total", curve.Points.Select(p => (p.Ions.LagPs, (double?)p.Ions.TotalA2)), 0),
        Series("charge, per ion", curve.Points.Select(p => (p.Ions.LagPs, p.Charge)), 1),
        Series("framework", curve.Points.Select(p => (p.Ions.LagPs, p.Framework)), 3)));

    /// <summary>MSD in the directions of the fit, with the line over its window.</summary>
    public static string Fit(TransportAnalysis a)
    {
        var lags = MeanSquaredDisplacement.LogLags(1, Math.Max(1, (a.Paths.Ions.Frames - 1) / 2), CurvePoints);
        PlotSeries Curve(string name, Trajectory t, int color) => Series(name, MeanSquaredDisplacement.Tensors(t, lags).Select(p => (p.LagPs, (double?)p.In(a.Space))), color);
        var ions = Curve(a.Paths.Species, a.Paths.Ions, 0);
        var series = new List<PlotSeries> { ions, Line("fit and its window", a, ions, 2) };
        if (a.Paths.Charge is { } charge) series.Add(Curve("charge, per ion", charge, 1));
        var d = a.Tracer.D is { } v ? string.Create(CultureInfo.InvariantCulture, $"D = {v:0.00e+0} ± {a.Tracer.StandardError:0.0e+0} cm²/s") : string.Create(CultureInfo.InvariantCulture, $"D at most {a.Tracer.UpperBound95:0.0e+0} cm²/s");
        return Standalone(Plot.Render($"Mean squared displacement of {a.Paths.Species}: {d}", "lag (ps)", a.Space.Dimensions == 2 ? "MSD in the plane (Å²)" : "MSD (Å²)", [.. series.Where(s => s.Points.Length > 0)]));
    }

    /// <summary>The slope of the fit over its window, at the height of the curve there; nothing where D was refused.</summary>
    static PlotSeries Line(string name, TransportAnalysis a, PlotSeries curve, int color)
    {
        var e = a.Tracer;
        var window = curve.Points.Where(p => p.X >= e.FitFromPs - 1e-9 && p.X <= e.FitToPs + 1e-9).ToArray();
        if (e.D is not { } d || window.Length == 0) return new(name, [], color);
        var slope = 2 * a.Space.Dimensions * d * 1e4;
        var height = window.Average(p => p.Y - slope * p.X);
        return new(name, [.. new[] { e.FitFromPs, e.FitToPs }.Select(t => new PlotPoint(t, height + slope * t, string.Create(CultureInfo.InvariantCulture, $"fit, {t:0.###} ps")))], color, true, 4);
    }

    /// <summary>log10 D against 1000/T: points, bounds, the line and its 68 % band.</summary>
    public static string Arrhenius(ArrheniusAnswer answer)
    {
        static double X(double kelvin) => 1000 / kelvin;
        static string At(ArrheniusRun r) => string.Create(CultureInfo.InvariantCulture, $"{r.TemperatureK:0.#} K");
        var series = new List<PlotSeries>();
        PlotSeries[] points =
        [
            new("D", [.. answer.Runs.Where(r => r is { Counts: true, D: not null }).Select(r => new PlotPoint(X(r.TemperatureK), Math.Log10(r.D!.Value), At(r), YError: r.Error / r.D.Value / Math.Log(10)))]),
            new("95 % bound", [.. answer.Runs.Where(r => r is { Counts: true, D: null }).Select(r => new PlotPoint(X(r.TemperatureK), Math.Log10(r.UpperBound95), At(r)))], 1),
            new("melted", [.. answer.Runs.Where(r => !r.Counts && r.D is not null).Select(r => new PlotPoint(X(r.TemperatureK), Math.Log10(r.D!.Value), At(r)))], 3),
        ];
        if (answer.Fit is { } fit)
        {
            var kelvin = answer.Runs.Select(r => r.TemperatureK).Concat(answer.Targets).ToArray();
            double from = X(kelvin.Max()), to = X(kelvin.Min());
            IEnumerable<PlotPoint> Line(double errors) => Enumerable.Range(0, LinePoints + 1).Select(i => from + (to - from) * i / LinePoints).Select(x =>
            {
                var (log, error) = fit.At(1000 / x);
                return new PlotPoint(x, (log + errors * error) / Math.Log(10), string.Create(CultureInfo.InvariantCulture, $"{1000 / x:0} K"));
            });
            series.Add(new("68 % band", [.. Line(1), .. Line(-1).Reverse(), Line(1).First()], 3, true, 0));
            series.Add(new("line", [.. Line(0)], 2, true, 0));
        }
        series.AddRange(points);
        var title = answer.Fit is { } g ? string.Create(CultureInfo.InvariantCulture, $"E_a = {g.ActivationEv:0.000} ± {g.ActivationErrorEv:0.000} eV") : "No line";
        return Standalone(Plot.Render(title, "1000 K / T", "log10 D (cm²/s)", [.. series.Where(s => s.Points.Length > 0)]));
    }

    static PlotSeries Series(string name, IEnumerable<(double X, double? Y)> points, int color) =>
        new(name, [.. points.Where(p => p.Y is not null).Select(p => new PlotPoint(p.X, p.Y!.Value, string.Create(CultureInfo.InvariantCulture, $"{p.X:0.####} ps: {p.Y:0.####} Å²")))], color, Radius: 2);

    /// <summary>The page's figure as an SVG of its own: namespace, size, style and paper.</summary>
    static string Standalone(string figure)
    {
        var (from, to) = (figure.IndexOf("<svg ", StringComparison.Ordinal), figure.IndexOf("</svg>", StringComparison.Ordinal));
        var svg = figure[from..to];
        var open = svg.IndexOf('>');
        var title = figure[(figure.IndexOf("<figcaption>", StringComparison.Ordinal) + 12)..figure.IndexOf("</figcaption>", StringComparison.Ordinal)];
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"840\" height=\"540\" " + svg[5..open] + ">\n<style>" + ReportStyle.Css.Replace("svg { width: 100%; height: auto; } ", "", StringComparison.Ordinal)
            + " svg { background: var(--paper); font-family: system-ui, sans-serif; }</style>\n" + svg[(open + 1)..] + $"<text x=\"78\" y=\"50\">{title}</text>\n</svg>\n";
    }
}
