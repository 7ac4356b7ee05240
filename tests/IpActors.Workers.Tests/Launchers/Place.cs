using System.Diagnostics;
using IpActors.App.Programs;
using IpActors.Domain.Works;
using IpActors.Workers.Launchers;
using IpActors.Workers.Launchers.Local;

namespace IpActors.Workers.Tests.Launchers;

/// <summary>A temporary folder for runs, and what tests do there.</summary>
public sealed class Place : IDisposable
{
    int _orders;
    readonly List<string> _nonces = [];
    public string Folder { get; } = Directory.CreateTempSubdirectory("ipactors-runs-").FullName;

    public LaunchOrder Order(params string[] command)
    {
        var nonce = $"{Guid.NewGuid():N}"[..16];
        _nonces.Add(nonce);
        var folder = Path.Combine(Folder, $"run {++_orders} it's"); // a folder with a blank and a quote
        Directory.CreateDirectory(folder);
        return new(folder, nonce, [.. command], "out.txt", "err.txt", $"test {_orders}", 1);
    }

    /// <summary>An order that runs a script of bash; $F is its folder.</summary>
    public LaunchOrder Script(string text)
    {
        var order = Order("/bin/bash", "script.sh");
        File.WriteAllText(Path.Combine(order.Folder, "script.sh"), $"F=$PWD\n{text}\n");
        return order;
    }

    public static LocalLauncher Local(double graceSeconds = 1, (string, double)? lease = null) => new(Guard.Command, graceSeconds, lease, TimeSpan.FromMilliseconds(50));

    public static async Task<JobState> Until(ILauncher launcher, Job job, Func<JobState, bool> isSo, double seconds = 60)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            var state = await launcher.Look(job, CancellationToken.None);
            if (isSo(state)) return state;
            Assert.True(since.Elapsed.TotalSeconds < seconds, $"after {seconds} s it is still {state}");
            await Task.Delay(launcher.Interval);
        }
    }

    public static async Task<JobState> Over(ILauncher launcher, Job job, double seconds = 60) => await Until(launcher, job, s => s is JobState.Ended or JobState.Broken, seconds);

    public static async Task Eventually(Func<bool> isSo, string what, double seconds = 30)
    {
        var since = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(since.Elapsed.TotalSeconds < seconds, $"not within {seconds} s: {what}");
            await Task.Delay(20);
        }
    }

    public static string Text(LaunchOrder order, string name) => File.Exists(Path.Combine(order.Folder, name)) ? File.ReadAllText(Path.Combine(order.Folder, name)) : "";

    public static int Living(LaunchOrder order) => ProcessIdentity.OfRun(order.Nonce).Count;
    /// <summary>Likewise, without the guardian, which writes down how the run ended before it ends itself.</summary>
    public static int Programs(LaunchOrder order) => ProcessIdentity.OfRun(order.Nonce).Count(p => p != GuardFiles.Read<GuardedProcess>(order.Folder, GuardFiles.Guardian)?.Process);

    public void Dispose()
    {
        foreach (var n in _nonces) Guardian.Clear(n, TimeSpan.Zero);
        for (var k = 0; ; k++)
            try { Directory.Delete(Folder, recursive: true); return; }
            catch (IOException) when (k < 100) { Thread.Sleep(50); } // a job's last heartbeat
    }
}
