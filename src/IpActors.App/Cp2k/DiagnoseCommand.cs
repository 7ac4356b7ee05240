using System.CommandLine;
using IpActors.App.Cli;
using IpActors.App.Faults;
using IpActors.Workers.Cp2k;
using IpActors.Workers.Programs;

namespace IpActors.App.Cp2k;

/// <summary><c>ipactors cp2k diagnose</c>: names the faults of a run of CP2K, whoever ran it, and the correction that would follow.</summary>
public static class DiagnoseCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("dir") { Description = "the run's folder, with its input, main output and errors, as far as they are there" };
        var output = new Option<string?>("--output") { Description = "CP2K's main output (usual: cp2k.out, stdout.txt)" };
        var input = new Option<string?>("--input") { Description = "its input (usual: the only .inp)" };
        var stderr = new Option<string?>("--stderr") { Description = "the file of its errors (usual: stderr.txt, std_err.txt)" };
        var running = new Option<bool>("--running") { Description = "it still runs: only what would end it now is named" };
        var quiet = new Option<double>("--quiet-seconds") { Description = "since its output last grew" };
        var scheduler = new Option<string?>("--scheduler") { Description = "the batch system's word for the job, such as OUT_OF_MEMORY" };
        var exitCode = new Option<int?>("--exit-code") { Description = "CP2K's exit code" };
        var met = new Option<string?>("--met") { Description = "how many times faults were corrected before, as scf_unconverged_ot=1" };
        var json = Output.JsonOption();
        var command = new Command("diagnose", "Names the faults of a run of CP2K and the correction that would follow, with the settings before and after.\nExample: ipactors cp2k diagnose runs/Li3OCl --met scf_unconverged_ot=1") { folder, output, input, stderr, running, quiet, scheduler, exitCode, met, json };
        command.SetAction((r, _) =>
        {
            var run = new RunFolder(DiagnosisAnswer.Folder(r.GetRequiredValue(folder)));
            var evidence = Cp2kEvidenceFiles.Read(run, !r.GetValue(running), r.GetValue(output), r.GetValue(input), r.GetValue(stderr)) with { Scheduler = r.GetValue(scheduler) ?? "", ExitCode = r.GetValue(exitCode), QuietSeconds = r.GetValue(quiet) };
            DiagnosisAnswer.Write(Cp2kFaults.Table, evidence, DiagnosisAnswer.Met(r.GetValue(met)), r.GetValue(json));
            return Task.FromResult(0);
        });
        return command;
    }
}
