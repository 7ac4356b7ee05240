using System.Diagnostics;

namespace IpActors.Engine.Journals;

/// <summary>Names a process so that a later one with the same id is not taken for it.</summary>
public static class ProcessIdentity
{
    public static string Host => Environment.MachineName;
    public static string Current { get; } = StartOf(Environment.ProcessId) ?? "";

    /// <summary>That process was started on this very machine, since it was switched on last.</summary>
    public static bool IsOfThisBoot(string start) => OperatingSystem.IsLinux() && start.Split(':')[0] is { Length: > 0 } boot && boot == Current.Split(':')[0];

    public static bool IsAlive(int pid, string start) => StartOf(pid) == start;

    /// <summary>Boot and start time of a process in the kernel's own words; null when there is no such process.</summary>
    static string? StartOf(int pid)
    {
        try
        {
            if (!OperatingSystem.IsLinux()) return Process.GetProcessById(pid).StartTime.ToUniversalTime().Ticks.ToString();
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            if (fields[0] is "Z" or "X") return null;
            return $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}:{fields[19]}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException) { return null; }
    }
}
