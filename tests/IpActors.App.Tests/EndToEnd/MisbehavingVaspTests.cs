using System.Globalization;
using System.Text.Json;
using IpActors.Science.Numerics;

namespace IpActors.App.Tests.EndToEnd;

/// <summary>What a program can do to its supervisor, done by real processes under the real engine: each misdeed is named, paid from its own budget, and where it is curable changes no decision.</summary>
public class MisbehavingVaspTests
{
    const string First = "\"folder\": \"relaxation.relax/1-\"";
    const double Chance = 0.6;
    const int Seed = 4, ChanceRule = 10;

    static readonly string Rules = $$"""
        { "do": "signal", "number": 11, "step": 2, "formula": "Li3OCl", {{First}} },
        { "do": "signal", "number": 15, "step": 2, "formula": "Li3OBr", {{First}} },
        { "do": "memory", "megabytes": 600, "step": 2, "formula": "Li3SCl", {{First}} },
        { "do": "truncate", "file": "OUTCAR", "part": 0.5, "formula": "Li3SBr", {{First}} },
        { "do": "delete", "file": "CONTCAR", "formula": "Li4OCl2", {{First}} },
        { "do": "disk-full", "step": 2, "formula": "Li4OBr2", {{First}} },
        { "do": "child", "seconds": 900, "formula": "Li4OClBr" },
        { "do": "truncate", "file": "CONTCAR", "part": 0.4, "formula": "Li4SCl2" },
        { "do": "exit", "exitCode": 3, "step": 2, "formula": "Li4SBr2", {{First}} },
        { "do": "slow", "seconds": 0.01, "formula": "Li4SBr2" },
        { "do": "signal", "number": 9, "step": 2, "formula": "Li4SClBr", "probability": {{Chance}}, "seed": {{Seed}} }
        """;

    static readonly (string Formula, string Code, string Kind, string? Resume)[] Expected =
    [
        ("Li3OCl", "crashed", "infrastructure", null), ("Li3OBr", "killed", "infrastructure", "all"), ("Li3SCl", "crashed", "infrastructure", null), ("Li3SBr", "did_not_finish", "infrastructure", "all"),
        ("Li4OCl2", "files", "infrastructure", null), ("Li4OBr2", "disk_full", "infrastructure", null), ("Li4SBr2", "did_not_finish", "infrastructure", "all"),
    ];

    /// <summary>How often the dice kill a compound of that formula before they let it go: as the stand-in throws them.</summary>
    static int Throws(int from) { var k = from; while (SeededRandom.Stream(Seed, $"{ChanceRule}/Li4SClBr/{k}").NextDouble() < Chance) k++; return k; }

    [Fact]
    public void Curable_misdeeds_are_named_and_paid_for_and_change_no_decision()
    {
        using var calm = new MisbehavingVasp("");
        using var wild = new MisbehavingVasp(Rules, restart: "{physics_attempts: 1, infrastructure_attempts: 9, backoff_first_s: 0.05, backoff_longest_s: 0.1}");
        var (expected, rows) = (calm.Finish(), wild.Finish());
        Assert.Empty(calm.Failures());

        // The same compounds with the same ranks, chosen in the same iterations; numbers to what a relaxation that went on from another point may differ by.
        Assert.Equal(expected.Select(r => r["id"]), rows.Select(r => r["id"]));
        Assert.Contains(expected, r => r["iteration"] == "2");
        foreach (var (a, b) in expected.Zip(rows))
            foreach (var (column, value) in a)
                if (column is "iteration" or "rank" or "front" || !double.TryParse(value, CultureInfo.InvariantCulture, out var x)) Assert.True(value == b[column], $"{a["id"]} {column}: {value} became {b[column]}");
                else Assert.Equal(x, double.Parse(b[column], CultureInfo.InvariantCulture), 5e-3);

        var (failures, formulas) = (wild.Failures(), rows.Where(r => r["role"] == "candidate").ToDictionary(r => r["id"], r => r["formula"]));
        Assert.All(failures, f => Assert.True(formulas.ContainsKey(f.Compound), $"{f.Compound} failed with {f.Code}"));
        foreach (var (id, formula) in formulas)
        {
            var own = failures.Where(f => f.Compound == id).Select(f => (f.Code, f.Kind, f.Resume)).ToList();
            if (formula == "Li4SClBr") Assert.All(own, f => Assert.Equal(("killed", "infrastructure"), (f.Code, f.Kind)));
            else Assert.Equal(Expected.Where(e => e.Formula == formula).Select(e => (e.Code, e.Kind, e.Resume)), own);
        }
        var (diced, thrown) = (formulas.Where(f => f.Value == "Li4SClBr").Select(f => f.Key).ToList(), 0);
        foreach (var _ in diced) thrown = Throws(thrown) + 1; // the throw that lets it go counts as well
        Assert.Equal(thrown - diced.Count, failures.Count(f => diced.Contains(f.Compound)));
        Assert.True(thrown > diced.Count);
        Assert.Equal(formulas.Count + rows.Count(r => r["role"] == "reference") + failures.Count, wild.Folders.Count);
        Assert.Equal(0, wild.Living);
    }

    public static TheoryData<string, string, int> Incurable => new()
    {
        { """{ "do": "signal", "number": 9, "step": 2 }""", "killed", 3 }, // the machinery's budget
        { """{ "do": "disk-full" }""", "disk_full", 3 },
        { """{ "do": "fault", "code": "edddav" }""", "edddav", 2 }, // the physics'
        { """{ "do": "fault", "code": "nostart" }""", "nostart", 2 }, // the row's own: once more
        { """{ "do": "fault", "code": "sick_job", "boxed": true }""", "sick_job", 1 }, // fatal
        { """{ "do": "fault", "code": "aeccar" }""", "aeccar", 1 },
    };

    [Theory, MemberData(nameof(Incurable))]
    public void What_no_attempt_cures_is_given_up_when_its_own_budget_is_spent(string rule, string code, int attempts)
    {
        using var c = new MisbehavingVasp(rule, settings: "{INCAR.LAECHG: .TRUE.}");
        var answer = c.Calculate();
        Assert.Equal(1, answer.ExitCode);
        Assert.StartsWith($"{code}: ", JsonDocument.Parse(answer.Out).RootElement.GetProperty("fault").GetString());
        Assert.Equal(attempts, c.Folders.Count);
        Assert.Equal(0, c.Living);
    }

    /// <summary>Silent, deaf to SIGTERM, with a child in another session: the walltime ends it, by force, and the next attempt has twice the time.</summary>
    [Fact]
    public void One_that_hangs_and_ignores_signals_is_ended_with_its_children_and_its_successor_finds_the_same()
    {
        using var calm = new MisbehavingVasp("");
        using var c = new MisbehavingVasp($$"""
            { "do": "ignore-term" }, { "do": "child", "seconds": 900, {{First}} }, { "do": "hang", "step": 2, {{First}} }
            """, launcher: "{poll_s: 0.1, grace_s: 1, walltime_h: 0.005, longest_walltime_h: 0.1}", restart: "{physics_attempts: 1, infrastructure_attempts: 7, backoff_first_s: 0.05, backoff_longest_s: 0.1}");
        var answer = c.Calculate();
        Assert.True(answer.ExitCode == 0, answer.Err);
        Assert.Contains("relax: walltime: ", answer.Err);
        using (var exit = JsonDocument.Parse(File.ReadAllText(Path.Combine(c.Folders[0], "exit.json")))) Assert.Equal((9, "walltime"), (exit.RootElement.GetProperty("signal").GetInt32(), exit.RootElement.GetProperty("stopped").GetString()));
        using (var guards = JsonDocument.Parse(File.ReadAllText(Path.Combine(c.Folders[1], "guard.json")))) Assert.Equal(36, guards.RootElement.GetProperty("walltimeSeconds").GetDouble());
        Assert.Equal(0, c.Living);
        static double Energy(CampaignProcess.Answer a) => JsonDocument.Parse(a.Out).RootElement.GetProperty("energy_eV_per_atom").GetDouble();
        Assert.Equal(Energy(calm.Calculate()), Energy(answer), 1e-4);
    }
}
