using System.CommandLine;
using IpActors.Science;

// A guardian is this program beside each run on this machine; no command for people.
if (args is [IpActors.App.Programs.Guard.Word, var guarded]) return IpActors.App.Programs.Guard.Run(guarded);

// One line per command, in the order of the manual; each lives in the folder of its feature and builds itself with Create().
var root = new RootCommand("IpActors: event-sourced materials-screening campaigns, from a chemical space to a Pareto front.")
{
    IpActors.App.Campaigns.RunCommand.Create(),
    IpActors.App.Campaigns.RunCommand.CreateResume(),
#if AKKA
    IpActors.App.Clusters.NodeCommand.Create(),
#endif
    IpActors.App.Campaigns.StatusCommand.Create(),
    IpActors.App.Campaigns.StatusCommand.CreateWatch(),
    IpActors.App.Campaigns.ControlCommand.CreatePause(),
    IpActors.App.Campaigns.ControlCommand.CreateStop(),
    IpActors.App.Reports.ReportCommand.Create(),
    IpActors.App.Exports.ExportCommand.Create(),
    IpActors.App.Audits.AuditCommand.Create(),
    IpActors.App.Journals.JournalCommand.Create(),
    IpActors.App.Space.SpaceCommand.Create(),
    IpActors.App.Hulls.HullCommand.Create(),
    IpActors.App.Windows.WindowCommand.Create(),
    IpActors.App.Pareto.ParetoCommand.Create(),
    IpActors.App.Surrogates.SurrogateCommand.Create(),
    IpActors.App.Backtests.BacktestCommand.Create(),
    IpActors.App.Calculate.CalculateCommand.Create(),
    IpActors.App.Transport.TransportCommand.Create(),
    IpActors.App.Programs.CacheCommand.Create(),
    IpActors.App.Vasp.VaspCommand.Create(),
    IpActors.App.Cp2k.Cp2kCommand.Create(),
    IpActors.App.Doctor.DoctorCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"ipactors: {parsed.Errors[0].Message.ReplaceLineEndings(" ")} (see: ipactors {string.Join(' ', args.TakeWhile(a => !a.StartsWith('-')).Take(2))} --help)");
    return 2;
}
try { return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }); }
catch (InputException e) { Console.Error.WriteLine($"ipactors: {e.Message}"); return 2; }
catch (IpActors.Engine.JournalException e) { Console.Error.WriteLine($"ipactors: {e.Message}"); return 1; }
catch (OperationCanceledException) { Console.Error.WriteLine("ipactors: interrupted"); return 130; }
