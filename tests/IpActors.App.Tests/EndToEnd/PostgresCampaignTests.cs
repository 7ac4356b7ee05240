using System.Text.Json;
using IpActors.Engine.Tests.Toys;
using Npgsql;

namespace IpActors.App.Tests.EndToEnd;

/// <summary>A campaign that moves between SQLite and PostgreSQL decides the same, and every command works on both.</summary>
public class PostgresCampaignTests(FinishedCampaign finished) : IClassFixture<FinishedCampaign>
{
    static int _schemas;
    readonly string _schema = $"app{Environment.ProcessId}_{Interlocked.Increment(ref _schemas)}";
    string Url(string user = "postgres") => $"postgresql://{user}@127.0.0.1:{PostgresServer.Shared.Port}/screening?schema={_schema}";

    static CampaignProcess.Answer Ok(CampaignProcess.Answer answer) { Assert.True(answer.ExitCode == 0, answer.Out + answer.Err); return answer; }

    [SkippableFact]
    public void Begun_on_SQLite_gone_on_with_on_PostgreSQL_and_finished_on_SQLite_it_ends_with_the_same_export()
    {
        PostgresServer.Require();
        using var process = new CampaignProcess();
        var part = TimeSpan.FromSeconds(2.5);
        var log = new FileInfo(Path.Combine(process.Folder, "tiny.db-wal"));
        Assert.True(process.RunAndKillWhen(() => { log.Refresh(); return log.Exists && log.Length > 300_000; }), "it ended before it was killed");
        var url = Url();
        Ok(process.Run("journal", "copy", "sqlite:tiny.db", url));
        var killed = process.RunAndKillAfter(part, "--journal", url);
        Assert.Contains("holds a journal already", process.Run("journal", "copy", "sqlite:tiny.db", url).Err);
        Ok(process.Run("journal", "copy", url, "sqlite:back.db"));
        Ok(process.Run("run", "tiny.yaml", "--journal", "sqlite:back.db"));
        Assert.Equal(finished.Csv, Ok(process.Run("export", "tiny.yaml", "--journal", "back.db")).Out);
        Ok(process.Run("audit", "verify", "tiny.yaml", "--journal", "back.db"));
        // And the one in the database goes on by itself to the same end.
        Assert.True(killed, "it ended before it was killed");
        Ok(process.Run("run", "tiny.yaml", "--journal", url));
        Assert.Equal(finished.Csv, Ok(process.Run("export", "tiny.yaml", "--journal", url)).Out);
        Ok(process.Run("audit", "verify", "tiny.yaml", "--journal", url));
        Assert.True(File.Exists(Path.Combine(process.Folder, "campaigns", "tiny.html")));
    }

    [SkippableFact]
    public void Every_command_reads_a_campaign_in_PostgreSQL_as_it_does_in_SQLite()
    {
        PostgresServer.Require();
        var (process, url) = (finished.Process, Url());
        Ok(process.Run("journal", "copy", "sqlite:tiny.db", url));
        var ids = finished.Csv.Split('\n')[1].Split(',')[0];
        foreach (var command in new string[][] { ["status"], ["watch"], ["export", "--format", "json"], ["export", "--format", "extxyz"], ["audit", "seal"], ["audit", "verify"], ["audit", "export"], ["audit", "replay", "--until", "60"], ["report", "--out", "-"] })
        {
            var words = command.TakeWhile(w => !w.StartsWith('-')).ToArray();
            string[] rest = [.. command.Skip(words.Length)];
            var a = Ok(process.Run([.. words, "tiny.yaml", .. rest]));
            var b = Ok(process.Run([.. words, "tiny.yaml", "--journal", url, .. rest]));
            Assert.Equal(a.Out, b.Out.Replace(url, "tiny.db"));
        }
        Assert.Equal(Ok(process.Run("audit", "explain", "tiny.yaml", ids)).Out, Ok(process.Run("audit", "explain", "tiny.yaml", ids, "--journal", url)).Out);
        Ok(process.Run("audit", "diff", "tiny.db", url));
        var seal = Ok(process.Run("audit", "seal", "tiny.yaml")).Out.Trim();
        Ok(process.Run("audit", "verify", "tiny.yaml", "--journal", url, "--seal", seal));
        Assert.Contains("nothing to pause", Ok(process.Run("pause", "tiny.yaml", "--journal", url)).Out);
        Assert.Contains("PostgreSQL 1", Ok(process.Run("doctor", "--journal", url)).Out);
    }

    [SkippableFact]
    public void A_run_is_paused_from_outside_and_resumed_and_its_password_is_nowhere()
    {
        PostgresServer.Require();
        using var process = new CampaignProcess();
        PostgresServer.Shared.Sql($"CREATE SCHEMA {_schema} AUTHORIZATION guarded", "screening");
        var url = Url("guarded");
        File.WriteAllText(process.File, File.ReadAllText(process.File).Replace("sqlite:tiny.db", url));
        var wrong = process.Run("run", "tiny.yaml");
        Assert.Equal((2, true), (wrong.ExitCode, wrong.Err.Contains("wants a password of 'guarded'; give it by PGPASSWORD")));
        Environment.SetEnvironmentVariable("PGPASSWORD", "quite-secret");
        try
        {
            string said;
            using (var run = process.Start("run", "tiny.yaml"))
            {
                var (output, error) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
                CampaignProcess.Answer pause;
                do pause = process.Run("pause", "tiny.yaml"); while (pause.ExitCode != 0 && !run.HasExited); // it takes a moment to begin
                Assert.True(run.WaitForExit(TimeSpan.FromMinutes(5)));
                said = output.Result + error.Result + pause.Out + pause.Err;
                Assert.True(run.ExitCode == 0, said);
                Assert.Contains("paused", said);
            }
            Assert.True(JsonDocument.Parse(Ok(process.Run("status", "tiny.yaml", "--json")).Out).RootElement.GetProperty("paused").GetBoolean());
            said += Ok(process.Run("resume", "tiny.yaml")).Err + Ok(process.Run("audit", "export", "tiny.yaml")).Out + File.ReadAllText(Path.Combine(process.Folder, "campaigns", "tiny.log"));
            Assert.DoesNotContain("quite-secret", said);
            Assert.Equal(finished.Csv, process.Export());
        }
        finally { Environment.SetEnvironmentVariable("PGPASSWORD", null); }
        Assert.Equal(0, PostgresServer.Shared.Value<long>("SELECT count(*) FROM journal WHERE position('quite-secret'::bytea IN message) > 0", _schema));
    }

    [SkippableFact]
    public void What_is_wrong_with_the_database_is_one_line_and_exit_2()
    {
        PostgresServer.Require();
        var port = PostgresServer.Shared.Port;
        foreach (var (url, says) in new[]
        {
            ("postgresql://me@127.0.0.1:1/db", "no server answers there"), ($"postgresql://postgres@127.0.0.1:{port}/nowhere", "there is no database 'nowhere'; create it"),
            ($"postgresql://guarded@127.0.0.1:{port}/screening", "wants a password of 'guarded'"), (Url(), "no such journal"), ("postgresql://me:secret@host/db", "a password stands in the URL"),
        })
            foreach (var command in (string[])["status", "export", "pause"])
            {
                var answer = finished.Process.Run(command, "tiny.yaml", "--journal", url);
                Assert.Equal((2, ""), (answer.ExitCode, answer.Out));
                var line = Assert.Single(answer.Err.TrimEnd('\n').Split('\n'));
                Assert.True(line.Contains(says), line);
                Assert.DoesNotContain("secret", answer.Err);
            }
        var plain = finished.Process.Run("run", "tiny.yaml", "--journal", Url("plain"));
        Assert.Equal(2, plain.ExitCode);
        Assert.Contains("'plain' lacks a permission", Assert.Single(plain.Err.TrimEnd('\n').Split('\n')));
    }
}
