using System.CommandLine;
using System.Globalization;
using System.Text;
using IpActors.App.Cli;
using IpActors.App.Reports;
using IpActors.Science;
using IpActors.Science.Numerics;
using IpActors.Science.Transport;

namespace IpActors.App.Transport;

/// <summary><c>transport msd</c>: the curves themselves.</summary>
static class MsdCommand
{
    public static Command Create()
    {
        var files = TransportCommand.Files();
        var options = new TransportOptions();
        var lags = new Option<int>("--lags") { Description = "number of lags, evenly spaced in the logarithm", DefaultValueFactory = _ => 50, HelpName = "n" };
        lags.Validators.Add(v => { if (v.Tokens.Count > 0 && v.GetValueOrDefault<int>() is < 2 or > 100_000) v.AddError("--lags: give a number from 2 to 100000"); });
        var origins = new Option<string>("--origins") { Description = "all: averaged over all time origins, up to half the run; first: from the first frame alone, at every frame", DefaultValueFactory = _ => "all" };
        origins.AcceptOnlyFromAmong("all", "first");
        var plot = new Option<string?>("--plot") { Description = "also draws the curves", HelpName = "FILE.svg" };
        var csv = new Option<bool>("--csv") { Description = "write CSV to stdout" };
        var json = Output.JsonOption();
        var command = new Command("msd", "Mean squared displacement of the mobile ions: total, per axis and plane, of the charge, and of the framework.\n\nExample: ipactors transport msd XDATCAR.1 XDATCAR.2.gz --frame-fs 10 --csv") { files };
        options.AddReading(command);
        foreach (var o in (Option[])[lags, origins, plot, csv, json]) command.Options.Add(o);
        command.SetAction((r, _) =>
        {
            if (r.GetValue(csv) && r.GetValue(json)) throw new InputException("--csv and --json: give one of them");
            var paths = options.Read(r, r.GetRequiredValue(files));
            var curve = r.GetValue(origins) == "first" ? MsdCurve.FromFirst(paths) : MsdCurve.Averaged(paths, r.GetValue(lags));
            if (r.GetValue(plot) is { } path) ReportFile.WriteText(path, TransportPlots.Msd(curve));
            if (r.GetValue(json)) Output.WriteJson(new { run = RunAnswer.Of(paths, r.GetRequiredValue(files)), origins = r.GetValue(origins), msd = curve.Points.Select(p => p.ToJson()).ToArray() });
            else if (r.GetValue(csv)) Console.Out.Write(curve.ToCsv());
            else Console.Out.Write(RunAnswer.Text(paths) + curve.ToText());
            return Task.FromResult(0);
        });
        return command;
    }
}

/// <summary>MSD at one lag in Å²: the tensor's total, of the charge per ion (null without framework) and of the framework (null where its sample has no such lag).</summary>
sealed record MsdRow(MsdPoint Ions, double? Charge, double? Framework)
{
    public static readonly string[] Columns = ["lag_ps", "msd_A2", "msd_x_A2", "msd_y_A2", "msd_z_A2", "msd_xy_A2", "msd_yz_A2", "msd_xz_A2", "msd_charge_A2", "msd_framework_A2"];
    (double X, double Y, double Z) Axes => (Ions.TensorA2.A.X, Ions.TensorA2.B.Y, Ions.TensorA2.C.Z);
    public double?[] Values => [Ions.LagPs, Ions.TotalA2, Axes.X, Axes.Y, Axes.Z, Axes.X + Axes.Y, Axes.Y + Axes.Z, Axes.X + Axes.Z, Charge, Framework];
    public Dictionary<string, double?> ToJson() => Columns.Zip(Values).ToDictionary(p => p.First, p => p.Second);
}

sealed record MsdCurve(string Species, ImmutableArray<MsdRow> Points)
{
    /// <summary>Over all time origins, lags evenly spaced in the logarithm up to half the run.</summary>
    public static MsdCurve Averaged(TransportPaths paths, int count)
    {
        var lags = MeanSquaredDisplacement.LogLags(1, Math.Max(1, (paths.Ions.Frames - 1) / 2), count);
        var (ions, charge) = (MeanSquaredDisplacement.Tensors(paths.Ions, lags), paths.Charge is { } c ? MeanSquaredDisplacement.Tensors(c, lags) : null);
        return new(paths.Species, [.. lags.Select((m, i) => new MsdRow(ions[i], charge?[i].TotalA2, Framework(paths, m)))]);
    }

    /// <summary>|r(k) - r(0)|², averaged over ions alone: what LAMMPS's compute msd prints.</summary>
    public static MsdCurve FromFirst(TransportPaths paths)
    {
        return new(paths.Species, [.. Enumerable.Range(1, paths.Ions.Frames - 1).Select(k => new MsdRow(One(paths.Ions, k), paths.Charge is { } c ? One(c, k).TotalA2 : null, null))]);

        static MsdPoint One(Trajectory t, int k)
        {
            var sum = default(Mat3);
            for (var a = 0; a < t.Atoms; a++)
            {
                var d = t.At(k, a) - t.At(0, a);
                sum += Mat3.Outer(d, d);
            }
            return new(k * t.FrameStepPs, (1.0 / t.Atoms) * sum);
        }
    }

    static double? Framework(TransportPaths paths, int lag)
    {
        if (paths.Framework is not { } t) return null;
        var every = (int)Math.Round(t.FrameStepPs / paths.Ions.FrameStepPs);
        return lag % every == 0 && lag / every < t.Frames ? MeanSquaredDisplacement.Tensors(t, [lag / every])[0].TotalA2 : null;
    }

    public string ToCsv()
    {
        var text = new StringBuilder().AppendJoin(',', MsdRow.Columns).Append('\n');
        foreach (var p in Points) text.AppendJoin(',', p.Values.Select(v => v?.ToString("R", CultureInfo.InvariantCulture) ?? "")).Append('\n');
        return text.ToString();
    }

    public string ToText()
    {
        var text = new StringBuilder("\n");
        foreach (var c in MsdRow.Columns) text.Append(c.Replace("msd_framework_A2", "framework_A2", StringComparison.Ordinal).PadLeft(14));
        text.Append('\n');
        foreach (var p in Points)
        {
            foreach (var v in p.Values) text.Append((v?.ToString("0.####", CultureInfo.InvariantCulture) ?? "-").PadLeft(14));
            text.Append('\n');
        }
        return text.ToString();
    }
}
