using System.Diagnostics;

namespace IpActors.App.Tests.Pareto;

/// <summary>Runs the built command line as a user would and waits for it.</summary>
static class AppProcess
{
    public sealed record Result(int ExitCode, string Out, string Error)
    {
        public string ErrorLine => Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public static async Task<Result> Run(string[] arguments, string? stdin = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ipactors.dll"), .. arguments])
            { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (stdin is not null) await process.StandardInput.WriteAsync(stdin);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new Result(process.ExitCode, await output, await error);
    }

    /// <summary>A file with that text beside the tests' own binaries; equal texts share one.</summary>
    public static string File(string text, string name = "table.csv")
    {
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..16];
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "inputs", digest)).FullName, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public static string Repository(string path)
    {
        var d = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(d.FullName, "IpActors.sln"))) d = d.Parent ?? throw new DirectoryNotFoundException("IpActors.sln is in no folder above the tests");
        return Path.Combine(d.FullName, path);
    }
}
