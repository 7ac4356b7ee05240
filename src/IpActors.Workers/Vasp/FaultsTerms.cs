using System.Globalization;
using IpActors.Domain.DftRuns;
using IpActors.Workers.Faults;
using Context = IpActors.Workers.Faults.FaultContext<IpActors.Workers.Vasp.VaspEvidence>;
using VaspChange = IpActors.Workers.Faults.Change<IpActors.Workers.Vasp.VaspEvidence>;
using VaspGuard = IpActors.Workers.Faults.Guard<IpActors.Workers.Vasp.VaspEvidence>;
using VaspRow = IpActors.Workers.Faults.FaultRow<IpActors.Workers.Vasp.VaspEvidence>;
using VaspRung = IpActors.Workers.Faults.Rung<IpActors.Workers.Vasp.VaspEvidence>;

namespace IpActors.Workers.Vasp;

/// <summary>The words that rows of VASP's table are written in: conditions on and changes of INCAR's tags, the k mesh and the start.</summary>
static class FaultsTerms
{
    public static VaspRow Row(string code, FaultKind kind, FaultWhen when, FaultWhere where, string says) => new(code, kind, when, where, says);
    public static VaspRung Step(params ReadOnlySpan<VaspChange> changes) => new([.. changes]);

    // ---- conditions ----
    public static double Number(this Context c, string tag) => c.Settings.Number($"INCAR.{tag}");
    public static VaspGuard Holds(string says, Func<Context, bool> holds) => new(says, holds);
    public static VaspGuard Above(string tag, double value) => new(string.Create(CultureInfo.InvariantCulture, $"{tag} > {value:G6}"), c => c.Number(tag) > value);
    public static VaspGuard Below(string tag, double value) => new(string.Create(CultureInfo.InvariantCulture, $"{tag} < {value:G6}"), c => c.Number(tag) < value);
    public static VaspGuard Is(string tag, double value) => new(string.Create(CultureInfo.InvariantCulture, $"{tag} = {value:G6}"), c => c.Number(tag) == value);
    public static VaspGuard IsNot(string tag, double value) => new(string.Create(CultureInfo.InvariantCulture, $"{tag} is not {value:G6}"), c => c.Number(tag) != value);
    public static VaspGuard NotSet(string tag) => new($"{tag} is not set", c => !c.Settings.IsSet($"INCAR.{tag}"));
    public static VaspGuard Given(string tag) => new($"{tag} is set", c => c.Settings.IsSet($"INCAR.{tag}"));
    public static VaspGuard AnyAlgo(params string[] names) => new($"ALGO is {string.Join(" or ", names)}", c => names.Contains(Algo(c)));
    public static VaspGuard Centred(string how) => new(how == "gamma" ? "the k mesh is centred on Gamma" : "the k mesh is Monkhorst and Pack's", c => Mesh(c) is not null && c.Settings.Text("KPOINTS.centre") == how);
    public static readonly VaspGuard HasMesh = new("the k points are a mesh", c => Mesh(c) is not null);
    public static readonly VaspGuard Relaxes = new("ions relax", c => c.Number("NSW") > 1 && c.Number("IBRION") is 1 or 2 or 3);
    public static readonly VaspGuard IonsMove = new("ions move", c => c.Number("IBRION") > -1 && c.Number("NSW") > 0);
    public static readonly VaspGuard NoDynamics = new("no dynamics", c => c.Number("IBRION") != 0);
    public static readonly VaspGuard LongAxis = new("an axis is longer than 50 Å and AMIN > 0.01", c => c.Evidence.LongestAxisA > 50 && !(c.Number("AMIN") <= 0.01));
    public static readonly VaspGuard HybridOrMeta = new("the functional is hybrid or meta-GGA", c => c.Settings.Flag("INCAR.LHFCALC") || c.Settings.IsSet("INCAR.METAGGA") && c.Settings.Text("INCAR.METAGGA") != "--");
    public static readonly VaspGuard PlainDft = new("the functional is neither hybrid nor meta-GGA", c => !HybridOrMeta.Holds(c));
    public static readonly VaspGuard RealSpace = new("LREAL is not .FALSE.", c => c.Settings.Text("INCAR.LREAL").TrimStart('.').ToUpperInvariant() is not ['F', ..]);
    public static readonly VaspGuard Ended = new("the run has ended", c => c.Evidence.Ended);

    /// <summary>ALGO by its first letter, or what IALGO means.</summary>
    public static string Algo(Context c) => c.Settings.Text("INCAR.ALGO").ToUpperInvariant() switch
    {
        _ when !c.Settings.IsSet("INCAR.ALGO") && c.Settings.IsSet("INCAR.IALGO") => c.Number("IALGO") switch { 38 => "Normal", 48 => "VeryFast", 68 => "Fast", 53 or 54 => "Damped", >= 50 and < 60 => "All", _ => "Normal" },
        ['V', ..] => "VeryFast", ['F', ..] => "Fast", ['A', ..] => "All", ['C', ..] => "Conjugate", ['D', ..] => "Damped", ['E', ..] => "Exact", _ => "Normal",
    };

    public static int[]? Mesh(Context c)
    {
        var words = c.Settings.Text("KPOINTS.mesh").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 3 && words.All(w => int.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0) ? [.. words.Select(w => int.Parse(w, CultureInfo.InvariantCulture))] : null;
    }

    // ---- changes ----
    public static VaspChange Set(string tag, string value) => new($"{tag} = {value}", _ => [($"INCAR.{tag}", value)]);
    public static VaspChange Unset(params string[] tags) => new($"without {string.Join(", ", tags)}", _ => tags.Select(t => ($"INCAR.{t}", "")));
    public static VaspChange Calculated(string tag, string says, Func<Context, double> value) => new($"{tag} = {says}", c => value(c) is var v && double.IsFinite(v) ? [($"INCAR.{tag}", SettingsView.Written(v))] : []);
    public static VaspChange Times(string tag, double factor) => Calculated(tag, string.Create(CultureInfo.InvariantCulture, $"{factor:G3} {tag}"), c => factor * c.Number(tag));
    public static VaspChange Plus(string tag, double summand) => Calculated(tag, string.Create(CultureInfo.InvariantCulture, $"{tag} + {summand:G3}"), c => Math.Round(c.Number(tag) + summand, 6));
    public static VaspChange UseAlgo(string name) => new($"ALGO = {name}", _ => [("INCAR.ALGO", name), ("INCAR.IALGO", "")]);
    public static VaspChange Centre(string how) => new(how == "gamma" ? "k mesh centred on Gamma" : "k mesh of Monkhorst and Pack", c => Mesh(c) is null ? [] : [("KPOINTS.centre", how)]);
    public static VaspChange NewMesh(string says, Func<Context, int[], IEnumerable<int>> make) => new(says, c => Mesh(c) is { } m ? [("KPOINTS.mesh", string.Join(' ', make(c, m)))] : []);
    public static readonly VaspChange FromLastStructure = CommonFaults.Resume<VaspEvidence>("structure");
    public static readonly VaspChange FromLastState = CommonFaults.Resume<VaspEvidence>("all");
    public static readonly VaspChange OnceMore = CommonFaults.Again<VaspEvidence>();
    public static readonly VaspChange Smear = new("ISMEAR = 0, SIGMA = 0.05", _ => [("INCAR.ISMEAR", "0"), ("INCAR.SIGMA", "0.05")]);

    /// <summary>Files not taken over; the charge and wave functions only where VASP would not read the charge on purpose.</summary>
    public static VaspChange Drop(string files, bool always = false) => new($"without the old {files.Replace(" ", " and ")}", c => always || !(c.Number("ICHARG") >= 10)
        ? [("resume.drop", string.Join(' ', c.Settings.Raw("resume.drop").Split(' ', StringSplitOptions.RemoveEmptyEntries).Union(files.Split(' ')).Order(StringComparer.Ordinal)))] : []);

    /// <summary>m x m x m with as many points as before; even where not centred on Gamma.</summary>
    public static readonly VaspChange CubicMesh = NewMesh("k mesh of m x m x m, about as many points", (c, mesh) =>
    {
        var m = Math.Max(1, (int)Math.Round(Math.Cbrt((double)mesh[0] * mesh[1] * mesh[2]), MidpointRounding.AwayFromZero));
        if (c.Settings.Text("KPOINTS.centre") == "monkhorst" && m % 2 == 1) m++;
        return [m, m, m];
    });
}
