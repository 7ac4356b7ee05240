using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using IpActors.Science;

namespace IpActors.Workers.Vasp;

/// <summary>What may be known of one element's POTCAR: never its text.</summary>
/// <param name="Path">Of the file, plain or .gz.</param>
/// <param name="Title">TITEL, such as <c>PAW_PBE Li_sv 10Sep2004</c>.</param>
/// <param name="Element">From VRHFIN.</param>
/// <param name="Valence">ZVAL, electrons.</param>
/// <param name="EnmaxEv">ENMAX, the cutoff it was made for.</param>
/// <param name="Functional">LEXCH: PE for PBE, CA for LDA.</param>
/// <param name="Sha256">Of the unpacked bytes, lower case.</param>
public sealed record Potcar(string Path, string Title, string Element, double Valence, double EnmaxEv, string Functional, string Sha256)
{
    /// <summary>Reads the head and digests the whole. <see cref="InputException"/> where it is no POTCAR of one element.</summary>
    public static Potcar Read(string path)
    {
        string? title = null, vrhfin = null, functional = null;
        double? valence = null, enmax = null;
        var sets = 0;
        using var sha = SHA256.Create();
        try
        {
            using var file = File.OpenRead(path);
            using var plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
            using var digested = new CryptoStream(plain, sha, CryptoStreamMode.Read);
            using var text = new StreamReader(digested, Encoding.Latin1, false, 1 << 16);
            while (text.ReadLine() is { } line)
            {
                if (line.Contains("End of Dataset", StringComparison.Ordinal)) sets++;
                if (line.Contains("TITEL", StringComparison.Ordinal)) title ??= After(line);
                if (line.Contains("VRHFIN", StringComparison.Ordinal)) vrhfin ??= After(line).Split(':')[0].Trim();
                if (line.Contains("LEXCH", StringComparison.Ordinal) && line.Contains('=', StringComparison.Ordinal)) functional ??= After(line).Split(' ')[0];
                if (line.Contains("ENMAX", StringComparison.Ordinal)) enmax ??= Number(After(line));
                if (line.Contains("ZVAL", StringComparison.Ordinal)) valence ??= Number(After(line[line.IndexOf("ZVAL", StringComparison.Ordinal)..]));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException) { throw new InputException($"{path}: cannot be read ({e.Message}); check the POTCAR library"); }
        if (sets != 1) throw new InputException($"{path}: holds {sets} potentials ('End of Dataset'); a library has one element in a file");
        if (title is null || vrhfin is null || valence is null || enmax is null) throw new InputException($"{path}: no POTCAR: one of TITEL, VRHFIN, ZVAL, ENMAX is missing");
        return new(path, title, vrhfin, valence.Value, enmax.Value, functional ?? "", Convert.ToHexStringLower(sha.Hash!));
    }

    static string After(string line) => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim();
    static double? Number(string text) => double.TryParse(text.Split((char[])[' ', ';'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out var v) ? v : null;
}

/// <summary>The user's own folder of POTCARs, in any of the usual layouts: <c>Li_sv/POTCAR</c>, <c>POTCAR.Li_sv</c>, each also .gz, under the folder itself or its only set <c>potpaw_PBE*</c>, <c>POT_GGA_PAW_PBE*</c>.</summary>
public sealed class PotcarLibrary(string folder)
{
    /// <summary>What stands for an element where neither the user nor <see cref="Names"/> says otherwise is the element's own name.</summary>
    public static readonly ImmutableSortedDictionary<string, string> Names = Texts.Of(
        ("Li", "Li_sv"), ("Na", "Na_pv"), ("K", "K_sv"), ("Rb", "Rb_sv"), ("Cs", "Cs_sv"), ("Be", "Be_sv"), ("Mg", "Mg_pv"), ("Ca", "Ca_sv"), ("Sr", "Sr_sv"), ("Ba", "Ba_sv"),
        ("Sc", "Sc_sv"), ("Ti", "Ti_pv"), ("V", "V_pv"), ("Cr", "Cr_pv"), ("Mn", "Mn_pv"), ("Fe", "Fe_pv"), ("Ni", "Ni_pv"), ("Cu", "Cu_pv"), ("Y", "Y_sv"), ("Zr", "Zr_sv"), ("Nb", "Nb_pv"), ("Mo", "Mo_pv"),
        ("Ga", "Ga_d"), ("Ge", "Ge_d"), ("In", "In_d"), ("Sn", "Sn_d"), ("Hf", "Hf_pv"), ("Ta", "Ta_pv"), ("W", "W_pv"), ("La", "La"), ("Tl", "Tl_d"), ("Pb", "Pb_d"));

    readonly string _set = SetOf(folder);

    /// <summary>The set's name, such as potpaw_PBE.54.</summary>
    public string Set => Path.GetFileName(_set.TrimEnd('/'));

    /// <summary>The POTCAR of an element under that name. <see cref="InputException"/> where there is none, or it is of another element or not of PBE while the functional is PBE.</summary>
    public Potcar Find(string element, string name)
    {
        string[] places = [Path.Combine(_set, name, "POTCAR"), Path.Combine(_set, name, "POTCAR.gz"), Path.Combine(_set, $"POTCAR.{name}"), Path.Combine(_set, $"POTCAR.{name}.gz")];
        var path = places.FirstOrDefault(File.Exists) ?? throw new InputException($"{_set}: no POTCAR '{name}' for {element} (looked for {name}/POTCAR and POTCAR.{name}, also .gz); give the library's folder, or another name for {element}");
        var potcar = Potcar.Read(path);
        if (potcar.Element != element) throw new InputException($"{path}: is of {potcar.Element}, not of {element}; correct the name for {element}");
        return potcar;
    }

    static string SetOf(string folder)
    {
        if (!Directory.Exists(folder)) throw new InputException($"{folder}: no such folder; give the folder of your POTCARs, such as .../potpaw_PBE");
        var full = Path.GetFullPath(folder);
        if (Directory.EnumerateFileSystemEntries(full, "POTCAR.*").Any() || Directory.EnumerateDirectories(full).Any(d => File.Exists(Path.Combine(d, "POTCAR")) || File.Exists(Path.Combine(d, "POTCAR.gz")))) return full;
        string[] sets = [.. Directory.EnumerateDirectories(full).Where(d => Path.GetFileName(d) is var n && (n.StartsWith("potpaw_PBE", StringComparison.OrdinalIgnoreCase) || n.StartsWith("POT_GGA_PAW_PBE", StringComparison.Ordinal))).Order(StringComparer.Ordinal)];
        return sets.Length == 1 ? sets[0]
            : throw new InputException($"{folder}: {(sets.Length == 0 ? "holds no POTCARs" : $"holds several sets ({string.Join(", ", sets.Select(Path.GetFileName))})")}; give the folder of one set, such as .../potpaw_PBE");
    }
}
