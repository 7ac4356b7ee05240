using System.ComponentModel;
using System.Diagnostics;

namespace IpActors.App.Doctor;

/// <summary>What a program said.</summary>
/// <param name="Code">Its exit code; null: it could not be started, or gave no answer in time.</param>
sealed record Answer(int? Code, string Out, string Err)
{
    public bool Ok => Code == 0;
    /// <summary>The last line of what it complained of.</summary>
    public string Complaint => Err.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() is { } line ? line[..Math.Min(200, line.Length)] : $"exit code {Code}";
}

/// <summary>Where is looked: the folders of executables, the environment, and how long each question may take.</summary>
sealed record Surroundings(string Path, Func<string, string?> Variable, TimeSpan Limit)
{
    public static Surroundings Here { get; } = new(Environment.GetEnvironmentVariable("PATH") ?? "", Environment.GetEnvironmentVariable, TimeSpan.FromSeconds(5));

    /// <summary>The path of the first of these that is there, or null.</summary>
    public string? Find(params ReadOnlySpan<string> programs)
    {
        foreach (var folder in Path.Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            foreach (var program in programs)
                if (File.Exists(System.IO.Path.Combine(folder, program))) return System.IO.Path.Combine(folder, program);
        return null;
    }

    /// <summary>Asks a program something: an argument list, no shell, the time limit, and never an exception.</summary>
    public async Task<Answer> Ask(string program, params string[] words)
    {
        var name = System.IO.Path.GetFileName(program);
        var start = new ProcessStartInfo(program, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = Path;
        start.Environment["OMP_NUM_THREADS"] = "1";
        try
        {
            using var process = Process.Start(start)!;
            using var limit = new CancellationTokenSource(Limit);
            try
            {
                process.StandardInput.Close();
                var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
                await process.WaitForExitAsync(limit.Token);
                return new(process.ExitCode, await output, await error);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return new(null, "", $"{name} gave no answer for {Limit.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture)} s");
            }
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException or AggregateException) { return new(null, "", $"{name}: {e.Message}"); }
    }
}
