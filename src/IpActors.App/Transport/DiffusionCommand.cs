using System.CommandLine;
using IpActors.App.Cli;
using IpActors.App.Reports;

namespace IpActors.App.Transport;

/// <summary><c>transport diffusion</c>: D of the ion and of the charge, Haven ratio, conductivity at the run's temperature.</summary>
static class DiffusionCommand
{
    public static Command Create()
    {
        var files = TransportCommand.Files();
        var options = new TransportOptions();
        var temperature = TransportOptions.Positive("--temperature-K", "of the run, for the conductivity; default: what the file says (vasprun.xml: TEBEG = TEEND)", "K");
        var plot = new Option<string?>("--plot") { Description = "also draws the MSD with the window of the fit", HelpName = "FILE.svg" };
        var json = Output.JsonOption();
        var command = new Command("diffusion", "D in total, per axis and plane, by generalised least squares and by blocks; of the charge; Haven ratio; conductivity. What the run does not resolve is refused with the reason and a 95 % upper bound.\n\n"
            + "Example: ipactors transport diffusion vasprun.xml --drop-ps 2 --dimensions 2 --normal 0,0,1 --json") { files };
        options.AddReading(command);
        options.AddFit(command);
        foreach (var o in (Option[])[temperature, plot, json]) command.Options.Add(o);
        command.SetAction((r, _) =>
        {
            var analysis = options.Analyse(r, r.GetRequiredValue(files));
            var answer = new DiffusionAnswer(analysis, r.GetValue(temperature) ?? analysis.Paths.TemperatureK, options.Charge(r));
            if (r.GetValue(plot) is { } path) ReportFile.WriteText(path, TransportPlots.Fit(analysis));
            if (r.GetValue(json)) Output.WriteJson(answer.ToJson(r.GetRequiredValue(files)));
            else Console.Out.Write(answer.ToText());
            return Task.FromResult(0);
        });
        return command;
    }
}
