using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IpActors.App.Cli;

/// <summary>How commands answer: one JSON document on stdout with --json, text otherwise. Logs and errors go to stderr.</summary>
public static class Output
{
    /// <summary>Property names are written exactly as given (units keep their case: <c>e_d_eV_per_atom</c>); doubles round-trip.</summary>
    public static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static Option<bool> JsonOption() => new("--json") { Description = "write one JSON document to stdout" };

    public static void WriteJson(object document) => Console.Out.WriteLine(JsonSerializer.Serialize(document, Json));

    /// <summary>Reads a whole text file, "-" for stdin; a missing or unreadable file is an <see cref="Science.InputException"/>.</summary>
    public static string ReadInput(string path)
    {
        if (path == "-") return Console.In.ReadToEnd();
        try { return File.ReadAllText(path); }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException) { throw new Science.InputException($"{path}: no such file; check the path"); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new Science.InputException($"{path}: cannot be read ({e.Message}); check its type and permissions"); }
    }
}
