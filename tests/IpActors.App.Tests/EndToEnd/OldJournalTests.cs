using System.IO.Compression;

namespace IpActors.App.Tests.EndToEnd;

/// <summary>
/// Journals of released versions are kept: each must replay, verify decision by decision and export the bytes that it exported then. journal-0.1.0.zip holds journal, blobs and export of tiny.yaml, made with version 0.1.0 on x86-64 Linux.
/// </summary>
public class OldJournalTests
{
    [Fact] public void The_journal_of_version_0_1_0_verifies_and_exports_as_it_did()
    {
        using var process = new CampaignProcess();
        ZipFile.ExtractToDirectory(Path.Combine(AppContext.BaseDirectory, "EndToEnd", "journal-0.1.0.zip"), process.Folder);
        var verify = process.Run("audit", "verify", "tiny.yaml");
        Assert.True(verify.ExitCode == 0, verify.Out + verify.Err);
        Assert.Contains("decisions recomputed", verify.Out);
        Assert.Equal(File.ReadAllText(Path.Combine(process.Folder, "tiny.csv")), process.Export());
        // Its campaign is over: running it again changes nothing.
        Assert.Equal(0, process.Run("run", "tiny.yaml").ExitCode);
        Assert.Equal(File.ReadAllText(Path.Combine(process.Folder, "tiny.csv")), process.Export());
    }
}
