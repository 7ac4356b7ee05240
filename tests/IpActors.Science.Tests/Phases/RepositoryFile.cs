using System.Runtime.CompilerServices;
using System.Text.Json;

namespace IpActors.Science.Tests.Phases;

/// <summary>Files of the repository, found from the place of this source file upwards.</summary>
static class RepositoryFile
{
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root(), path));
    public static JsonElement Json(string path) => JsonDocument.Parse(Read(path)).RootElement;
    public static double[] Doubles(this JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];
    public static double[][] Rows(this JsonElement array) => [.. array.EnumerateArray().Select(Doubles)];

    static string Root([CallerFilePath] string here = "")
    {
        foreach (var start in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(here)! })
            for (var d = new DirectoryInfo(start); d is not null; d = d.Parent)
                if (File.Exists(Path.Combine(d.FullName, "IpActors.sln"))) return d.FullName;
        throw new DirectoryNotFoundException("IpActors.sln is in no folder above the tests");
    }
}
