using System.Globalization;
using System.Text;

namespace IpActors.Workers.Launchers.Slurm;

/// <summary>
/// The batch script of an array of runs: readable, and every text of ours in it quoted, so that no name, setting or path is ever read as shell. Each task takes its folder from the list beside the script, claims it (a second job in
/// the same folder ends at once), runs the program and leaves its exit code in exit.json.
/// </summary>
static class JobScript
{
    public const string Started = "started.json", Exit = "exit.json", Alive = "alive";

    public static string Text(string name, LaunchOrder like, SlurmOptions o, int count, string list)
    {
        var s = new StringBuilder("#!/bin/bash\n");
        void Directive(string option) => s.Append("#SBATCH ").Append(option).Append('\n');
        Directive($"--job-name={name}");
        if (count > 1) Directive($"--array=0-{(count - 1).ToString(CultureInfo.InvariantCulture)}");
        Directive($"--nodes={o.Nodes.ToString(CultureInfo.InvariantCulture)}");
        Directive($"--ntasks={like.Cores.ToString(CultureInfo.InvariantCulture)}");
        if (o.MemoryMB is { } mb) Directive($"--mem={mb.ToString(CultureInfo.InvariantCulture)}");
        if (o.Partition is not null) Directive($"--partition={o.Partition}");
        if (o.Account is not null) Directive($"--account={o.Account}");
        if (o.Qos is not null) Directive($"--qos={o.Qos}");
        if (like.WalltimeSeconds is { } w) Directive($"--time={Math.Max(1, (long)Math.Ceiling(w / 60)).ToString(CultureInfo.InvariantCulture)}");
        Directive("--no-requeue");
        Directive($"--signal=B:TERM@{Math.Max(1, (int)o.GraceSeconds).ToString(CultureInfo.InvariantCulture)}");
        s.Append("# ").Append(count == 1 ? like.Label.ReplaceLineEndings(" ") : $"{count} runs, one folder a line in {Path.GetFileName(list)}").Append('\n');
        s.Append("job=\"${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}\"\nfolder=$(sed -n \"$(( ${SLURM_ARRAY_TASK_ID:-0} + 1 ))p\" ").Append(Quoted(list)).Append(")\ncd \"$folder\" || exit 98\n");
        s.Append("mkdir started 2>/dev/null || exit 99            # a run starts once\n");
        s.Append("printf '{\"host\":\"%s\",\"job\":\"%s\"}\\n' \"$(hostname)\" \"$job\" > started.json.part && mv started.json.part ").Append(Started).Append('\n');
        s.Append("over() { printf '{\"code\":%d,\"stopped\":\"%s\",\"job\":\"%s\"}\\n' \"$1\" \"$2\" \"$job\" > exit.json.part && sync exit.json.part && mv exit.json.part ").Append(Exit).Append("; }\n");
        if (o.Setup is not null) s.Append("source ").Append(Quoted(o.Setup)).Append(" || { over 1 setup; exit 1; }\n");
        s.Append("source ./command.sh &\nprogram=$!\nstopped=\ntrap 'stopped=signal; kill -TERM $program 2>/dev/null' TERM\n");
        s.Append("(while kill -0 $program 2>/dev/null; do touch alive; sleep ").Append(o.HeartbeatSeconds.ToString(CultureInfo.InvariantCulture)).Append("; done) &\n");
        s.Append("wait $program; code=$?\nwhile kill -0 $program 2>/dev/null; do wait $program; code=$?; done\n");
        s.Append("over $code \"$stopped\"\n");
        return s.ToString();
    }

    /// <summary>What the task of that folder runs: exec with quoted words only.</summary>
    public static string Command(LaunchOrder o)
    {
        var s = new StringBuilder();
        foreach (var (key, value) in o.Environment.SetItem(Local.ProcessIdentity.Variable, o.Nonce)) s.Append("export ").Append(key).Append('=').Append(Quoted(value)).Append('\n');
        return s.Append("exec ").AppendJoin(' ', o.Command.Select(Quoted)).Append(" < /dev/null > ").Append(Quoted(o.Stdout)).Append(" 2> ").Append(Quoted(o.Stderr)).Append('\n').ToString();
    }

    /// <summary>One word for the shell, whatever it holds.</summary>
    public static string Quoted(string word) => $"'{word.Replace("'", "'\\''")}'";
}
