using System.Globalization;
using System.Text;

namespace IpActors.Workers.Launchers.Local;

/// <summary>A process for certain: numbers of processes are used again, but not together with the time of their start and the machine's boot.</summary>
/// <param name="StartTicks">Field 22 of /proc/PID/stat: clock ticks from boot to its start.</param>
public sealed record ProcessIdentity(int Pid, long StartTicks, string Boot)
{
    /// <summary>The variable that every process of a run inherits.</summary>
    public const string Variable = "IPACTORS_RUN";

    static readonly string ThisBoot = File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    /// <summary>The process that has that number now, or null.</summary>
    public static ProcessIdentity? Of(int pid) => Stat(pid) is { State: not ('Z' or 'X') } s ? new(pid, s.StartTicks, ThisBoot) : null;

    /// <summary>It is this one and it runs (a zombie does not).</summary>
    public bool IsAlive => Boot == ThisBoot && Stat(Pid) is { State: not ('Z' or 'X') } s && s.StartTicks == StartTicks;
    /// <summary>The machine has been started anew since.</summary>
    public bool IsOfEarlierBoot => Boot != ThisBoot;

    /// <summary>The program's name as the kernel has it, cut to 15 characters; "" when it is gone.</summary>
    public string Name
    {
        get
        {
            try { return IsAlive ? File.ReadAllText($"/proc/{Pid}/comm").TrimEnd('\n') : ""; }
            catch (IOException) { return ""; }
        }
    }

    public bool Signal(int signal) => Posix.Signal(Pid, signal, () => IsAlive);

    /// <summary>Every process of this user, this one excepted, that carries the nonce in its environment, wherever it has gone: other groups and sessions included.</summary>
    public static IReadOnlyList<ProcessIdentity> OfRun(string nonce)
    {
        var mark = Encoding.UTF8.GetBytes($"{Variable}={nonce}\0");
        var found = new List<ProcessIdentity>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) || pid == Environment.ProcessId) continue;
            if (Of(pid) is not { } process) continue;
            try
            {
                var environment = File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan();
                if (environment.StartsWith(mark) || environment.IndexOf((byte[])[0, .. mark]) >= 0) found.Add(process);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { } // another user's, or gone
        }
        return found;
    }

    static (char State, long StartTicks)? Stat(int pid)
    {
        string text;
        try { text = File.ReadAllText($"/proc/{pid}/stat"); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return null; }
        var close = text.LastIndexOf(')'); // the name may hold anything
        if (close < 0) return null;
        var fields = text[(close + 2)..].Split(' ');
        return fields.Length > 19 ? (fields[0][0], long.Parse(fields[19], CultureInfo.InvariantCulture)) : null;
    }
}
