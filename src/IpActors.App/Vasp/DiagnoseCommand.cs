using System.CommandLine;
using IpActors.App.Cli;
using IpActors.App.Faults;
using IpActors.Workers.Programs;
using IpActors.Workers.Vasp;

namespace IpActors.App.Vasp;

/// <summary><c>ipactors vasp diagnose</c>: names the faults of a run of VASP, whoever ran it, and the correction that would follow.</summary>
public static class DiagnoseCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("dir") { Description = "the run's folder, with INCAR, KPOINTS, OUTCAR, OSZICAR, vasprun.xml and what VASP printed, as far as they are there; packed by gzip or not" };
        var stdout = new Option<string?>("--stdout") { Description = "the file of what VASP printed (usual: stdout.txt, vasp.out)" };
        var stderr = new Option<string?>("--stderr") { Description = "the file of its errors (usual: stderr.txt, std_err.txt)" };
        var running = new Option<bool>("--running") { Description = "it still runs: only what would end it now is named" };
        var quiet = new Option<double>("--quiet-seconds") { Description = "since its output last grew" };
        var scheduler = new Option<string?>("--scheduler") { Description = "the batch system's word for the job, such as OUT_OF_MEMORY" };
        var exitCode = new Option<int?>("--exit-code") { Description = "VASP's exit code" };
        var met = new Option<string?>("--met") { Description = "how many times faults were corrected before, as zbrent=1,brmix=2" };
        var json = Output.JsonOption();
        var command = new Command("diagnose", "Names the faults of a run of VASP and the correction that would follow, with the settings before and after.\nExample: ipactors vasp diagnose runs/Li3OCl --met zbrent=1") { folder, stdout, stderr, running, quiet, scheduler, exitCode, met, json };
        command.SetAction((r, _) =>
        {
            var run = new RunFolder(DiagnosisAnswer.Folder(r.GetRequiredValue(folder)));
            var evidence = VaspEvidenceFiles.Read(run, !r.GetValue(running), r.GetValue(stdout), r.GetValue(stderr)) with { Scheduler = r.GetValue(scheduler) ?? "", ExitCode = r.GetValue(exitCode), QuietSeconds = r.GetValue(quiet) };
            DiagnosisAnswer.Write(VaspFaults.Table, evidence, DiagnosisAnswer.Met(r.GetValue(met)), r.GetValue(json));
            return Task.FromResult(0);
        });
        return command;
    }
}
