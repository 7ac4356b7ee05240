using System.Text.Json;
using IpActors.Science.Numerics;

namespace IpActors.App.Tests.EndToEnd;

/// <summary>
/// Rolling selections depend on the order in which results come in, so two runs may choose differently; the promise is that whatever was chosen follows, bit for bit, from what the journal says was known, through any number of kills.
/// </summary>
public class RollingTests
{
    static void Change(CampaignProcess process, params (string From, string To)[] changes)
    {
        var text = File.ReadAllText(process.File);
        foreach (var (from, to) in changes) { Assert.Contains(from, text); text = text.Replace(from, to); }
        File.WriteAllText(process.File, text);
    }

    static List<JsonElement> Events(CampaignProcess process) => [.. process.Run("audit", "export", "tiny.yaml").Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
    static string Manifest(JsonElement e) => e.GetProperty("manifest").GetString()!;
    static void Verifies(CampaignProcess process)
    {
        var verify = process.Run("audit", "verify", "tiny.yaml");
        Assert.True(verify.ExitCode == 0, verify.Out + verify.Err);
    }

    [Fact] public void Killed_again_and_again_every_selection_still_follows_and_nothing_is_evaluated_twice()
    {
        using var process = new CampaignProcess();
        Change(process, ("rule: uhvi", "rule: greedy\n  mode: rolling\n  pending: believer\n  refit_every: 2"), ("batch: 2", "batch: 3"));
        var random = SeededRandom.Stream(5, "kill");
        var kills = 0;
        while (process.RunAndKillAfter(TimeSpan.FromSeconds(0.3 + (1.5 + 0.25 * kills) * random.NextDouble()))) kills++;
        Assert.True(kills >= 3, $"only {kills} kills");
        Verifies(process);

        var events = Events(process);
        var batches = events.Where(e => Manifest(e) == "campaign.batch-selected/1").Select(e => e.GetProperty("event").GetProperty("batch")).ToList();
        var chosen = batches.SelectMany(b => b.GetProperty("chosen").EnumerateArray().Select(c => c.GetProperty("compound").GetString()!)).ToList();
        Assert.Equal(10, chosen.Count); // 4 and two times 3: the budget of iterations is met exactly
        Assert.Equal(chosen.Count, chosen.Distinct().Count());
        Assert.Equal(chosen.Order(), events.Where(e => Manifest(e) == "campaign.evaluation-recorded/1").Select(e => e.GetProperty("event").GetProperty("compound").GetString()!).Order());
        Assert.All(events.Where(e => Manifest(e) == "run.succeeded/1").GroupBy(e => e.GetProperty("entity").GetString()), g => Assert.Single(g));
        Assert.All(batches.Skip(1), b => Assert.NotEmpty(b.GetProperty("modelDigests").EnumerateArray()));
        Assert.Contains(batches, b => b.GetProperty("pending").GetArrayLength() > 0);

        // Each selection names its rank, be it the only one of its batch or, after a kill had emptied several slots, one of several.
        foreach (var batch in batches.Where(b => b.GetProperty("modelDigests").GetArrayLength() > 0))
            foreach (var choice in batch.GetProperty("chosen").EnumerateArray())
            {
                var told = process.Run("audit", "explain", "tiny.yaml", choice.GetProperty("compound").GetString()!).Out;
                Assert.Contains($"chose it with rank {choice.GetProperty("rank")} of {batch.GetProperty("candidates")} candidates", told);
                Assert.Contains($"known, {batch.GetProperty("pending").GetArrayLength()} under evaluation)", told);
            }
    }

    [Fact] public void Four_objectives_one_of_them_minimised_with_constraints_scores_and_named_compounds()
    {
        using var process = new CampaignProcess();
        File.WriteAllText(Path.Combine(process.Folder, "scores.csv"), "id_or_formula,score\nLi3OCl,0.9\nLi3SBr,0.1\n");
        Change(process, ("objectives:\n", "objectives:\n  - {property: decomposition-energy, scale: -10, reference: -1}\n"), ("rule: uhvi", "rule: uhvi\n  mode: rolling\n  initial_ids: [Li3XZ-01-1.0.0.1.0.1-O-Cl-0]\n  constraints:\n    - {property: decomposition-energy, max: 0.09}\n    - {property: hydration-energy, min: -200}\n    - {property: synthesizability, min: 0.05}"),
            ("screening:\n", "screening:\n  pool_by: e_d_and_l_s\n  synthesizability: {file: scores.csv}\n"), ("max_iterations: 2", "max_iterations: 1"));
        var run = process.Run("run", "tiny.yaml");
        Assert.True(run.ExitCode == 0, run.Err);
        Verifies(process);
        var events = Events(process);
        var batches = events.Where(e => Manifest(e) == "campaign.batch-selected/1").Select(e => e.GetProperty("event").GetProperty("batch")).ToList();
        Assert.Equal("Li3XZ-01-1.0.0.1.0.1-O-Cl-0", batches[0].GetProperty("chosen")[0].GetProperty("compound").GetString());
        Assert.Equal(4, batches[^1].GetProperty("chosen")[0].GetProperty("mu").GetArrayLength());
        Assert.True(batches[0].GetProperty("violating").GetInt32() > 0);
        var csv = process.Export().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(',')).ToList();
        int ed = Array.IndexOf(csv[0], "e_d_eV_per_atom"), stage = Array.IndexOf(csv[0], "stage"), formula = Array.IndexOf(csv[0], "formula");
        var evaluated = csv.Where(c => c[stage] == "ParetoRanked").ToList();
        Assert.Equal(6, evaluated.Count);
        Assert.All(evaluated, c => Assert.True(double.Parse(c[ed]) <= 0.09 && c[formula] != "Li3SBr"));
        // The best decomposition energy is the lowest.
        var best = events.Last(e => Manifest(e) == "campaign.iteration-completed/1").GetProperty("event").GetProperty("best").EnumerateArray().Single(b => b.GetProperty("objective").GetString() == "decomposition-energy");
        Assert.Equal(evaluated.Min(c => double.Parse(c[ed])), best.GetProperty("value").GetDouble());

        var pool = Path.Combine(process.Folder, "pool.csv");
        var export = process.Run("export", "tiny.yaml", "--format", "pool", "--out", pool);
        Assert.True(export.ExitCode == 0, export.Err);
        Assert.Contains("Replay: ipactors backtest --pool POOL.csv", export.Err);
        var groups = export.Err.Split("--groups ")[1].Split(' ')[0];
        var backtest = process.Run("backtest", "--pool", pool, "--rule", "greedy", "--groups", groups, "--objectives", "band_gap_eV,hydration_energy_kJ_per_mol:0.01", "--initial", "3", "--batch", "1", "--seeds", "2", "--starts", "1");
        Assert.True(backtest.ExitCode == 0, backtest.Err);
        Assert.Contains("6 compounds of", backtest.Out);

        File.WriteAllText(Path.Combine(process.Folder, "scores.csv"), "id_or_formula,score\nLi3OCl,0.8\n");
        Assert.Contains("screening.synthesizability.scores", process.Run("run", "tiny.yaml", "--accept-changes").Err);
    }

    [Fact] public void One_objective_is_a_campaign_too()
    {
        using var process = new CampaignProcess();
        var text = File.ReadAllText(process.File);
        var from = text.IndexOf("  - {property: hydration-energy", StringComparison.Ordinal);
        text = text.Remove(from, text.IndexOf("surrogate:", StringComparison.Ordinal) - from);
        File.WriteAllText(process.File, text[..text.IndexOf("  hydration-energy:", StringComparison.Ordinal)]);
        var run = process.Run("run", "tiny.yaml", "--json");
        Assert.True(run.ExitCode == 0, run.Err);
        Assert.Single(JsonDocument.Parse(run.Out).RootElement.GetProperty("front").EnumerateArray());
        Verifies(process);
    }
}
