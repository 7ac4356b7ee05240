using System.Diagnostics;

namespace IpActors.Engine.Journals;

/// <summary>Names a process so that a later one with the same id is not taken for it.</summary>
public static class ProcessIdentity
{
    public static string Host => Environment.MachineName;
    public static string Current { get; } = StartOf(Environment.ProcessId) ?? "";

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
