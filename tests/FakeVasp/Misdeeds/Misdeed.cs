using System.Diagnostics;
using System.Runtime.InteropServices;
using IpActors.FakeVasp.Inputs;
using IpActors.FakeVasp.Outputs;
using IpActors.Science;
using IpActors.Workers.Faults;
using IpActors.Workers.Vasp;

namespace IpActors.FakeVasp.Misdeeds;

/// <summary>Does what the rules of a script say, at their steps.</summary>
sealed partial class Misdeed(Effects effects)
{
    ImmutableArray<Rule> _rules = [];
    PosixSignalRegistration? _ignored;
    readonly List<byte[]> _hoard = [];

    /// <summary>Reads the script, and does what is to be done before any output.</summary>
    public void Prepare(RunInputs inputs)
    {
        if (Script.Path() is not { } path) return;
        var conditions = new Conditions(inputs, path);
        _rules = [.. Script.Read(path).Rules.Where(conditions.Apply)];
        foreach (var rule in _rules.Where(r => r.Step == 0 || r.Do is "slow" or "ignore-term" or "truncate" or "delete" || r.Do == "fault" && r.Code is "did_not_execute" or "nostart")) Act(rule, null, null);
        foreach (var rule in _rules.Where(r => r.Do == "fault")) if (rule.Code is not ("did_not_execute" or "nostart")) Behave(rule);
    }

    /// <summary>What is to be done at that ionic step.</summary>
    public void At(int step, Screen screen, Outcar outcar)
    {
        foreach (var rule in _rules.Where(r => r.Step == step && r.Do is not ("slow" or "ignore-term" or "truncate" or "delete"))) Act(rule, screen, outcar);
    }

    void Act(Rule rule, Screen? screen, Outcar? outcar)
    {
        switch (rule.Do)
        {
            case "fault": Print(rule, screen, outcar); break;
            case "slow": effects.SecondsPerElectronicStep = rule.Seconds; break;
            case "hang": Thread.Sleep(Timeout.Infinite); break;
            case "ignore-term": _ignored = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => c.Cancel = true); break;
            case "child": Process.Start(new ProcessStartInfo("setsid") { ArgumentList = { "sleep", FormattableString.Invariant($"{rule.Seconds}") } })!.Dispose(); break;
            case "signal": Signal(rule.Number); break;
            case "exit": throw new EndOfRunException(rule.ExitCode ?? 1);
            case "truncate": effects.Truncated.Add((rule.File ?? "vasprun.xml", rule.Part)); break;
            case "delete": effects.Deleted.Add(rule.File ?? "CONTCAR"); break;
            case "disk-full":
                Console.Error.WriteLine("forrtl: No space left on device\nforrtl: severe (38): error during write, unit 19, file OUTCAR");
                throw new EndOfRunException(rule.ExitCode ?? 38);
            case "memory":
                for (var left = rule.Megabytes; left > 0; left -= 64) { var block = GC.AllocateUninitializedArray<byte>(Math.Min(left, 64) << 20); for (var i = 0; i < block.Length; i += 4096) block[i] = 1; _hoard.Add(block); }
                break;
            default: throw new InputException($"FakeVasp knows no misdeed '{rule.Do}'; see its README");
        }
    }

    static FaultRow<VaspEvidence> Row(Rule rule) => VaspFaults.Table.Rows.FirstOrDefault(r => r.Code == rule.Code) ?? throw new InputException($"no fault '{rule.Code}'; the codes are {string.Join(", ", VaspFaults.Table.Rows.Select(r => r.Code))}");

    /// <summary>A text of the table, where VASP prints it; the run ends where VASP would end.</summary>
    static void Print(Rule rule, Screen? screen, Outcar? outcar)
    {
        switch (rule.Code)
        {
            case "did_not_execute": throw new EndOfRunException(rule.ExitCode ?? 1);
            case "nostart": Console.WriteLine("starting"); throw new EndOfRunException(rule.ExitCode ?? 1);
            case "frozen": Thread.Sleep(Timeout.Infinite); return;
            case "killed": Signal(9); return;
            case "crashed": Signal(11); return;
            case "did_not_finish": throw new EndOfRunException(rule.ExitCode ?? 0);
            case "zombie_ranks": Process.Start(new ProcessStartInfo("setsid") { ArgumentList = { "sleep", "600" } })!.Dispose(); return;
        }
        var row = Row(rule);
        if (row.Triggers.IsEmpty) return;
        var text = rule.Boxed ? Boxed(row.Triggers[0]) : $" {row.Triggers[0]}";
        if ((row.Where & FaultWhere.Stdout) != 0) screen?.Say(text);
        else if ((row.Where & FaultWhere.Stderr) != 0) Console.Error.WriteLine(text);
        else outcar?.Say(text);
        if ((rule.Then ?? (row.Weight is FaultWeight.Warning or FaultWeight.Quality ? "go-on" : "exit")) == "exit") throw new EndOfRunException(rule.ExitCode ?? 1);
    }

    /// <summary>As VASP 6 does: in a box of 79 columns, words wrapped anew.</summary>
    static string Boxed(string message)
    {
        const int inner = 69;
        var edge = " " + new string('-', 77);
        var lines = new List<string> { "" };
        foreach (var word in message.Split(' '))
            if (lines[^1].Length + word.Length + 1 > inner) lines.Add(word); else lines[^1] = $"{lines[^1]} {word}".Trim();
        return string.Join('\n', [edge, .. lines.Select(l => $"|     {l.PadRight(inner)}   |"), edge]);
    }

    /// <summary>Faults that show in the numbers.</summary>
    void Behave(Rule rule)
    {
        switch (Row(rule).Code)
        {
            case "unconverged_electronic" or "nelm_breach" or "nonconverging" or "psmaxn": effects.NeverConvergesElectrons = true; break;
            case "unconverged_ionic": effects.NeverConvergesIons = true; break;
            case "potim": effects.JumpsAt = Math.Max(2, rule.Step); break;
            case "positive_energy": effects.IsPositive = true; break;
            case "large_sigma": effects.EntropyEvPerAtom = -0.004; break;
            case "drift": effects.Drifts = true; break;
            case "incorrect_smearing" or "kspacing_metal": effects.IsMetal = true; break;
            case "npt": effects.EchoedMdAlgo = 0; break;
            case "aliasing": effects.AdvisesGrid = true; break;
            case "xml_overflow": effects.Overflows = true; break;
            case "vasprun": effects.Truncated.Add(("vasprun.xml", 0.8)); break;
            case "files": effects.Deleted.Add("CONTCAR"); break;
            case "aeccar": effects.CoresAreNegative = true; break;
            case "hung_at_end": effects.HangsAtEnd = true; break;
            case "stopped_run": File.WriteAllText("STOPCAR", " LSTOP = .TRUE.\n"); break;
        }
    }

    /// <summary>What is to be done when all is written.</summary>
    public void AtEnd()
    {
        foreach (var (file, part) in effects.Truncated)
        {
            using var f = new FileStream(file, FileMode.Open);
            f.SetLength((long)(f.Length * part));
        }
        foreach (var file in effects.Deleted) File.Delete(file);
        if (effects.HangsAtEnd) Thread.Sleep(Timeout.Infinite);
        GC.KeepAlive(_ignored);
        GC.KeepAlive(_hoard);
    }

    static void Signal(int number)
    {
        if (number is 4 or 6 or 7 or 8 or 11) _ = signal(number, 0); // the runtime would turn some of them into an exception of its own
        _ = kill(Environment.ProcessId, number);
        Thread.Sleep(Timeout.Infinite);
    }

    [LibraryImport("libc")] private static partial int kill(int pid, int signal);
    [LibraryImport("libc")] private static partial nint signal(int number, nint handler);
}
