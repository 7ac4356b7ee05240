using System.CommandLine;
using IpActors.App.Cli;
using IpActors.App.Reports;
using IpActors.Science;
using IpActors.Science.Transport;

namespace IpActors.App.Transport;

/// <summary><c>transport arrhenius</c>: from runs at several temperatures, or a table of D, to the activation energy and the conductivity at others.</summary>
static class ArrheniusCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("files") { Description = "a trajectory for each temperature (parts of one run joined by +, as in XDATCAR.1+XDATCAR.2), or one CSV: temperature_K, D_cm2_per_s, error, and upper_bound_95_cm2_per_s where D is empty", Arity = ArgumentArity.OneOrMore };
        var options = new TransportOptions();
        var temperatures = new Option<double[]>("--temperature-K") { Description = "temperatures of the trajectories, in the order of the files", AllowMultipleArgumentsPerToken = true, HelpName = "T1 T2 ..." };
        var at = new Option<double[]>("--at") { Description = "temperatures to give D and the conductivity at, K", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [400], HelpName = "T ..." };
        var ions = TransportOptions.Positive("--ions", "with a CSV: mobile ions in the cell, for the conductivity", "n");
        var volume = TransportOptions.Positive("--volume-A3", "with a CSV: volume of that cell", "A3");
        var plot = new Option<string?>("--plot") { Description = "also draws points, line and its 68 % band", HelpName = "FILE.svg" };
        var json = Output.JsonOption();
        var command = new Command("arrhenius", "Activation energy, prefactor, and conductivity at other temperatures with its error: a maximum-likelihood line through ln D, bounds included.\n\n"
            + "Example: ipactors transport arrhenius 700K/XDATCAR 900K/XDATCAR 1100K/XDATCAR --temperature-K 700 900 1100 --frame-fs 20 --at 300 400 --plot arrhenius.svg") { files };
        options.AddReading(command);
        options.AddFit(command);
        foreach (var o in (Option[])[temperatures, at, ions, volume, plot, json]) command.Options.Add(o);
        command.SetAction((r, cancel) =>
        {
            var (paths, kelvin, targets) = (r.GetRequiredValue(files), r.GetValue(temperatures) ?? [], r.GetRequiredValue(at));
            if (targets.Concat(kelvin).FirstOrDefault(t => !(t is > 0 and < 1e5), 1) is not 1 and var bad) throw new InputException(FormattableString.Invariant($"temperature {bad} K; give temperatures above 0 K"));
            if ((r.GetValue(ions) is null) != (r.GetValue(volume) is null)) throw new InputException("--ions and --volume-A3: give both, or neither");
            ArrheniusAnswer answer;
            if (paths.Length == 1 && ArrheniusTable.Is(paths[0]))
            {
                if (kelvin.Length > 0) throw new InputException($"{paths[0]}: a table has its own temperatures; leave out --temperature-K");
                answer = new(ArrheniusTable.Read(paths[0]), r.GetValue(ions) is { } n ? n / (NernstEinstein.AvogadroPerMol * r.GetValue(volume)!.Value * 1e-24) : null, options.Charge(r), targets);
            }
            else
            {
                if (r.GetValue(ions) is not null) throw new InputException("--ions and --volume-A3 are for a table; trajectories hold both");
                if (kelvin.Length > 0 && kelvin.Length != paths.Length) throw new InputException($"{paths.Length} trajectories and {kelvin.Length} temperatures; give one for each with --temperature-K, and join parts of one run by +");
                var runs = new ArrheniusRun[paths.Length];
                for (var i = 0; i < paths.Length; i++)
                {
                    cancel.ThrowIfCancellationRequested();
                    var analysis = options.Analyse(r, File.Exists(paths[i]) ? [paths[i]] : paths[i].Split('+'));
                    var t = kelvin.Length > 0 ? kelvin[i] : analysis.Paths.TemperatureK ?? throw new InputException($"{paths[i]}: does not say its temperature; give one for each trajectory with --temperature-K");
                    runs[i] = new(paths[i], t, analysis.Tracer.D, analysis.Tracer.StandardError, analysis.Tracer.UpperBound95, analysis);
                }
                // The concentration of the coldest cell is nearest to that of the target.
                answer = new([.. runs], runs.MinBy(x => x.TemperatureK)!.Analysis!.MolPerCm3, options.Charge(r), targets);
            }
            if (r.GetValue(plot) is { } path) ReportFile.WriteText(path, TransportPlots.Arrhenius(answer));
            if (r.GetValue(json)) Output.WriteJson(answer.ToJson());
            else Console.Out.Write(answer.ToText());
            return Task.FromResult(0);
        });
        return command;
    }
}

/// <summary>One temperature: from a trajectory, or a row of a table.</summary>
sealed record ArrheniusRun(string Source, double TemperatureK, double? D, double Error, double UpperBound95, TransportAnalysis? Analysis = null)
{
    /// <summary>A melted framework is another phase: no part of the line.</summary>
    public bool Counts => Analysis is not { Melted: true };
    public ArrheniusPoint Point => new(TemperatureK, D, Error, UpperBound95);
}

/// <summary>A CSV of diffusion coefficients.</summary>
static class ArrheniusTable
{
    public static bool Is(string path) => path == "-" || TrajectoryFiles.HeadOf(path).Split('\n').FirstOrDefault(l => l.Trim().Length > 0 && !l.StartsWith('#')) is { } header && header.Contains("temperature_K", StringComparison.Ordinal);

    public static ImmutableArray<ArrheniusRun> Read(string path)
    {
        var csv = Csv.Read(path);
        var (t, d) = (csv.Column("temperature_K"), csv.Column("D_cm2_per_s"));
        var error = csv.Find("error") ?? csv.Find("D_error_cm2_per_s") ?? throw new InputException($"{path}: no column 'error' or 'D_error_cm2_per_s'; give one standard error of D in cm2/s, or the line's error means nothing");
        var bound = csv.Find("upper_bound_95_cm2_per_s");
        if (csv.Rows.Count == 0) throw new InputException($"{path}: no rows; give a row for each temperature");
        return [.. Enumerable.Range(0, csv.Rows.Count).Select(row =>
        {
            double Positive(int column) => csv.Number(row, column) is > 0 and var v ? v : throw new InputException($"{path}:{csv.Line(row)}: '{csv.Rows[row][column]}' in column '{csv.Header[column]}' is not above 0");
            var kelvin = Positive(t);
            if (csv.Rows[row][d].Length > 0) return new ArrheniusRun($"{path}:{csv.Line(row)}", kelvin, Positive(d), Positive(error), 0);
            return bound is { } b && csv.Rows[row][b].Length > 0 ? new ArrheniusRun($"{path}:{csv.Line(row)}", kelvin, null, 0, Positive(b))
                : throw new InputException($"{path}:{csv.Line(row)}: no D and no upper bound; fill D_cm2_per_s, or upper_bound_95_cm2_per_s");
        })];
    }
}
