using System.Diagnostics;
using System.Runtime.InteropServices;
using IpActors.Science.Numerics;

namespace IpActors.Chaos.Adversary;

/// <summary>The adversary inside the process: its own chance, its counters, its ways to end the process, and its notes of what it did, written before it is done.</summary>
public sealed partial class InnerAdversary(Plan plan, Life life, string folder)
{
    readonly Lock _gate = new();
    readonly SeededRandom _chance = plan.Chance($"inside {life.Number}");
    readonly Dictionary<Fate, int> _counts = [];
    readonly Dictionary<string, int> _thrown = [];
    readonly FileStream _notes = Open(Path.Combine(folder, life.Number < 0 ? OutsideNotesName : NotesName)); // one file for each process that writes

    public const string NotesName = "faults.txt", OutsideNotesName = "faults-outside.txt", AcknowledgedName = "acknowledged.txt", ViolationsName = "violations.txt";

    public Life Life => life;
    /// <summary>Only reports of a calculator with attempts to spare may be turned into faults of the machine.</summary>
    public bool MayFailRuns => !plan.Real;

    public static FileStream Open(string path) => new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 0);

    public double Next() { lock (_gate) return _chance.NextDouble(); }
    public bool Will(double often = 1) => Next() < often * life.Mischief;

    /// <summary>Passes a hook; does not return when this is the point at which the process is to end.</summary>
    public void Pass(Fate at)
    {
        if (life.Fate != at) return;
        lock (_gate)
        {
            if ((_counts[at] = _counts.GetValueOrDefault(at) + 1) != life.At) return;
            Note($"killed: {at}{(life.Abort ? " (abort)" : "")}");
            if (life.Abort) Environment.FailFast("the adversary ends the process");
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }

    /// <summary>May throw; never so often for one work that the engine gives it up.</summary>
    public void MayThrow(string work, string where)
    {
        lock (_gate)
        {
            if (!(_chance.NextDouble() < life.Mischief) || _thrown.GetValueOrDefault(work) >= 2) return;
            _thrown[work] = _thrown.GetValueOrDefault(work) + 1;
        }
        Note($"threw {where} a worker");
        throw new IOException($"the adversary throws {where} {work}");
    }

    public Task Delay(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(Next() * milliseconds));

    public void Note(string fault) => Append(_notes, fault);
    public void Violation(string what)
    {
        using var file = Open(Path.Combine(folder, ViolationsName));
        Append(file, what);
    }

    void Append(FileStream file, string line) { lock (_gate) file.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n")); }

    /// <summary>Lets no file of this process grow beyond so many bytes: writes fail as they do on a full disk.</summary>
    public static void LimitFiles(long bytes)
    {
        const int sigxfsz = 25, fileSize = 1;
        _ = signal(sigxfsz, 1); // ignored: the write fails instead
        var limit = new[] { (ulong)bytes, (ulong)bytes };
        if (setrlimit(fileSize, limit) != 0) throw new IOException("setrlimit failed");
    }

    public static void Freeze(Process process) => Signal(process.Id, 19);
    public static void Thaw(Process process) => Signal(process.Id, 18);

    /// <summary>Only to a child of this process: one that has ended may have left its id to a stranger.</summary>
    static void Signal(int pid, int number)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            if (stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == $"{Environment.ProcessId}") _ = kill(pid, number);
        }
        catch (IOException) { } // it has ended
    }

    [LibraryImport("libc")] private static partial nint signal(int number, nint handler);
    [LibraryImport("libc")] private static partial int setrlimit(int resource, ulong[] limits);
    [LibraryImport("libc")] private static partial int kill(int pid, int signal);
}
