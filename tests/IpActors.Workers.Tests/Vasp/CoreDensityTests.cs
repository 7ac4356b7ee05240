using System.Text.Json;
using IpActors.Domain.DftRuns;
using IpActors.Workers.Tests.FakeVasp;
using IpActors.Workers.Vasp;

namespace IpActors.Workers.Tests.Vasp;

/// <summary>Counted by pymatgen as custodian does: tests/compare/vasp_aeccar.py.</summary>
public class CoreDensityTests
{
    static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Vasp", "Fixtures", "aeccar", name);

    [Theory]
    [InlineData("good"), InlineData("bad"), InlineData("spins")]
    public void Negative_points_are_those_that_pymatgen_counts(string name)
    {
        using var known = JsonDocument.Parse(File.ReadAllText(Fixture("known.json")));
        Assert.Equal(known.RootElement.GetProperty("negative").GetProperty(name).GetInt32(), CoreDensity.NegativeValues(new(Fixture(name))));
    }

    [Fact]
    public void One_file_alone_another_grid_or_a_file_cut_short_tell_nothing()
    {
        using var folder = new Scratch();
        string core = File.ReadAllText(Path.Combine(Fixture("spins"), "AECCAR0")), valence = File.ReadAllText(Path.Combine(Fixture("spins"), "AECCAR2"));
        int? Of(string? a, string? b)
        {
            foreach (var (name, text) in new[] { ("AECCAR0", a), ("AECCAR2", b) }) if (text is null) File.Delete(Path.Combine(folder.Path, name)); else File.WriteAllText(Path.Combine(folder.Path, name), text);
            return CoreDensity.NegativeValues(new(folder.Path));
        }
        Assert.Equal(19, Of(core, valence));
        Assert.Null(Of(core, null));
        Assert.Null(Of(core, File.ReadAllText(Path.Combine(Fixture("good"), "AECCAR2"))));
        for (var length = 0; length < valence.Length / 2; length += 97) Assert.Null(Of(core, valence[..length])); // the first half is the density, the second that of spins
        Assert.Null(Of(core, valence.Replace("E+00", "E+0*", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_run_with_negative_cores_is_given_up_and_one_without_is_good()
    {
        foreach (var (script, expected) in new[] { ("""{"rules":[]}""", Array.Empty<string>()), ("""{"rules":[{"do":"fault","code":"aeccar"}]}""", ["aeccar"]) })
        {
            using var run = Folder.With(Folder.Li3OCl(), Folder.Relaxation + "LAECHG = .TRUE.\n", script: script);
            var exit = run.Play();
            var evidence = VaspEvidenceFiles.Read(run.Run) with { ExitCode = exit };
            Assert.Equal(expected, VaspFaults.Diagnose(evidence).Select(f => f.Code));
            if (expected.Length > 0) Assert.Equal(FaultKind.Fatal, VaspFaults.Decide(evidence, evidence.Settings, new Dictionary<string, int>())!.Fault.Kind);
        }
    }
}
