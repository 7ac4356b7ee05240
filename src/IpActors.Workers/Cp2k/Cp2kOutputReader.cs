using System.Globalization;
using System.Text;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Cp2k;

/// <summary>Reads cp2k.out line by line (2023.1; later versions print SCF tables and stress alike). Half-written ends are no error: what was said before counts.</summary>
public sealed class Cp2kOutputReader(Action<Cp2kStep>? onStep = null)
{
    const int MostWarnings = 20;

    Cp2kOutput _o = new();
    Cp2kStep? _step;
    int _index;
    readonly List<Vec3> _forces = [];
    readonly List<Vec3> _stress = [];
    StringBuilder? _abort, _warning;
    bool _inForces;
    readonly ImmutableArray<bool>.Builder _scf = ImmutableArray.CreateBuilder<bool>();
    readonly List<double> _convergence = [];
    string _lastButOne = "", _last = "";

    public static Cp2kOutput Read(TextReader text, Action<Cp2kStep>? onStep = null)
    {
        var reader = new Cp2kOutputReader(onStep);
        foreach (var line in Cp2kFiles.Lines(text)) reader.Take(line);
        return reader.Finish();
    }

    /// <summary>The output in the folder, or its .gz; null where there is none.</summary>
    public static Cp2kOutput? ReadFolder(string folder, string name = Cp2kTemplate.Output, Action<Cp2kStep>? onStep = null)
    {
        using var text = Cp2kFiles.Find(folder, name);
        return text is null ? null : Read(text, onStep);
    }

    Cp2kOutput Finish()
    {
        Close();
        return _o with
        {
            Abort = _abort?.ToString() ?? _o.Abort, ScfConverged = _scf.ToImmutable(), Convergence = [.. _convergence],
            StopsAtScfHead = _last.AsSpan().TrimStart().StartsWith("-----") && _lastButOne.Contains("Update method", StringComparison.Ordinal),
        };
    }

    void Take(string line)
    {
        if (!string.IsNullOrWhiteSpace(line)) (_lastButOne, _last) = (_last, line);
        if (_inForces && Force(line)) return;
        if (_abort is not null && Box(line)) return;
        if (_warning is not null) Warning(line);
        var t = line.AsSpan().Trim();
        if (t.IsEmpty) return;
        if (t.StartsWith("STRESS|")) Stress(t);
        else if (t.StartsWith("ENERGY| Total FORCE_EVAL")) Energy(t);
        else if (t.StartsWith("SCF WAVEFUNCTION OPTIMIZATION")) Begin();
        else if (_step is { EnergyEv: null, ScfConverged: null } && char.IsAsciiDigit(t[0])) Cycle(t);
        else if (t.StartsWith("*** SCF run converged in")) { _scf.Add(true); Converged(true); }
        else if (t.StartsWith("outer SCF loop converged in")) Converged(true);
        else if (t.Contains("SCF run NOT converged", StringComparison.Ordinal)) { _scf.Add(false); Converged(false); }
        else if (t.StartsWith("ATOMIC FORCES in")) { _inForces = true; _forces.Clear(); }
        else if (t.StartsWith("OPTIMIZATION STEP:")) { Close(); _o = _o with { Steps = Last(t, _o.Steps + 1), OptimisationSteps = _o.OptimisationSteps + 1 }; }
        else if (t.StartsWith("MD| Step number")) _o = _o with { Steps = Last(t, _o.Steps + 1) };
        else if (t.StartsWith("Internal Pressure [bar]") && Value(t) is { } bar) _o = _o with { LastPressureGPa = bar * Cp2kUnits.BarGPa };
        else Sign(t, line);
        if (t.StartsWith("*** WARNING in") && !t.EndsWith("***") && _warning is null) _warning = new(t.ToString());
        else if (t.StartsWith("*** WARNING in")) Add(t.ToString());
    }

    /// <summary>Lines that stand once.</summary>
    void Sign(ReadOnlySpan<char> t, string line)
    {
        if (t.StartsWith("CP2K| version string:")) _o = _o with { Version = t["CP2K| version string:".Length..].Trim().ToString() };
        else if (t.StartsWith("GLOBAL| Run type")) _o = _o with { RunType = t[(t.LastIndexOf(' ') + 1)..].ToString() };
        else if (t.StartsWith("- Atoms:")) _o = _o with { Atoms = Last(t, 0) };
        else if (t.StartsWith("The number of warnings for this run is")) _o = _o with { WarningCount = Last(t, 0) };
        else if (t.Contains("[ABORT]", StringComparison.Ordinal) && t[0] == '*') _abort = new();
        else if (t.Contains("GEOMETRY OPTIMIZATION COMPLETED", StringComparison.Ordinal)) { Close(); _o = _o with { OptimisationCompleted = true }; }
        else if (t.Contains("MAXIMUM NUMBER OF OPTIMIZATION STEPS REACHED", StringComparison.Ordinal)) _o = _o with { OptimisationStepsExhausted = true };
        else if (t.Contains("exceeded requested execution time", StringComparison.OrdinalIgnoreCase)) _o = _o with { WalltimeExceeded = true };
        else if (t.Contains("terminated by external request", StringComparison.OrdinalIgnoreCase)) _o = _o with { StoppedByRequest = true };
        else if (line.Contains("PROGRAM ENDED AT", StringComparison.Ordinal)) _o = _o with { Ended = true };
    }

    void Begin()
    {
        Close();
        _step = new(_index++, null, 0, null);
        _convergence.Clear();
        _o = _o with { ScfRuns = _o.ScfRuns + 1 };
    }

    void Cycle(ReadOnlySpan<char> t)
    {
        Span<Range> words = stackalloc Range[10];
        var n = t.Split(words, ' ', StringSplitOptions.RemoveEmptyEntries);
        // step, method (one or two words), mixing or step size, time, convergence, energy, change
        if (n is < 6 or > 9 || !int.TryParse(t[words[0]], out _) || !TryNumber(t[words[n - 3]], out var convergence) || !TryNumber(t[words[n - 2]], out var energy)) return;
        _convergence.Add(convergence);
        _step = _step! with { ScfCycles = _step.ScfCycles + 1, LastCycle = (convergence, energy) };
    }

    void Converged(bool yes)
    {
        if (_step is null || _step.ScfConverged == yes) return;
        _step = _step with { ScfConverged = yes };
        if (!yes) _o = _o with { ScfNotConverged = _o.ScfNotConverged + 1 };
    }

    void Energy(ReadOnlySpan<char> t)
    {
        if (!TryNumber(t[(t.LastIndexOf(' ') + 1)..], out var hartree)) return;
        if (_step is null or { EnergyEv: not null }) { Close(); _step = new(_index++, null, 0, null); }
        _step = _step with { EnergyEv = hartree * Cp2kUnits.HartreeEv };
        _o = _o with { Energies = _o.Energies + 1 };
    }

    bool Force(string line)
    {
        var w = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (w.Length == 0 || w[0] == "#") return true;
        if (w.Length == 6 && int.TryParse(w[0], NumberStyles.None, CultureInfo.InvariantCulture, out _) && TryNumber(w[3], out var x) && TryNumber(w[4], out var y) && TryNumber(w[5], out var z))
        {
            _forces.Add(Cp2kUnits.EvPerA * new Vec3(x, y, z));
            return true;
        }
        _inForces = false;
        if (_step is not null && w[0] == "SUM") _step = _step with { ForcesEvPerA = [.. _forces] };
        return w[0] == "SUM";
    }

    void Stress(ReadOnlySpan<char> t)
    {
        if (t.Contains("stress tensor [GPa]", StringComparison.Ordinal) && !t.Contains("Eigen", StringComparison.Ordinal)) { _stress.Clear(); return; }
        var w = t.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // The eigenvectors come after, under the same names.
        if (_stress.Count >= 3 || w.Length != 5 || w[1] is not ("x" or "y" or "z") || !TryNumber(w[2], out var x) || !TryNumber(w[3], out var y) || !TryNumber(w[4], out var z)) return;
        // CP2K prints it positive in compression.
        _stress.Add(-1 / Cp2kUnits.GPaEvPerA3 * new Vec3(x, y, z));
        if (_stress.Count == 3 && _step is not null) _step = _step with { StressEvPerA3 = new(_stress[0], _stress[1], _stress[2]) };
    }

    void Close()
    {
        if (_step is { EnergyEv: not null } done)
        {
            _o = _o with { Last = done, LastForces = done.ForcesEvPerA.IsEmpty && done.StressEvPerA3 is null ? _o.LastForces : done, Unfinished = null };
            onStep?.Invoke(done);
        }
        else if (_step is not null) _o = _o with { Unfinished = _step };
        (_step, _inForces) = (null, false);
    }

    /// <summary>Text of the box, its drawing (the first eight characters) left out; false behind its end.</summary>
    bool Box(string line)
    {
        var t = line.Trim();
        if (t.Length == 0 || t.All(c => c == '*') || t[0] != '*')
        {
            _o = _o with { Abort = _abort!.ToString() };
            _abort = null;
            return t.Length > 0 && t[0] == '*';
        }
        var inside = t.Trim('*');
        var text = inside.Length > 10 ? inside[10..].Trim() : "";
        if (text.Length > 0) _abort!.Append(_abort.Length > 0 ? " " : "").Append(text);
        return true;
    }

    void Warning(string line)
    {
        var t = line.Trim();
        if (t.StartsWith("***", StringComparison.Ordinal)) _warning!.Append(' ').Append(t.Trim('*').Trim());
        if (t.EndsWith("***", StringComparison.Ordinal) || t.Length == 0) { Add(_warning!.ToString()); _warning = null; }
    }

    void Add(string warning) { if (_o.Warnings.Length < MostWarnings) _o = _o with { Warnings = _o.Warnings.Add(warning.Trim('*', ' ')) }; }

    static int Last(ReadOnlySpan<char> t, int otherwise) => int.TryParse(t[(t.LastIndexOf(' ') + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var v) ? v : otherwise;
    static double? Value(ReadOnlySpan<char> t) => TryNumber(t[(t.LastIndexOf(' ') + 1)..], out var v) ? v : null;
    static bool TryNumber(ReadOnlySpan<char> t, out double v) => double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out v) && double.IsFinite(v);
}
