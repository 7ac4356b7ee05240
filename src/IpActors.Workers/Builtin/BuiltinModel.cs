using IpActors.Science;

namespace IpActors.Workers.Builtin;

/// <summary>
/// One version of the built-in model: what its energies, gaps and hydration are computed with, and what it is and is not. A version never changes: journals and files name it, and energies of two versions are of two schemes.
/// </summary>
public sealed class BuiltinModel
{
    /// <summary>The first; what journals and files mean that name none.</summary>
    public static readonly BuiltinModel V1 = new(1, ForceFieldParameters.V1, BandGapParameters.V1, HydrationParameters.V1, BuiltinDisclaimers.V1);
    public static readonly BuiltinModel V2 = new(2, ForceFieldParameters.V2, BandGapParameters.V2, HydrationParameters.V2, BuiltinDisclaimers.V2);
    public static readonly ImmutableArray<BuiltinModel> All = [V1, V2];

    /// <summary>A part's numeric setting that names the version; a part without it was planned for the first.</summary>
    public const string Parameter = "model";

    BuiltinModel(int version, ForceFieldParameters ions, BandGapParameters gap, HydrationParameters hydration, string disclaimer)
    {
        (Version, Ions, Gap, Disclaimer) = (version, ions, gap, disclaimer);
        Hydration = new(ions, hydration);
    }

    public int Version { get; }
    /// <summary>As files and options write it: v1, v2.</summary>
    public string Key => $"v{Version}";
    /// <summary>The scheme that every energy carries.</summary>
    public string Name => $"builtin {Key}";
    public ForceFieldParameters Ions { get; }
    internal BandGapParameters Gap { get; }
    internal HydrationModel Hydration { get; }
    /// <summary>One paragraph for reports: the model and its measured errors.</summary>
    public string Disclaimer { get; }

    /// <summary>The version called so (v1, v2). Throws <see cref="InputException"/> for another name.</summary>
    public static BuiltinModel Called(string key) => All.FirstOrDefault(m => m.Key == key) ?? throw new InputException($"unknown model '{key}'; the built-in models are {string.Join(", ", All.Select(m => m.Key))}");

    /// <summary>The version that a part's settings name.</summary>
    public static BuiltinModel Of(IReadOnlyDictionary<string, double> parameters) =>
        parameters.TryGetValue(Parameter, out var version) ? All.FirstOrDefault(m => m.Version == version) ?? throw new InputException($"this build has no built-in model v{version}; it has {string.Join(", ", All.Select(m => m.Key))}") : V1;

    /// <summary>A force field for the atoms of a structure, converged sums.</summary>
    public ForceField Field(IReadOnlyList<string> species) => new(Ions, species, EwaldSettings.Converged);

    /// <summary>Refuses, by name, elements that the models have no ion for; all versions know the same.</summary>
    public static void Require(IEnumerable<string> species)
    {
        var unknown = species.Distinct().Where(s => !V1.Ions.Knows(s)).ToList();
        if (unknown.Count > 0) throw new InputException($"the built-in model has no ion of {string.Join(", ", unknown)}; it knows {string.Join(", ", V1.Ions.Species)} (use --with vasp, cp2k or command for others)");
    }
}
