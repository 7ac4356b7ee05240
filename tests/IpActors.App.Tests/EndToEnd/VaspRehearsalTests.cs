using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IpActors.App.Tests.EndToEnd;

/// <summary>The paper's workflow as rehearsed with config/vasp-dry-run.yaml: every misdeed is met, named and corrected, and nothing of it shows in the result.</summary>
public class VaspRehearsalTests(CalmRehearsal calm) : IClassFixture<CalmRehearsal>
{
    CampaignProcess Process => calm.Campaign.Process;

    IReadOnlyList<IReadOnlyDictionary<string, string>> Rows => ShippedCampaign.Rows(calm.Csv);

    static IEnumerable<string> Compounds(IReadOnlyList<IReadOnlyDictionary<string, string>> rows, string formula) => rows.Where(r => r["formula"] == formula && r["role"] == "candidate").Select(r => r["id"]);

    [Fact]
    public void Every_compound_is_relaxed_and_those_chosen_have_all_their_values()
    {
        var candidates = Rows.Where(r => r["role"] == "candidate").ToList();
        Assert.Equal(["Li3OBr", "Li3OCl", "Li3SBr", "Li3SCl", "Li4OBr2", "Li4OCl2", "Li4OClBr", "Li4SBr2", "Li4SCl2", "Li4SClBr"], candidates.Select(r => r["formula"]).Distinct().Order(StringComparer.Ordinal));
        Assert.All(Rows, r => Assert.InRange(double.Parse(r["energy_eV_per_atom"]), -10, -1));
        Assert.All(candidates, r => Assert.NotEqual("", r["e_d_eV_per_atom"]));
        var evaluated = candidates.Where(r => r["iteration"].Length > 0).ToList();
        Assert.Equal(3, evaluated.Count);
        Assert.All(evaluated, r => Assert.All(["band_gap_eV", "hydration_energy_kJ_per_mol", "conductivity_400K_S_per_cm"], c => Assert.NotEqual("", r[c])));
    }

    [Theory]
    [InlineData("Li3OCl", "brmix", "INCAR.IMIX", "", "1")]
    [InlineData("Li3OBr", "zbrent", "INCAR.EDIFF", "5E-06", "1E-06")]
    [InlineData("Li4OCl2", "killed", "resume", "", "all")]
    [InlineData("Li3SCl", "vasprun", "resume", "", "all")]
    [InlineData("Li4OBr2", "disk_full", null, null, null)]
    public void Each_misdeed_meets_its_compound_and_is_corrected_once(string formula, string fault, string? setting, string? before, string? after)
    {
        var events = calm.Campaign.Events();
        var compounds = Compounds(Rows, formula).ToList();
        Assert.NotEmpty(compounds);
        foreach (var id in compounds)
        {
            var own = events.Where(e => e.Run == $"{id}:relaxation:relax").ToList();
            var failed = Assert.Single(own, e => e.Name.StartsWith("run.failed/", StringComparison.Ordinal)).Event;
            Assert.Equal((1, fault), (failed.GetProperty("attempt").GetInt32(), failed.GetProperty("fault").GetProperty("code").GetString()));
            Assert.Equal(2, Assert.Single(own, e => e.Name.StartsWith("run.succeeded/", StringComparison.Ordinal)).Event.GetProperty("attempt").GetInt32());
            if (setting is null) { Assert.False(failed.TryGetProperty("correction", out _)); continue; }
            var correction = failed.GetProperty("correction");
            Assert.Equal((fault, before, after), (correction.GetProperty("code").GetString(), correction.GetProperty("before").GetProperty(setting).GetString(), correction.GetProperty("after").GetProperty(setting).GetString()));
        }
    }

    [Fact]
    public void Placements_that_Davidson_fails_are_minimised_directly()
    {
        var failed = calm.Campaign.Events().Where(e => e.Run.EndsWith(":hydration-energy:cell-1", StringComparison.Ordinal) && e.Name.StartsWith("run.failed/", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, failed.Count);
        Assert.All(failed, f => Assert.Equal(("edddav", "All"), (f.Event.GetProperty("fault").GetProperty("code").GetString(), f.Event.GetProperty("correction").GetProperty("after").GetProperty("INCAR.ALGO").GetString())));
    }

    [Fact]
    public void No_other_run_fails() => Assert.All(calm.Campaign.Events().Where(e => e.Name.StartsWith("run.failed/", StringComparison.Ordinal)),
        e => Assert.True(e.Run.EndsWith(":relaxation:relax", StringComparison.Ordinal) || e.Run.EndsWith(":hydration-energy:cell-1", StringComparison.Ordinal), $"{e.Run}: {e.Event.GetProperty("fault")}"));

    [Fact]
    public void The_story_of_a_compound_tells_the_fault_and_what_was_changed()
    {
        var story = Process.Run("audit", "explain", "tiny.yaml", Compounds(Rows, "Li3OCl").First()).Out.Split('\n');
        var sentence = Assert.Single(story, l => l.Contains("brmix", StringComparison.Ordinal));
        Assert.Equal("Relaxation relax, attempt 1, failed with brmix (physics): the charge mixer found very serious problems; for the next attempt: IMIX = 1 (INCAR.IMIX from not set to 1).", sentence);
        Assert.Contains("Relaxation relax succeeded in attempt 2.", story);
    }

    [Fact]
    public void Of_potentials_titles_and_digests_are_kept_and_no_text()
    {
        const string marker = "This file is no pseudopotential";
        var files = new List<string>();
        foreach (var (name, arguments) in new[] { ("export.csv", new[] { "export", "tiny.yaml" }), ("export.json", ["export", "tiny.yaml", "--format", "json"]), ("events.jsonl", ["audit", "export", "tiny.yaml"]), ("report.html", ["report", "tiny.yaml", "--out", "-"]) })
        {
            var answer = Process.Run(arguments);
            Assert.True(answer.ExitCode == 0, answer.Err);
            Assert.Contains("Li3", answer.Out);
            Assert.False(answer.Out.Contains(marker, StringComparison.Ordinal), name);
        }
        foreach (var file in Directory.EnumerateFiles(Process.Folder, "*", SearchOption.AllDirectories).Where(f => !f.Contains("/tiny.runs/", StringComparison.Ordinal) && Path.GetExtension(f) != ".sock"))
        {
            files.Add(Path.GetFileName(file));
            Assert.False(File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes(marker)) >= 0, file);
        }
        Assert.Contains("tiny.db", files);
        Assert.Contains(files, f => f.EndsWith(".log", StringComparison.Ordinal));

        var folder = calm.Campaign.Folders.First(f => f.Contains($"/{Compounds(Rows, "Li3OCl").First()}/relaxation.relax/", StringComparison.Ordinal));
        Assert.Contains(marker, File.ReadAllText(Path.Combine(folder, "POTCAR")));
        using var run = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "run.json")));
        var facts = $"{run.RootElement.GetProperty("facts")}";
        foreach (var potential in new[] { "Li_sv", "O", "Cl" })
        {
            Assert.Contains($"PAW_PBE {potential} standin", facts);
            Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(FakeVaspProgram.Potcars, potential, "POTCAR")))), facts);
        }
        Assert.DoesNotContain(marker, facts);
    }

    [Fact]
    public void Killed_three_times_the_result_is_the_same_and_every_attempt_was_started_once()
    {
        using var killed = new VaspRehearsal(isCounted: true);
        var all = calm.Campaign.Begun;
        foreach (var part in new[] { 0.1, 0.4, 0.8 }) Assert.True(killed.Process.RunAndKillWhen(() => killed.Begun >= part * all));
        killed.Finish();
        Assert.Equal(calm.Csv, killed.Process.Export());
        Assert.Equal(calm.Campaign.Attempts, killed.Attempts);
        Assert.All(killed.Folders, f => Assert.Equal(1, VaspRehearsal.Starts(f)));
    }
}
