using System.Text.Json;

namespace IpActors.App.Tests.EndToEnd;

/// <summary>A family that the program does not know, from a structure file of the user's to a Pareto front; and one that the built-in model cannot compute.</summary>
public sealed class OwnFamilyTests : IDisposable
{
    readonly CampaignProcess _process = new();
    public void Dispose() => _process.Dispose();

    string Shipped(string name)
    {
        Directory.CreateDirectory(Path.Combine(_process.Folder, "spaces"));
        foreach (var path in Directory.EnumerateFiles(Repository.PathOf("config/spaces"))) File.Copy(path, Path.Combine(_process.Folder, "spaces", Path.GetFileName(path)), overwrite: true);
        return Repository.Read($"config/{name}");
    }

    /// <summary>The shipped campaign with lengths that mean nothing physically.</summary>
    string Small()
    {
        var text = Shipped("antifluorite.yaml");
        foreach (var (from, to) in new[]
        {
            ("journal: sqlite:campaigns/antifluorite.db", "journal: sqlite:own.db"), ("supercells: [[1, 1, 1], [1, 1, 2]]    # of", "supercells: [[1, 1, 1]]    # of"), ("x: [O, S, Se, Te]", "x: [S, Se, Te]"), ("batch: 3, initial: 6", "batch: 2, initial: 3"),
            ("max_iterations: 3", "max_iterations: 1"), ("configurations: 2", "configurations: 1"), ("minimum_edge_A: 7.0", "minimum_edge_A: 4.0"), ("minimum_edge_A: 7.5", "minimum_edge_A: 4.0"), ("npt_ps: 1.0", "npt_ps: 0.1"),
            ("nvt_ps: 6.0", "nvt_ps: 0.6"), ("tolerated_failures: 2", "tolerated_failures: 6"),
        })
        {
            Assert.Contains(from, text);
            text = text.Replace(from, to);
        }
        File.WriteAllText(Path.Combine(_process.Folder, "own.yaml"), text);
        return "own.yaml";
    }

    [Fact]
    public void A_family_of_ones_own_runs_from_its_structure_file_to_a_front_and_verifies()
    {
        var file = Small();
        var run = _process.Run("run", file, "--json");
        Assert.True(run.ExitCode == 0, run.Err);
        var total = JsonDocument.Parse(_process.Run("space", "enumerate", file, "--json").Out).RootElement.GetProperty("total").GetInt32();
        var rows = _process.Run("export", file, "--format", "csv").Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).ToList();
        Assert.Equal(total, rows.Count(r => r.StartsWith("Li2X-", StringComparison.Ordinal)));
        // Of the set of binaries only those of its ions: Li2S, Li2Se, Li2Te.
        Assert.Equal(["ref-Li2S", "ref-Li2Se", "ref-Li2Te"], rows.Where(r => r.StartsWith("ref-", StringComparison.Ordinal)).Select(r => r.Split(',')[0]).Order(StringComparer.Ordinal));
        Assert.Equal(5, rows.Count(r => r.Contains("paretoranked", StringComparison.OrdinalIgnoreCase)));
        // A pure end member is its own reference phase.
        var pure = rows.Single(r => r.StartsWith("Li2X-01-1.0.0.1.0.1-Se-0,", StringComparison.Ordinal)).Split(',');
        var header = _process.Run("export", file, "--format", "csv").Out.Split('\n')[0].Split(',');
        Assert.Equal(0, double.Parse(pure[Array.IndexOf(header, "e_d_eV_per_atom")]), 1e-4);

        var verify = _process.Run("audit", "verify", file);
        Assert.True(verify.ExitCode == 0, verify.Out + verify.Err);
        Assert.Equal(0, _process.Run("run", file).ExitCode);

        // The parent stands in the journal: another structure under the same name is noticed, and refused once its compounds exist.
        var structure = Path.Combine(_process.Folder, "spaces", "antifluorite.vasp");
        File.WriteAllText(structure, File.ReadAllText(structure).Replace("\n5.71\n", "\n5.72\n"));
        var changed = _process.Run("run", file, "--accept-changes");
        Assert.Equal(2, changed.ExitCode);
        Assert.Contains("space.aristotypes: [Li2X (own, digest ", changed.Err);
        Assert.Contains("has enumerated its space", changed.Err);
    }

    [Fact]
    public void A_campaign_with_an_element_that_the_model_does_not_know_says_so_and_starts_nothing()
    {
        Shipped("antifluorite.yaml");
        File.WriteAllText(Path.Combine(_process.Folder, "a.yaml"), "name: a\njournal: sqlite:a.db\nspace:\n  aristotypes: [{name: argyrodite, structure: spaces/argyrodite.vasp, classes: {X: Br}}]\n  x: [S, Br]\n  ratios: [1/2]\n  max_index: 1\nobjectives: [{property: band-gap, reference: 0}]\ncalculators: {relaxation: {with: builtin}, band-gap: {with: builtin}}\n");
        var run = _process.Run("run", "a.yaml");
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Equal("ipactors: a.yaml:4:3: space: the built-in model has no ion of P; it knows Li O S Se Te F Cl Br I: give relaxation and band-gap another calculator, or list and export such a space with 'space enumerate'", run.Err.TrimEnd('\n'));
        Assert.False(File.Exists(Path.Combine(_process.Folder, "a.db")));
    }

    [Fact]
    public void An_unbalanced_space_is_refused_before_a_journal_is_made()
    {
        Shipped("antifluorite.yaml");
        File.WriteAllText(Path.Combine(_process.Folder, "a.yaml"), "name: a\njournal: sqlite:a.db\nspace:\n  aristotypes: [{name: Li2X, structure: spaces/antifluorite.vasp, classes: {X: S}, supercells: [[1, 1, 1]]}]\n  x: [S, Cl]\nobjectives: [{property: band-gap, reference: 0}]\ncalculators: {relaxation: {with: builtin}, band-gap: {with: builtin}}\n");
        var run = _process.Run("run", "a.yaml");
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("ipactors: a.yaml: space: Li2Cl is no mixture of the reference phases (Li2S LiCl)", run.Err);
        Assert.False(File.Exists(Path.Combine(_process.Folder, "a.db")));
    }
}
