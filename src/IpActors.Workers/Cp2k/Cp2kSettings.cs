using System.Globalization;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Cp2k;

/// <summary>
/// Settings of a part in CP2K's words: <c>CP2K.FORCE_EVAL/DFT/SCF/EPS_SCF</c> and the like (an empty value: not set; a section's own parameter under the section's path), <c>KPOINTS.density</c> per reciprocal atom or
/// <c>KPOINTS.mesh</c>, <c>KPOINTS.centre</c>, <c>resume</c> and <c>resume.drop</c>.
/// </summary>
public static class Cp2kSettings
{
    public const string Prefix = "CP2K.", Density = "KPOINTS.density", Mesh = "KPOINTS.mesh", Centre = "KPOINTS.centre", Resume = "resume", Drop = "resume.drop";
    public const double DefaultDensity = KpointMesh.Density;

    /// <summary>What belongs to the part, not to the campaign: names of files that are read afterwards, the structure, what is run.</summary>
    static readonly string[] Own =
    [
        "GLOBAL/PROJECT", "GLOBAL/PROJECT_NAME", "GLOBAL/RUN_TYPE", "GLOBAL/PROGRAM", "GLOBAL/PROGRAM_NAME", "FORCE_EVAL/SUBSYS/COORD", "FORCE_EVAL/SUBSYS/CELL/A", "FORCE_EVAL/SUBSYS/CELL/B", "FORCE_EVAL/SUBSYS/CELL/C",
        "FORCE_EVAL/SUBSYS/CELL/ABC", "FORCE_EVAL/DFT/PRINT/BAND_STRUCTURE", "MOTION/PRINT/TRAJECTORY/FORMAT", "MOTION/PRINT/TRAJECTORY/UNIT", "MOTION/PRINT/TRAJECTORY/FILENAME", "MOTION/PRINT/CELL/FILENAME",
        "MOTION/PRINT/RESTART/FILENAME", "FORCE_EVAL/DFT/WFN_RESTART_FILE_NAME", "EXT_RESTART",
    ];

    /// <summary>Time limits, layout over processes, libraries that do the same, names: the result is the same to its convergence, and the cache does not ask for them.</summary>
    public static readonly ImmutableArray<string> Neutral =
    [
        "GLOBAL/WALLTIME", "GLOBAL/WALLTI", "GLOBAL/PROJECT", "GLOBAL/PROJECT_NAME", "GLOBAL/BLACS_GRID", "GLOBAL/BLACS_REPEATABLE", "GLOBAL/CALLGRAPH", "GLOBAL/CALLGRAPH_FILE_NAME", "GLOBAL/ECHO_ALL_HOSTS", "GLOBAL/ECHO_INPUT", "GLOBAL/ELPA_KERNEL",
        "GLOBAL/ELPA_NEIGVEC_MIN", "GLOBAL/ELPA_QR", "GLOBAL/ENABLE_MPI_IO", "GLOBAL/FFTW_PLAN_TYPE", "GLOBAL/FFTW_WISDOM_FILE_NAME", "GLOBAL/FFT_POOL_SCRATCH_LIMIT", "GLOBAL/FLUSH_SHOULD_FLUSH", "GLOBAL/IOLEVEL", "GLOBAL/PREFERRED_DGEMM_LIBRARY",
        "GLOBAL/PREFERRED_DIAG_LIBRARY", "GLOBAL/PREFERRED_FFT_LIBRARY", "GLOBAL/PRINT_LEVEL", "GLOBAL/SAVE_MEM", "GLOBAL/TRACE", "GLOBAL/TRACE_MASTER", "GLOBAL/TRACE_MAX", "GLOBAL/TRACE_ROUTINES", "FORCE_EVAL/DFT/KPOINTS/PARALLEL_GROUP_SIZE",
    ];

    /// <summary>Throws <see cref="InputException"/> for the first setting that CP2K would not take.</summary>
    public static void Check(IEnumerable<KeyValuePair<string, string>> settings)
    {
        foreach (var (key, value) in settings)
        {
            if (key.StartsWith(Prefix, StringComparison.Ordinal))
            {
                var path = key[Prefix.Length..].ToUpperInvariant();
                if (Own.FirstOrDefault(o => path == o || path.StartsWith(o + "/", StringComparison.Ordinal)) is { } own) throw new InputException($"{key}: {own} is set by the part itself; remove it");
                Cp2kKeywords.Check(key[Prefix.Length..], value);
                continue;
            }
            var fits = key switch
            {
                Density => value.Length == 0 || double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var d) && d is > 0 and <= 1e6,
                Mesh => value.Length == 0 || MeshOf(value) is not null,
                Centre => value is "" or "gamma" or "monkhorst",
                Resume => value is "" or "none" or "structure" or "all",
                Drop => true,
                _ => throw new InputException($"{key}: no setting of CP2K; write CP2K.<PATH/OF/SECTIONS/KEYWORD>, {Density}, {Mesh} or {Centre}"),
            };
            if (!fits) throw new InputException($"{key} = {value}: {key switch { Density => "a number above 0, k points times atoms", Mesh => "three numbers such as '4 4 4'", Centre => "gamma or monkhorst", _ => "none, structure or all" }} is expected");
        }
    }

    public static string Of(IReadOnlyDictionary<string, string> settings, string key) => settings.GetValueOrDefault(key, "");

    static KpointMesh? MeshOf(string text) =>
        text.Split((char[])[' ', 'x'], StringSplitOptions.RemoveEmptyEntries) is { Length: 3 } w && w.All(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var v) && v is > 0 and <= 200)
            ? new KpointMesh(int.Parse(w[0], CultureInfo.InvariantCulture), int.Parse(w[1], CultureInfo.InvariantCulture), int.Parse(w[2], CultureInfo.InvariantCulture)) : null;

    /// <summary>The mesh of a structure, whether it is to hold Gamma, and the words for it in the scheme: the density belongs there, not the mesh that follows from it.</summary>
    public static (KpointMesh Mesh, bool GammaCentred, string Scheme) KPoints(IReadOnlyDictionary<string, string> settings, Structure s)
    {
        var density = Of(settings, Density) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : DefaultDensity;
        var (mesh, words) = MeshOf(Of(settings, Mesh)) is { } given ? (given, $"k {given}") : (KpointMesh.Of(s.Cell, s.Count, density), string.Create(CultureInfo.InvariantCulture, $"k {density:R} per reciprocal atom"));
        var centre = Of(settings, Centre);
        return (mesh, centre == "gamma" || centre.Length == 0 && KpointMesh.IsHexagonal(s.Cell), words);
    }
}
