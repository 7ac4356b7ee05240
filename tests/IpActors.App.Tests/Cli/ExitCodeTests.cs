using System.Diagnostics;
using System.Text.Json;

namespace IpActors.App.Tests.Cli;

/// <summary>The built program as a user runs it: exit codes, one line of error, clean JSON.</summary>
public sealed class ExitCodeTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("ipactors-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    (int Code, string Out, string Err) Run(params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet") { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        info.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ipactors.dll"));
        foreach (var a in arguments) info.ArgumentList.Add(a);
        using var process = Process.Start(info)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(2)), "it did not end");
        return (process.ExitCode, output.Result, error.Result);
    }

    string Write(string name, string text) { File.WriteAllText(Path.Combine(_folder, name), text); return name; }

    void IsOneLineOfBadInput((int Code, string Out, string Err) answer, string says)
    {
        Assert.Equal((2, ""), (answer.Code, answer.Out));
        Assert.Equal($"ipactors: {says}", answer.Err.TrimEnd('\n'));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder, "*.db*"));
    }

    const string Tiny = "name: tiny\njournal: sqlite:tiny.db\nobjectives: [{property: band-gap, reference: 0}]\ncalculators: {relaxation: {with: builtin}, band-gap: {with: builtin}}\n";

    [Theory, InlineData("status"), InlineData("report"), InlineData("export"), InlineData("watch"), InlineData("pause"), InlineData("stop")]
    public void Without_a_journal_nothing_is_created(string command)
    {
        Write("tiny.yaml", Tiny);
        IsOneLineOfBadInput(Run(command, "tiny.yaml"), "tiny.db: no such journal; begin the campaign with 'run tiny.yaml', or give --journal sqlite:PATH");
        Assert.Equal(["tiny.yaml"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_journal_that_is_none_is_bad_input()
    {
        Write("tiny.yaml", Tiny);
        Write("other", new string('x', 5000));
        foreach (var command in new[] { "status", "export", "report", "run" })
        {
            var answer = Run(command, "tiny.yaml", "--journal", "other");
            Assert.Equal((2, ""), (answer.Code, answer.Out));
            Assert.Contains("other: ", answer.Err);
            Assert.Single(answer.Err.TrimEnd('\n').Split('\n'));
        }
        Assert.Equal(new string('x', 5000), File.ReadAllText(Path.Combine(_folder, "other")));
    }

    [Fact] public void A_missing_file_is_bad_input() => IsOneLineOfBadInput(Run("run", "none.yaml"), "none.yaml: no such file; check the path");
    [Fact] public void A_bad_key_is_bad_input_with_its_place() => IsOneLineOfBadInput(Run("run", Write("c.yaml", "nmae: x\n")), "c.yaml:1:1: unknown key 'nmae'; the nearest valid one is 'name'");
    [Fact] public void A_password_in_a_url_is_refused_and_not_repeated() => IsOneLineOfBadInput(Run("status", Write("tiny.yaml", Tiny), "--journal", "postgresql://me:secret@host/db"), "--journal: a password stands in the URL; take it out (campaign files are kept in journals) and give it by PGPASSWORD, ~/.pgpass or ?password_file=PATH");
    [Fact] public void An_unknown_format_names_the_nearest() => IsOneLineOfBadInput(Run("export", Write("tiny.yaml", Tiny), "--format", "cvs"), "--format: unknown format 'cvs'; the nearest is 'csv' of csv, json, pool, poscar, cif, extxyz");

    [Theory, InlineData("run"), InlineData("frobnicate"), InlineData("run", "a", "b"), InlineData("run", "a.yaml", "--slots", "0"), InlineData("export", "--nonsense"), InlineData("audit")]
    public void Bad_usage_is_exit_2_and_one_line(params string[] arguments)
    {
        var answer = Run(arguments);
        Assert.Equal(2, answer.Code);
        Assert.StartsWith("ipactors: ", answer.Err);
        Assert.Single(answer.Err.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("run")] [InlineData("resume")] [InlineData("status")] [InlineData("watch")] [InlineData("pause")] [InlineData("stop")] [InlineData("report")] [InlineData("export")] [InlineData("doctor")]
    [InlineData("audit", "verify")] [InlineData("audit", "explain")] [InlineData("audit", "seal")] [InlineData("audit", "export")] [InlineData("journal", "copy")]
    public void Help_shows_an_example(params string[] command)
    {
        var answer = Run([.. command, "--help"]);
        Assert.Equal(0, answer.Code);
        Assert.Contains("Example: ipactors", answer.Out.ReplaceLineEndings(" ").Replace("  ", " "));
        Assert.Contains("--json", answer.Out);
    }

    [Fact]
    public void The_doctor_answers_in_json_and_leaves_nothing_behind()
    {
        var answer = Run("doctor", "--journal", "somewhere/new.db", "--json");
        using var json = JsonDocument.Parse(answer.Out);
        var found = json.RootElement.EnumerateArray().ToDictionary(f => f.GetProperty("name").GetString()!);
        Assert.Equal(["dotnet", "cores", "spglib", "SQLite", "disk", "VASP", "CP2K", "Slurm", "ASE", "cache"], json.RootElement.EnumerateArray().Select(f => f.GetProperty("name").GetString()!));
        Assert.All(found.Values.Where(f => !f.GetProperty("ok").GetBoolean()), f => Assert.False(string.IsNullOrEmpty(f.GetProperty("remedy").GetString())));
        Assert.Equal(found.Values.Any(f => f.GetProperty("required").GetBoolean() && !f.GetProperty("ok").GetBoolean()) ? 1 : 0, answer.Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }
}
