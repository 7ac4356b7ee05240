using IpActors.Domain.Views;
using IpActors.Domain.Works;
using IpActors.Science;

namespace IpActors.App.Reports;

/// <summary>Writes what a command produces to a file of the user's; what cannot be written is one line.</summary>
static class ReportFile
{
    public static void Write(string path, CampaignView view, IBlobs blobs) => WriteText(path, HtmlReport.Build(view, blobs, AboutCalculators.Texts));

    public static void WriteText(string path, string text) => WriteText(path, file => file.WriteAsync(text)).GetAwaiter().GetResult();

    /// <summary>Whole or not at all: first beside it, then moved into its place. Without a path, or "-", to stdout.</summary>
    public static async Task WriteText(string? path, Func<TextWriter, Task> write)
    {
        if (path is null or "-") { await write(Console.Out); return; }
        try
        {
            if (Directory.Exists(path)) throw new InputException($"{path}: a folder; name a file");
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
            var part = path + ".part";
            await using (var file = new StreamWriter(part)) await write(file);
            File.Move(part, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new InputException($"{path}: cannot be written ({e.Message}); check the folder and its permissions"); }
    }
}
