namespace IpActors.App.Tests.EndToEnd;

/// <summary>The options beside the paper's rule, in a whole campaign: it runs, and the audit makes every decision again from the journal and its blobs.</summary>
public class AcquisitionOptionsTests
{
    [Fact] public void A_campaign_with_expected_improvement_known_objectives_and_a_cap_verifies_and_a_changed_fact_is_found()
    {
        using var process = new CampaignProcess();
        File.WriteAllText(process.File, File.ReadAllText(process.File).Replace("rule: uhvi", "rule: ehvi\n  cap_per_composition: 1\n  known_objectives: true")
            .Replace("unchanged_iterations: 3", "unchanged_iterations: 3\n  unchanged_volume_iterations: 2"));
        var run = process.Run("run", "tiny.yaml");
        Assert.True(run.ExitCode == 0, run.Err);
        var events = process.Run("audit", "export", "tiny.yaml").Out.Split('\n');
        Assert.DoesNotContain(events, l => l.Contains("\"tiny/surrogate/band-gap\""));
        var batches = events.Where(l => l.Contains("\"campaign.batch-selected/1\"")).ToList();
        Assert.Equal(3, batches.Count);
        Assert.All(batches.Skip(1), b => Assert.Matches("\"rule\":\"ehvi\".*\"sigma\":\\[0,.*\"factsDigest\":\"[0-9a-f]{64}\",\"capPerComposition\":1", b));
        var verify = process.Run("audit", "verify", "tiny.yaml");
        Assert.True(verify.ExitCode == 0, verify.Out + verify.Err);

        var digest = System.Text.RegularExpressions.Regex.Match(batches[1], "\"factsDigest\":\"([0-9a-f]{64})\"").Groups[1].Value;
        var blob = Directory.EnumerateFiles(process.Folder, digest + "*", SearchOption.AllDirectories).Single();
        File.SetAttributes(blob, FileAttributes.Normal);
        File.WriteAllText(blob, File.ReadAllText(blob).Replace("Li3OCl", "Li3OBr"));
        verify = process.Run("audit", "verify", "tiny.yaml");
        Assert.Equal(1, verify.ExitCode);
        Assert.Contains("tiny/campaign/coordinator", (verify.Out + verify.Err).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
    }
}
