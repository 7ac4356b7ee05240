using IpActors.Workers.Launchers.Local;

namespace IpActors.App.Programs;

/// <summary>This program as the guardian of a run: <c>ipactors __guard FOLDER</c>.</summary>
static class Guard
{
    public const string Word = "__guard";

    public static int Run(string folder)
    {
        try { return Guardian.Run(folder); }
        catch (Exception e) { Console.Error.WriteLine($"ipactors: the guardian of {folder} failed: {e.Message}"); return 1; }
    }

    /// <summary>How to start it: this executable, or dotnet with this assembly.</summary>
    public static ImmutableArray<string> Command
    {
        get
        {
            var assembly = typeof(Guard).Assembly.Location;
            var own = Path.GetFileNameWithoutExtension(Environment.ProcessPath!);
            return own == "ipactors" ? [Environment.ProcessPath!, Word] : [own == "dotnet" ? Environment.ProcessPath! : "dotnet", "exec", assembly, Word];
        }
    }
}
