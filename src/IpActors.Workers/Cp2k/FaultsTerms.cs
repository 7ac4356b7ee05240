using System.Globalization;
using IpActors.Domain.DftRuns;
using IpActors.Workers.Faults;
using Context = IpActors.Workers.Faults.FaultContext<IpActors.Workers.Cp2k.Cp2kEvidence>;
using Cp2kChange = IpActors.Workers.Faults.Change<IpActors.Workers.Cp2k.Cp2kEvidence>;
using Cp2kGuard = IpActors.Workers.Faults.Guard<IpActors.Workers.Cp2k.Cp2kEvidence>;
using Cp2kRow = IpActors.Workers.Faults.FaultRow<IpActors.Workers.Cp2k.Cp2kEvidence>;
using Cp2kRung = IpActors.Workers.Faults.Rung<IpActors.Workers.Cp2k.Cp2kEvidence>;

namespace IpActors.Workers.Cp2k;

/// <summary>The words that rows of CP2K's table are written in: keywords by their path of sections.</summary>
static class FaultsTerms
{
    public const string RunTypeKey = "CP2K.GLOBAL/RUN_TYPE", Dft = "CP2K.FORCE_EVAL/DFT", Scf = Dft + "/SCF", Ot = Scf + "/OT", Mixing = Scf + "/MIXING", Qs = Dft + "/QS", Hf = Dft + "/XC/HF";

    public static Cp2kRow Row(string code, FaultKind kind, FaultWhen when, FaultWhere where, string says) => new(code, kind, when, where, says);
    public static Cp2kRung Step(params ReadOnlySpan<Cp2kChange> changes) => new([.. changes]);

    public static Cp2kGuard Holds(string says, Func<Context, bool> holds) => new(says, holds);
    public static readonly Cp2kGuard UsesOt = new("orbital transformation", c => c.Settings.IsSet(Ot) && c.Settings.Flag(Ot) || !c.Settings.IsSet(Ot) && c.Settings.HasUnder(Ot + "/"));
    public static readonly Cp2kGuard Diagonalises = new("diagonalisation", c => !UsesOt.Holds(c));
    public static readonly Cp2kGuard Hybrid = new("a hybrid functional", c => c.Settings.HasUnder(Hf));
    public static readonly Cp2kGuard NotHybrid = new("no hybrid functional", c => !Hybrid.Holds(c));
    public static readonly Cp2kGuard NoSmearing = new("no smearing", c => !c.Settings.HasUnder(Scf + "/SMEAR"));
    public static Cp2kGuard Is(string path, string value) => new($"{Short(path)} is {value}", c => c.Settings.Text(path).Equals(value, StringComparison.OrdinalIgnoreCase));
    public static Cp2kGuard IsNot(string path, string value) => new($"{Short(path)} is not {value}", c => !c.Settings.Text(path).Equals(value, StringComparison.OrdinalIgnoreCase));
    public static Cp2kGuard Above(string path, double value) => new(string.Create(CultureInfo.InvariantCulture, $"{Short(path)} > {value:G6}"), c => c.Settings.Number(path) > value);

    public static Cp2kChange Set(string path, string value) => new($"{Short(path)} = {value}", _ => [(path, value)]);
    public static Cp2kChange Calculated(string path, string says, Func<Context, double> value) => new($"{Short(path)} = {says}", c => value(c) is var v && double.IsFinite(v) ? [(path, SettingsView.Written(v))] : []);
    public static readonly Cp2kChange FromLastStructure = CommonFaults.Resume<Cp2kEvidence>("structure");
    public static readonly Cp2kChange FromLastState = CommonFaults.Resume<Cp2kEvidence>("all");
    public static readonly Cp2kChange OnceMore = CommonFaults.Again<Cp2kEvidence>();
    public static readonly Cp2kChange DropWaveFunctions = new("without the old wave functions", c => [("resume", c.Settings.Raw("resume") is "all" or "structure" ? "structure" : "none"), ("resume.drop", "wfn")]);

    static string Short(string path) => string.Join('/', path["CP2K.".Length..].Split('/').TakeLast(2));
}
