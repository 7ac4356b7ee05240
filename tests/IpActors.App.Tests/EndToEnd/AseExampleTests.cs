namespace IpActors.App.Tests.EndToEnd;

/// <summary>The example of a calculator of one's own, as shipped, with ASE itself.</summary>
public class AseExampleTests
{
    [SkippableFact]
    public void The_shipped_script_relaxes_a_campaign()
    {
        Skip.IfNot(HasAse(), "python3-ase is not installed (Debian, Ubuntu: apt-get install python3-ase)");
        using var process = new CampaignProcess();
        ShippedCampaign.Put(process, "command", ("max_index: 2", "max_index: 1"), ("{initial: 4, batch: 2}", "{initial: 2, batch: 1}"), ("{max_iterations: 2}", "{max_iterations: 1}"), ("poll_s: 0.5", "poll_s: 0.1"));
        Directory.CreateDirectory(Path.Combine(process.Folder, "command"));
        File.Copy(Repository.PathOf("config/command/relax_ase.py"), Path.Combine(process.Folder, "command", "relax_ase.py"));
        var run = process.Run("run", "tiny.yaml");
        Assert.True(run.ExitCode == 0, run.Err);
        var rows = ShippedCampaign.Rows(process.Export());
        var candidates = rows.Where(r => r["role"] == "candidate").ToList();
        Assert.Equal(["Li3OBr", "Li3OCl", "Li3SBr", "Li3SCl"], candidates.Select(r => r["formula"]).Distinct().Order(StringComparer.Ordinal));
        // The example's potential knows no elements: one lattice, one energy.
        foreach (var (lattice, energy) in new[] { ("Li3XZ", -1.21684), ("antifluorite", -2.18014), ("rock salt", -2.12464) })
            Assert.All(rows.Where(r => r["aristotype"] == lattice), r => Assert.Equal(energy, double.Parse(r["energy_eV_per_atom"]), 1e-4));
        Assert.All(candidates, r => Assert.InRange(double.Parse(r["e_d_eV_per_atom"]), 0, 3));
        Assert.Equal(3, candidates.Count(r => r["iteration"].Length > 0));
        Assert.All(candidates.Where(r => r["iteration"].Length > 0), r => Assert.NotEqual("", r["band_gap_eV"]));
        var verified = process.Run("audit", "verify", "tiny.yaml");
        Assert.True(verified.ExitCode == 0, verified.Out + verified.Err);
    }

    static bool HasAse()
    {
        if (!File.Exists("/usr/bin/python3")) return false;
        using var python = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/usr/bin/python3", ["-c", "import ase"]) { RedirectStandardError = true })!;
        _ = python.StandardError.ReadToEnd();
        python.WaitForExit();
        return python.ExitCode == 0;
    }
}
