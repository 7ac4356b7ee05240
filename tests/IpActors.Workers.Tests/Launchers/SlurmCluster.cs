using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using IpActors.Workers.Launchers;
using IpActors.Workers.Launchers.Slurm;

namespace IpActors.Workers.Tests.Launchers;

/// <summary>
/// A Slurm of the tests' own: munge, a controller and three node daemons on loopback ports, all files in a temporary folder. They end with the process that started them. Where Slurm cannot be had, tests are skipped and say why.
/// </summary>
public sealed class SlurmCluster : IDisposable
{
    public const int Nodes = 3, Cores = 2;
    readonly Dictionary<string, Process> _daemons = [];
    public string Folder { get; } = Directory.CreateTempSubdirectory("ipslurm-").FullName;

    static string? Tool(string name) => new[] { "/usr/sbin", "/usr/bin", "/sbin", "/usr/local/sbin", "/usr/local/bin" }.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);

    public static void Require()
    {
        foreach (var tool in new[] { "munged", "slurmctld", "slurmd", "sbatch", "squeue" }) Skip.If(Tool(tool) is null, $"Slurm is not installed ({tool} is missing; Debian, Ubuntu: apt-get install slurm-wlm munge)");
        Skip.If(Environment.UserName != "root", "node daemons of Slurm start programs as root only");
    }

    public SlurmCluster()
    {
        Require();
        File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.WriteAllBytes(PathOf("munge.key"), RandomNumberGenerator.GetBytes(128));
        File.SetUnixFileMode(PathOf("munge.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var d in (string[])["state", "munge", .. Enumerable.Range(1, Nodes).Select(k => $"spool-n{k}")]) Directory.CreateDirectory(PathOf(d));
        var ports = Ports(Nodes + 1);
        File.WriteAllText(PathOf("slurm.conf"), $"""
            ClusterName=ipactors
            SlurmctldHost={Environment.MachineName}(127.0.0.1)
            SlurmctldPort={ports[0]}
            SlurmUser=root
            AuthInfo=socket={PathOf("munge/socket")}
            CryptoType=crypto/munge
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            MpiDefault=none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=1,bf_interval=1
            ReturnToService=2
            SlurmdTimeout=10
            InactiveLimit=0
            KillWait=2
            MinJobAge=20
            AccountingStorageType=accounting_storage/none
            JobCompType=jobcomp/none
            StateSaveLocation={PathOf("state")}
            SlurmdSpoolDir={Folder}/spool-%n
            SlurmdPidFile={Folder}/%n.pid
            SlurmctldPidFile={PathOf("slurmctld.pid")}
            SlurmctldLogFile={PathOf("slurmctld.log")}
            SlurmdLogFile={Folder}/%n.log
            {string.Join('\n', Enumerable.Range(1, Nodes).Select(k => $"NodeName=n{k} NodeHostname={Environment.MachineName} NodeAddr=127.0.0.1 Port={ports[k]} CPUs={Cores}"))}
            PreemptType=preempt/partition_prio
            PreemptMode=CANCEL
            PartitionName=main Nodes=n[1-{Nodes}] Default=YES MaxTime=60 PriorityTier=1 PreemptMode=CANCEL GraceTime=0 State=UP
            PartitionName=urgent Nodes=n[1-{Nodes}] MaxTime=60 PriorityTier=10 PreemptMode=OFF State=UP
            """);
        Environment.SetEnvironmentVariable("SLURM_CONF", PathOf("slurm.conf")); // read by sbatch and its like
        Start("munged", "--foreground", "--force", $"--key-file={PathOf("munge.key")}", $"--socket={PathOf("munge/socket")}", $"--pid-file={PathOf("munge/pid")}", $"--log-file={PathOf("munge/log")}", $"--seed-file={PathOf("munge/seed")}");
        Until(() => File.Exists(PathOf("munge/socket")), "munged listens");
        StartController();
        for (var k = 1; k <= Nodes; k++) StartNode(k);
        Until(() => Ask("sinfo", "--noheader", "--partition=main", "--format=%T %D").Trim() == $"idle {Nodes}", "all nodes are idle", () => Ask("sinfo", "-N", "-l") + File.ReadAllText(PathOf("slurmctld.log")));
    }

    public string PathOf(string name) => Path.Combine(Folder, name);
    public SlurmOptions Options { get; } = new() { Poll = TimeSpan.FromSeconds(0.5), Gather = TimeSpan.FromSeconds(0.3), Lost = TimeSpan.FromSeconds(5), HeartbeatSeconds = 0.5, GraceSeconds = 2 };

    public void StartController() => Start("slurmctld", "-D", "-f", PathOf("slurm.conf"));
    public void StartNode(int k) => Start("slurmd", "-D", "-f", PathOf("slurm.conf"), "-N", $"n{k}");
    /// <summary>Until the controller has written down the state of jobs later than that; it does so some seconds after each change.</summary>
    public void UntilSaved(DateTime since) => Until(() => File.Exists(PathOf("state/job_state")) && File.GetLastWriteTimeUtc(PathOf("state/job_state")) > since, "the controller saves its state");

    public void ForgetJobs() { foreach (var f in Directory.GetFiles(PathOf("state"), "job_state*")) File.Delete(f); }
    public void KillController() => Kill("slurmctld");

    /// <summary>The node's daemon and all steps under it, as when the machine is lost.</summary>
    public void KillNode(int k)
    {
        Kill($"slurmd n{k}");
        foreach (var stepd in Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => n!.All(char.IsAsciiDigit)))
            try
            {
                if (!File.ReadAllText($"/proc/{stepd}/cmdline").StartsWith("slurmstepd", StringComparison.Ordinal)) continue;
                if (!File.ReadAllText($"/proc/{stepd}/environ").Contains($"n{k}", StringComparison.Ordinal) && !File.ReadAllText($"/proc/{stepd}/cmdline").Contains($"n{k}", StringComparison.Ordinal)) continue;
                Process.GetProcessById(int.Parse(stepd!)).Kill(entireProcessTree: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException) { }
    }

    void Kill(string name)
    {
        _daemons[name].Kill();
        _daemons[name].WaitForExit();
        _daemons.Remove(name);
    }

    /// <summary>Under setpriv, so that it ends when the thread's process that started it does.</summary>
    void Start(string tool, params string[] arguments)
    {
        var name = tool == "slurmd" ? $"slurmd {arguments[^1]}" : tool;
        _daemons[name] = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>>\"$0\"", PathOf($"{name}.err"), Tool(tool)!, .. arguments]) { WorkingDirectory = Folder })!;
    }

    public string Ask(string tool, params string[] arguments)
    {
        using var p = Process.Start(new ProcessStartInfo(Tool(tool)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = p.StandardError.ReadToEndAsync();
        return p.StandardOutput.ReadToEnd() + error.Result;
    }

    /// <summary>What is left of a job that did not go as it should: its folder, its output, and the daemons' words about it.</summary>
    public string Story(Job job) => string.Join('\n', [
        $"job {job.Id} in {job.Folder}: {string.Join(' ', Directory.GetFileSystemEntries(job.Folder).Select(Path.GetFileName))}",
        .. Directory.GetFiles(job.Folder, "slurm-*").SelectMany(File.ReadLines),
        .. Directory.GetFiles(Folder, "*.log").SelectMany(f => File.ReadLines(f).Where(l => l.Contains(job.Id.Split('_')[0], StringComparison.Ordinal) || l.Contains("error", StringComparison.Ordinal)).Select(l => $"{Path.GetFileName(f)}: {l}"))]);

    static void Until(Func<bool> isSo, string what, Func<string>? details = null)
    {
        for (var since = Stopwatch.StartNew(); !isSo(); Thread.Sleep(100)) Assert.True(since.Elapsed.TotalSeconds < 90, $"not within 90 s: {what} {details?.Invoke()}");
    }

    static int[] Ports(int count)
    {
        var held = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var l in held) l.Start();
        var ports = held.Select(l => ((IPEndPoint)l.LocalEndpoint).Port).ToArray();
        foreach (var l in held) l.Dispose();
        return ports;
    }

    public void Dispose()
    {
        if (_daemons.ContainsKey("slurmctld"))
        {
            Ask("scancel", "--user=root");
            for (var since = Stopwatch.StartNew(); since.Elapsed.TotalSeconds < 15 && Ask("squeue", "--noheader").Trim().Length > 0; Thread.Sleep(200)) { }
        }
        if (Environment.GetEnvironmentVariable("IPACTORS_KEEP_LOGS") is { Length: > 0 } keep) foreach (var log in Directory.GetFiles(Folder, "*.log")) File.Copy(log, Path.Combine(keep, Path.GetFileName(log)), true);
        foreach (var d in _daemons.Values) { d.Kill(entireProcessTree: true); d.WaitForExit(); }
        Directory.Delete(Folder, recursive: true);
    }
}

[CollectionDefinition("Slurm")]
public sealed class SlurmCollection : ICollectionFixture<SharedSlurm>;

/// <summary>Started when the first test needs it.</summary>
public sealed class SharedSlurm : IDisposable
{
    SlurmCluster? _cluster;
    public SlurmCluster Cluster => _cluster ??= new();
    public void Dispose() => _cluster?.Dispose();
}
