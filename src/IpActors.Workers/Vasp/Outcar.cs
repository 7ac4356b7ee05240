using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Vasp;

/// <summary>An ionic step of an OUTCAR; NaN where it has no such number.</summary>
/// <param name="Converged">EDIFF was reached; false where VASP says it was not, or gave up at NELM.</param>
/// <param name="DriftEvPerA">Length of the total drift of the forces.</param>
/// <param name="PressureKilobar">"external pressure".</param>
/// <param name="LoopSeconds">LOOP+, real time.</param>
public sealed record OutcarStep(double EnergyEv, double FreeEnergyEv, int ElectronicSteps, bool Converged, double MaxForceEvPerA, double DriftEvPerA, double PressureKilobar, double LoopSeconds)
{
    /// <summary>T·S of the cell (EENTRO); null where none is printed.</summary>
    public double? EntropyEv { get; init; }
    /// <summary>It was closed by LOOP+.</summary>
    public bool Finished => double.IsFinite(LoopSeconds);
}

/// <summary>What an OUTCAR says, whole or cut off.</summary>
public sealed partial class Outcar
{
    public string? Version { get; private set; }
    /// <summary>Numbers of the head: NELECT, NBANDS, NKPTS, NIONS, ISPIN, NELM, EDIFF, EDIFFG, NSW, IBRION, ENCUT, ISMEAR, SIGMA.</summary>
    public Dictionary<string, double> Head { get; } = new(StringComparer.Ordinal);
    public List<string> Titles { get; } = [];
    public List<OutcarStep> Steps { get; } = [];
    /// <summary>Of the last step that has them.</summary>
    public ImmutableArray<Vec3> ForcesEvPerA { get; private set; } = [];
    /// <summary>xx, yy, zz, xy, yz, zx as VASP prints them, positive under compression.</summary>
    public Mat3? StressKilobar { get; private set; }
    public double? FermiEv { get; private set; }
    /// <summary>"reached required accuracy - stopping structural energy minimisation".</summary>
    public bool IonicReached { get; private set; }
    public bool StoppedByFile { get; private set; }
    public double? MemoryKilobytes { get; private set; }
    public double? ElapsedSeconds { get; private set; }
    /// <summary>The block of timings at the end was written.</summary>
    public bool Ended { get; private set; }
    /// <summary>Electronic iterations of the step under way, not finished.</summary>
    public int UnfinishedIterations { get; private set; }

    /// <summary>The longest electronic iteration (LOOP, real time).</summary>
    public double SlowestElectronicSeconds { get; private set; }
    /// <summary>MDALGO as the block of molecular dynamics repeats it; the INCAR repeated at the head says only what was asked for.</summary>
    public int? EchoedMdAlgo { get; private set; }
    /// <summary>NGX, NGY, NGZ that it advises against aliasing; 0 where it advises none.</summary>
    public (int X, int Y, int Z) AdvisedGrid { get; private set; }
    /// <summary>Lines that may be errors or warnings, at most so many.</summary>
    public string Messages => _messages.ToString();
    const int MostMessages = 2000;

    static readonly string[] Wanted = ["NELECT", "NBANDS", "NKPTS", "NIONS", "ISPIN", "NELM", "EDIFF", "EDIFFG", "NSW", "IBRION", "ENCUT", "ISMEAR", "SIGMA"];

    readonly StringBuilder _messages = new();
    int _iterations, _open, _kept;
    bool _isDynamics;
    double? _entropy;
    bool? _reached;
    double _free = double.NaN, _e0 = double.NaN, _drift = double.NaN, _pressure = double.NaN;
    ImmutableArray<Vec3> _forces = [];

    /// <summary>Reads as a stream. Never throws for damaged content: what came before it counts.</summary>
    public static Outcar Read(Stream stream)
    {
        var outcar = new Outcar();
        using var text = new StreamReader(stream, Encoding.Latin1, false, 1 << 16);
        try
        {
            while (text.ReadLine() is { } line) outcar.Take(line, text);
            outcar.Close(double.NaN);
        }
        catch (Exception e) when (e is InvalidDataException or IOException) { }
        return outcar;
    }

    void Take(string line, StreamReader text)
    {
        if (Version is null && line.StartsWith(" vasp.", StringComparison.Ordinal)) Version = line.Trim().Split(' ')[0]["vasp.".Length..];
        if (Steps.Count == 0 && _iterations == 0) TakeHead(line);
        if (line.Length < 8) return;
        if (Has(line, "Iteration") && line.Contains('(', StringComparison.Ordinal)) Iteration(line);
        else if (Has(line, "aborting loop")) _reached = Has(line, "EDIFF is reached");
        else if (Has(line, "energy(sigma->0)")) _e0 = After(line, "energy(sigma->0)");
        else if (Has(line, "free  energy   TOTEN") && _iterations > 0) _free = After(line, "TOTEN");
        else if (Has(line, "TOTAL-FORCE (eV/Angst)")) Forces(text);
        else if (Has(line, "total drift:")) _drift = Vector(line["total drift:".Length..].Replace("total drift:", "", StringComparison.Ordinal)) is { } d ? d.Length : double.NaN;
        else if (line.StartsWith("  in kB", StringComparison.Ordinal)) Stress(line);
        else if (Has(line, "external pressure")) _pressure = After(line, "pressure");
        else if (Has(line, "E-fermi")) FermiEv = After(line, "E-fermi") is var f && double.IsFinite(f) ? f : FermiEv;
        else if (Has(line, "LOOP+:")) Close(After(line, "real time"));
        else if (Has(line, "LOOP:")) SlowestElectronicSeconds = After(line, "real time") is var t && t > SlowestElectronicSeconds ? t : SlowestElectronicSeconds;
        else if (Has(line, "EENTRO")) _entropy = After(line, "EENTRO") is var e && double.IsFinite(e) ? e : null;
        else if (Has(line, "reached required accuracy")) IonicReached = true;
        else if (Has(line, "soft stop encountered") || Has(line, "hard stop encountered")) StoppedByFile = true;
        else if (Has(line, "Maximum memory used (kb)")) MemoryKilobytes = After(line, "(kb)");
        else if (Has(line, "Elapsed time (sec)")) ElapsedSeconds = After(line, "(sec)");
        else if (Has(line, "General timing and accounting")) Ended = true;
        else if (Has(line, "MD-specific parameters")) _isDynamics = true;
        else if (_isDynamics && Has(line, "MDALGO =")) EchoedMdAlgo = After(line, "MDALGO") is var m && double.IsFinite(m) ? (int)m : EchoedMdAlgo;
        else if (Has(line, "aliasing errors must be expected")) AdvisedGrid = (Advised(line, "NGX") ?? AdvisedGrid.X, Advised(line, "NGY") ?? AdvisedGrid.Y, Advised(line, "NGZ") ?? AdvisedGrid.Z);
        else if (_kept < MostMessages && Message().IsMatch(line))
        {
            _messages.Append(line).Append('\n');
            _kept++;
        }
        UnfinishedIterations = _open;
    }

    static int? Advised(string line, string tag) => After(line, $"set {tag} to") is var n && double.IsFinite(n) ? (int)n : null;

    [GeneratedRegex("PSMAXN|internal error|ERROR|VERY BAD|WARNING|SICK JOB", RegexOptions.IgnoreCase)] private static partial Regex Message();

    static bool Has(string line, string text) => line.Contains(text, StringComparison.Ordinal);

    void TakeHead(string line)
    {
        if (Has(line, "TITEL")) Titles.Add(line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim());
        foreach (var name in Wanted)
        {
            var at = line.IndexOf(name, StringComparison.Ordinal);
            if (at < 0 || at > 0 && char.IsLetterOrDigit(line[at - 1])) continue;
            var rest = line.AsSpan(at + name.Length).TrimStart();
            if (rest.Length > 0 && rest[0] == '=' && First(rest[1..]) is var v && double.IsFinite(v)) Head.TryAdd(name, v);
        }
    }

    void Iteration(string line)
    {
        var (open, close) = (line.IndexOf('(', StringComparison.Ordinal), line.IndexOf(')', StringComparison.Ordinal));
        // A new ionic step begins where the one before was not closed by LOOP+ (old versions, steps cut off).
        if (close > open && int.TryParse(line.AsSpan(open + 1, close - open - 1).Trim(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var n))
        {
            if (n == 1 && _open > 0) Close(double.NaN);
            (_open, _iterations) = (n, n);
        }
    }

    void Forces(StreamReader text)
    {
        _ = text.ReadLine();
        var forces = ImmutableArray.CreateBuilder<Vec3>();
        while (text.ReadLine() is { } line && !line.AsSpan().TrimStart().StartsWith("---"))
        {
            var n = Numbers(line);
            forces.Add(n.Length >= 6 ? new(n[3], n[4], n[5]) : new(double.NaN, double.NaN, double.NaN));
        }
        _forces = forces.ToImmutable();
    }

    void Stress(string line)
    {
        var n = Numbers(line["  in kB".Length..]);
        if (n.Length >= 6) StressKilobar = new(new(n[0], n[3], n[5]), new(n[3], n[1], n[4]), new(n[5], n[4], n[2]));
    }

    void Close(double seconds)
    {
        if (_open == 0) return;
        // Cut off within its electronic steps, or no ionic step at all but linear response after one.
        if (_forces.IsEmpty && (double.IsNaN(seconds) && _reached is null || double.IsNaN(_e0) && double.IsNaN(_free))) { (_open, _reached, _entropy) = (0, null, null); return; }
        Steps.Add(new(_e0, _free, _open, _reached ?? _open < Head.GetValueOrDefault("NELM", 60), _forces.IsEmpty ? double.NaN : _forces.Max(f => f.Length), _drift, _pressure, seconds) { EntropyEv = _entropy });
        if (!_forces.IsEmpty) ForcesEvPerA = _forces;
        (_open, _reached, _free, _e0, _drift, _pressure, _forces, _entropy) = (0, null, double.NaN, double.NaN, double.NaN, double.NaN, [], null);
    }

    static double After(string line, string what) => line.IndexOf(what, StringComparison.Ordinal) is >= 0 and var at ? First(line.AsSpan(at + what.Length).TrimStart(" :=")) : double.NaN;

    static double First(ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        var end = text.IndexOfAny(" \t;,");
        return Number(end < 0 ? text : text[..end]);
    }

    static Vec3? Vector(string text) => Numbers(text) is { Length: >= 3 } n ? new(n[^3], n[^2], n[^1]) : null;

    // Columns that run into each other (-12.3-45.6) are told apart by their signs.
    static double[] Numbers(string text)
    {
        var spaced = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '-' && i > 0 && (char.IsDigit(text[i - 1]) || text[i - 1] == '.')) spaced.Append(' ');
            spaced.Append(text[i]);
        }
        return Array.ConvertAll(spaced.ToString().Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries), w => Number(w));
    }

    static double Number(ReadOnlySpan<char> text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) ? v : double.NaN;
}
