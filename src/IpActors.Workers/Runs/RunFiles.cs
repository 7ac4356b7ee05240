using System.IO.Compression;
using System.Text.Json;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Runs;

/// <summary>The folders of runs: readable for a person, filled as a whole or not at all.</summary>
static class RunFiles
{
    /// <summary>RUNS/COMPOUND/PROPERTY.PART/ATTEMPT-NONCE; every name made of letters, digits and .-_ only.</summary>
    public static string FolderOf(string runs, RunSpec spec, int attempt, string nonce) =>
        Path.Combine(runs, Safe(spec.Compound), Safe($"{spec.Property}.{spec.Part}"), $"{attempt}-{nonce}");

    static string Safe(string name)
    {
        var safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+' ? c : '_'));
        return safe.Length == 0 || safe[0] == '.' ? "_" + safe : safe;
    }

    /// <summary>Makes the folder with all that the program reads; one that is there already is complete.</summary>
    public static void Fill(string folder, ProgramInputs inputs, object about)
    {
        if (Directory.Exists(folder)) return;
        var part = folder + ".part";
        if (Directory.Exists(part)) Directory.Delete(part, recursive: true);
        Directory.CreateDirectory(part);
        foreach (var (name, text) in inputs.Files) Write(part, name, s => { using var w = new StreamWriter(s, leaveOpen: true) { NewLine = "\n" }; w.Write(text); });
        foreach (var copy in inputs.Copies)
            Write(part, copy.Target, s =>
            {
                foreach (var source in copy.Sources)
                {
                    using Stream file = File.OpenRead(source);
                    using var plain = source.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
                    plain.CopyTo(s);
                }
            });
        Write(part, "run.json", s => JsonSerializer.Serialize(s, about, Readable));
        Directory.Move(part, folder);
    }

    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static void Write(string folder, string name, Action<Stream> content)
    {
        if (Path.GetFileName(name) != name || name is "" or "." or "..") throw new ArgumentException($"'{name}' is no file name");
        using var file = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write);
        content(file);
        file.Flush(flushToDisk: true);
    }

    public static object About(EntityId entity, LaunchRun work, ProgramInputs inputs, IEnumerable<string> command, string nonce, string key) => new
    {
        run = entity.PersistenceId, work.Spec.Campaign, work.Spec.Compound, work.Spec.Property, work.Spec.Part, work.Attempt, nonce, program = work.Spec.Calculator, command, settings = inputs.Effective, facts = inputs.Facts,
        corrections = work.Corrections.Select(c => new { c.Code, c.Note, c.Before, c.After, c.HarmsComparability }), earlier = work.Earlier, inputs_digest = key,
    };
}
