using System.ComponentModel;
using System.Diagnostics;
using IpActors.Workers.Launchers.Local;

namespace IpActors.Workers.Launchers.Slurm;

/// <summary>A job as Slurm tells of it.</summary>
sealed record SlurmJob(string Id, string State, string Nodes, string Reason);

/// <summary>Slurm did not answer, or refused. Transient: it may answer later.</summary>
sealed class SlurmException(string message, bool transient) : Exception(message)
{
    public bool Transient => transient;
}

/// <summary>sbatch, squeue, sacct and scancel as calls: argument lists, a time limit, and words for what goes wrong.</summary>
sealed class SlurmCommands(SlurmOptions options)
{
    static readonly string[] TransientSigns = ["Unable to contact slurm", "Socket timed out", "Connection refused", "Connection timed out", "temporarily", "Zero Bytes were transmitted", "slurm_receive", "Transport endpoint", "Unexpected message received", "job submit limit", "MaxSubmit", "Slurm backup controller", "Communication connection failure"];
    bool _noAccounting;

    /// <summary>Questions asked so far about states, and submissions made.</summary>
    public int Queries, Submissions;

    /// <returns>The job's id; an array's id for several.</returns>
    public async Task<string> Submit(string script, string folder, string name, CancellationToken cancel)
    {
        Interlocked.Increment(ref Submissions);
        List<string> words = ["--parsable", $"--chdir={folder}", "--output=slurm-%A_%a.out", .. options.Options.IsDefault ? [] : options.Options, script];
        var answer = await Call("sbatch", words, name, cancel);
        var id = answer.Split('\n')[0].Split(';')[0].Trim();
        return id.Length > 0 && id.All(char.IsAsciiDigit) ? id : throw new SlurmException($"sbatch answered '{answer.Trim()}' instead of a job's id", false);
    }

    /// <summary>All jobs of this user that the controller still knows, ended ones for a while included; one line an array's task.</summary>
    public async Task<IReadOnlyList<(SlurmJob Job, string Name)>> Queue(CancellationToken cancel)
    {
        Interlocked.Increment(ref Queries);
        var answer = await Call("squeue", ["--noheader", "--array", "--states=all", $"--user={Environment.UserName}", "--format=%i|%T|%N|%r|%j"], null, cancel);
        return [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('|')).Where(f => f.Length >= 5).Select(f => (new SlurmJob(f[0].Trim(), f[1], f[2], f[3]), f[4].Trim()))];
    }

    /// <summary>What the accounting knows of these jobs; none where there is no accounting.</summary>
    public async Task<IReadOnlyList<SlurmJob>> Accounted(IReadOnlyCollection<string> ids, CancellationToken cancel)
    {
        if (_noAccounting || ids.Count == 0) return [];
        Interlocked.Increment(ref Queries);
        string answer;
        try { answer = await Call("sacct", ["--noheader", "--parsable2", "--allocations", "--format=JobID,State,NodeList", $"--jobs={string.Join(',', ids)}"], null, cancel); }
        catch (SlurmException e) when (!e.Transient) { _noAccounting = true; return []; }
        return [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('|')).Where(f => f.Length >= 3)
            .Select(f => new SlurmJob(f[0], f[1].Split(' ')[0], f[2], ""))];
    }

    public Task Cancel(string id, CancellationToken cancel) => Call("scancel", [id], null, cancel);

    /// <summary>An sbatch with that mark, begun by an engine that is gone, may still be at work on this machine.</summary>
    public static bool IsSubmitting(string name) => ProcessIdentity.OfRun(name).Any(p => p.Name == "sbatch"); // the job's own processes inherit the mark

    async Task<string> Call(string program, IReadOnlyList<string> words, string? mark, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(options.Programs is { } folder ? Path.Combine(folder, program) : program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var w in words) start.ArgumentList.Add(w);
        foreach (var inherited in start.Environment.Keys.Where(k => k.StartsWith("SBATCH_", StringComparison.Ordinal) || k is "SQUEUE_FORMAT" or "SLURM_JOB_ID").ToList()) start.Environment.Remove(inherited);
        if (mark is not null) start.Environment[ProcessIdentity.Variable] = mark;
        Process process;
        try { process = Process.Start(start)!; }
        catch (Win32Exception e) { throw new SlurmException($"{program} cannot be started ({e.Message}); put Slurm's programs on the PATH, or write 'with: local' under launcher", false); }
        using (process)
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel))
        {
            limit.CancelAfter(TimeSpan.FromSeconds(90));
            process.StandardInput.Close();
            try
            {
                var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
                await process.WaitForExitAsync(limit.Token);
                if (process.ExitCode == 0) return await output;
                var words2 = (await error).Trim().ReplaceLineEndings("; ");
                throw new SlurmException($"{program}: {(words2.Length > 0 ? words2[..Math.Min(500, words2.Length)] : $"exit code {process.ExitCode}")}", TransientSigns.Any(s => words2.Contains(s, StringComparison.OrdinalIgnoreCase)));
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                process.Kill(entireProcessTree: true);
                throw new SlurmException($"{program} gave no answer for 90 s", true);
            }
        }
    }
}
