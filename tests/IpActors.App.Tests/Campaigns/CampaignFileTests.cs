using IpActors.App.Campaigns;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Works;
using IpActors.Engine.Journals;

namespace IpActors.App.Tests.Campaigns;

public class CampaignFileTests
{
    const string Smallest = "name: tiny\nobjectives: [{property: band-gap, reference: 0}]\ncalculators:\n  relaxation: {with: builtin}\n  band-gap: {with: builtin}\n";

    [Theory, InlineData("config/quickstart.yaml"), InlineData("config/inverse-perovskites.yaml"), InlineData("config/antifluorite.yaml")]
    public void Shipped_files_are_read_and_state_the_seed_and_each_calculator(string path)
    {
        var file = CampaignFile.Read(Repository.PathOf(path));
        Assert.Contains("\nseed: ", file.Text);
        foreach (var property in CampaignKeys.CalculatedProperties) Assert.Contains($"\n  {property}:\n    with: builtin", file.Text);
        Assert.Equal(4, file.Settings.Calculators.Length);
        Assert.StartsWith("campaigns/", $"{file.Host.Journal}");
    }

    [Fact]
    public void The_papers_campaign_has_the_papers_settings()
    {
        var s = CampaignFile.Read(Repository.PathOf("config/inverse-perovskites.yaml")).Settings;
        Assert.Equal([new Objective("band-gap", "linear", 1, 0), new("hydration-energy", "linear", 0.01, -10), new("conductivity", "linear", 10, 0)], s.Objectives.AsEnumerable());
        Assert.Equal(new AcquisitionSettings("uhvi", 1, 10, 20) { Censored = AcquisitionSettings.Excluded }, s.Acquisition);
        Assert.Equal(new StopSettings(3, null, null), s.Stop);
        Assert.Equal(new SurrogateSettings(30, 4), s.Surrogate);
        Assert.Equal(0.1, s.Screening.MaxDecompositionEnergyEvPerAtom);
        Assert.Equal(10, s.PlanOf("conductivity")!.Parts.Length);
        Assert.Equal(11, s.PlanOf("hydration-energy")!.Parts.Length);
    }

    [Fact]
    public void Left_out_sections_are_the_papers_defaults()
    {
        var file = CampaignFile.Parse("c.yaml", "name: d\ncalculators: {relaxation: {with: builtin}, band-gap: {with: builtin}, hydration-energy: {with: builtin}, conductivity: {with: builtin}}\n");
        var paper = CampaignFile.Read(Repository.PathOf("config/inverse-perovskites.yaml")).Settings;
        Assert.Equal(paper.Objectives.AsEnumerable(), file.Settings.Objectives.AsEnumerable());
        Assert.Equal((paper.Acquisition, paper.Stop, paper.Surrogate, paper.Screening, paper.Restart), (file.Settings.Acquisition, file.Settings.Stop, file.Settings.Surrogate, file.Settings.Screening, file.Settings.Restart));
        Assert.Equal((1L, "campaigns/d.db", "embedded"), (file.Settings.Seed, $"{file.Host.Journal}", file.Host.Engine));
        Assert.Equal(paper.PlanOf("conductivity")! with { ToleratedFailures = 0 }, file.Settings.PlanOf("conductivity"));
    }

    [Fact]
    public void The_options_beside_the_papers_rule_are_read()
    {
        var file = CampaignFile.Parse("c.yaml", Smallest + "acquisition: {rule: ehvi, cap_per_composition: 2, known_objectives: true}\nstop: {unchanged_volume_iterations: 4, volume_tolerance: 0.01}\n");
        Assert.Equal(new AcquisitionSettings("ehvi", 1, 10, 20, 2, true) { Censored = AcquisitionSettings.Excluded }, file.Settings.Acquisition);
        Assert.Equal(new StopSettings(3, null, null, 4, 0.01), file.Settings.Stop);
        Assert.Equal(("true", "2"), (file.Values["acquisition.known_objectives"], file.Values["acquisition.cap_per_composition"]));
    }

    [Fact]
    public void Expected_improvement_is_refused_where_it_is_not_exact() => Assert.Equal("c.yaml:3:21: acquisition.rule: ehvi is exact for up to 3 objectives; write uhvi or greedy, or list fewer objectives",
        ErrorOf("name: four\nobjectives: [{property: band-gap, reference: 0}, {property: hydration-energy, reference: 0}, {property: conductivity, reference: 0}, {property: decomposition-energy, reference: 0}]\nacquisition: {rule: ehvi}\ncalculators: {relaxation: {with: builtin}, band-gap: {with: builtin}, hydration-energy: {with: builtin}, conductivity: {with: builtin}}\n"));

    [Theory]
    [InlineData("", "c.yaml: empty; a campaign file needs at least 'name' and 'calculators' (start from config/quickstart.yaml)")]
    [InlineData("# only a comment\n", "c.yaml: empty; a campaign file needs at least 'name' and 'calculators' (start from config/quickstart.yaml)")]
    [InlineData("\u0001\u0002PNG", "c.yaml: binary data, not YAML text; give a campaign file such as config/quickstart.yaml")]
    [InlineData("just words\n", "c.yaml:1:1: a single value where the sections of a campaign are expected; begin with a line like 'name: my-campaign'")]
    [InlineData("- a\n- b\n", "c.yaml:1:1: a list where the sections of a campaign are expected; begin with a line like 'name: my-campaign'")]
    [InlineData("name: a\nstop:\n\tmax_iterations: 1\n", "c.yaml:3:1: a tab in the indentation; YAML indents with spaces")]
    [InlineData("name: a\nname: b\n", "c.yaml:2:1: 'name' is there twice (first in line 1); keep one")]
    [InlineData("name: a\nstop: {max_iterations: 1, max_iterations: 2}\n", "c.yaml:2:27: 'max_iterations' is there twice (first in line 2); keep one")]
    [InlineData("name: a\n---\nname: b\n", "c.yaml:2:1: a second YAML document; one file holds one campaign")]
    [InlineData("seed: 1\n", "c.yaml:1:1: missing key 'name'; add it (the campaign's name; it is part of every id in the journal)")]
    [InlineData("name: a\n", "c.yaml:1:1: missing key 'calculators'; add it (by property: who calculates it, and how)")]
    [InlineData("name: [a]\n", "c.yaml:1:7: name: a list is not right; a name of letters")]
    [InlineData("name: a b\n", "c.yaml:1:7: name: 'a b' will not do; write a name of letters, digits, '-', '_' and '.', at most 64 long, beginning with a letter or digit")]
    [InlineData("nmae: a\n", "c.yaml:1:1: unknown key 'nmae'; the nearest valid one is 'name'")]
    [InlineData("name: a\nacquisition:\n  bacth: 3\n", "c.yaml:3:3: unknown key 'bacth' under acquisition; the nearest valid one is 'batch'")]
    [InlineData("name: a\nacquisition: {batch: ten}\n", "c.yaml:2:22: acquisition.batch: 'ten' will not do; write a whole number from 1 to 10000")]
    [InlineData("name: a\nacquisition: {batch: \"10\"}\n", "c.yaml:2:22: acquisition.batch: the text '10' will not do; write a whole number from 1 to 10000")]
    [InlineData("name: a\nacquisition: {batch: 2.5}\n", "c.yaml:2:22: acquisition.batch: '2.5' will not do; write a whole number from 1 to 10000")]
    [InlineData("name: a\nacquisition: {batch: 0}\n", "c.yaml:2:22: acquisition.batch: '0' is out of range; write a whole number from 1 to 10000")]
    [InlineData("name: a\nacquisition: {batch: }\n", "c.yaml:2:22: acquisition.batch: nothing will not do; write a whole number from 1 to 10000")]
    [InlineData("name: a\nseed: 99999999999999999999\n", "c.yaml:2:7: seed: '99999999999999999999' is out of range; write a whole number from 0 to 9223372036854775807")]
    [InlineData("name: a\nacquisition: {beta: .nan}\n", "c.yaml:2:21: acquisition.beta: '.nan' will not do; write a number from 0 to 100")]
    [InlineData("name: a\nacquisition: {beta: 1e999}\n", "c.yaml:2:21: acquisition.beta: '1e999' is out of range; write a number from 0 to 100")]
    [InlineData("name: a\nacquisition: 5\n", "c.yaml:2:14: acquisition: '5' is not right; a section of keys is expected here")]
    [InlineData("name: a\nacquisition: {rule: uhvl}\n", "c.yaml:2:21: unknown rule 'uhvl' in acquisition.rule; the nearest valid one is 'uhvi'")]
    [InlineData("name: a\nobjectives: [{property: bandgap, reference: 0}]\n", "c.yaml:2:25: unknown objective 'bandgap' in objectives[1].property; the nearest valid one is 'band-gap'")]
    [InlineData("name: a\nacquisition: {known_objectives: 1}\n", "c.yaml:2:33: acquisition.known_objectives: '1' will not do; write true or false")]
    [InlineData("name: a\nacquisition: {known_objectives: \"true\"}\n", "c.yaml:2:33: acquisition.known_objectives: the text 'true' will not do; write true or false")]
    [InlineData("name: a\nstop: {volume_tolerance: 2}\n", "c.yaml:2:26: stop.volume_tolerance: '2' is out of range; write a number from 0 to 1")]
    [InlineData("name: a\nobjectives: []\n", "c.yaml:2:13: objectives: 0 entries; give from 1 to 4")]
    [InlineData("name: a\nobjectives: [{property: band-gap, scale: 0, reference: 0}]\n", "c.yaml:2:42: objectives[1].scale: '0' is out of range; write a number from -1000000 to 1000000, not 0")]
    [InlineData("name: a\nengine: acca\n", "c.yaml:2:9: unknown engine 'acca' in engine; the nearest valid one is 'akka'")]
    [InlineData("name: a\ncalculators: {relaxation: {with: vaps}}\n", "c.yaml:2:34: unknown calculator 'vaps' in calculators.relaxation.with; the nearest valid one is 'vasp'")]
    [InlineData("name: a\ncalculators: {relaxation: {with: bultin}}\n", "c.yaml:2:34: unknown calculator 'bultin' in calculators.relaxation.with; the nearest valid one is 'builtin'")]
    [InlineData("name: a\ncalculators: {band_gap: {with: builtin}}\n", "c.yaml:2:15: unknown key 'band_gap' under calculators; the nearest valid one is 'band-gap'")]
    [InlineData("name: a\ncalculators: {relaxation: {}}\n", "c.yaml:2:27: missing key 'calculators.relaxation.with'; add it (the calculator: builtin")]
    [InlineData("name: a\nname: [\n", "c.yaml:2:1: 'name' is there twice")]
    [InlineData("name: a\nstop: [1, 2\n", "c.yaml:3:1: not YAML (")]
    [InlineData("? [a, b]\n: c\n", "c.yaml:1:3: a key that is not plain text; write 'key: value'")]
    public void A_bad_file_is_one_line_with_place_and_remedy(string text, string expected) => Assert.StartsWith(expected, ErrorOf(text));

    [Theory]
    [InlineData("objectives: [{property: band-gap, reference: 0}]", "objectives: [{property: conductivity, reference: 0}]", "c.yaml:2:25: objectives[1].property: conductivity has no calculator; add 'conductivity: {with: builtin}' under calculators")]
    [InlineData("objectives: [{property: band-gap, reference: 0}]", "seed: 3", "c.yaml:4:3: calculators: hydration-energy is one of the default objectives and has no calculator; add 'hydration-energy: {with: builtin}', or list the objectives")]
    [InlineData("reference: 0}]", "reference: 0}, {property: band-gap, reference: 1}]", "c.yaml:2:61: objectives[2].property: band-gap is an objective twice; keep one")]
    [InlineData("band-gap, reference", "decomposition-energy, transform: log10, reference", "c.yaml:2:58: objectives[1].transform: decomposition-energy may be zero or negative and has no logarithm; write linear")]
    [InlineData("  band-gap: {with: builtin}", "  band-gap: {with: builtin}\n  hydration-energy: {with: builtin, configurations: 2, tolerated_failures: 3}", "c.yaml:6:76: calculators.hydration-energy.tolerated_failures: more than the 2 calculations of the property; write at most 2")]
    [InlineData("  band-gap: {with: builtin}", "  band-gap: {with: builtin}\n  conductivity: {with: builtin, temperatures_K: [700, 800, 700]}", "c.yaml:6:60: calculators.conductivity.temperatures_K: 700 is there twice; keep one")]
    [InlineData("name: tiny", "name: tiny\nrestart: {backoff_first_s: 9, backoff_longest_s: 2}", "c.yaml:2:50: restart.backoff_longest_s: shorter than backoff_first_s; write a number at least as large")]
    [InlineData("name: tiny", "name: tiny\njournal: postgresql://me:secret@host/db", "c.yaml:2:10: journal: a password stands in the URL; take it out (campaign files are kept in journals) and give it by PGPASSWORD, ~/.pgpass or ?password_file=PATH")]
    [InlineData("name: tiny", "name: tiny\njournal: 'sqlite:'", "c.yaml:2:10: journal: no file is named there; write sqlite:PATH, such as sqlite:campaigns/quickstart.db")]
    public void What_contradicts_itself_is_refused(string replace, string by, string expected) => Assert.Equal(expected, ErrorOf(Smallest.Replace(replace, by)));

    [Fact]
    public void A_password_in_a_journal_url_is_never_repeated() => Assert.DoesNotContain("secret", ErrorOf("journal: postgresql://me:secret@host/db\n" + Smallest));

    [Fact]
    public void Deep_nesting_is_refused_and_does_not_overflow() => Assert.Contains("nested deeper than 32 levels", ErrorOf("name: " + new string('[', 200_000)));

    [Fact]
    public void A_bomb_of_aliases_is_refused_at_once()
    {
        var bomb = "space:\n  a: &a [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range('b', 9).Select(c => $"  {(char)c}: &{(char)c} [{string.Join(", ", Enumerable.Repeat("*" + (char)(c - 1), 10))}]\n"));
        Assert.Contains("once its aliases are followed", ErrorOf(Smallest + bomb));
    }

    [Fact]
    public void A_harmless_alias_is_followed()
    {
        var file = CampaignFile.Parse("c.yaml", "name: tiny\nobjectives: [{property: band-gap, reference: 0}]\ncalculators:\n  relaxation: &b {with: builtin}\n  band-gap: {with: builtin}\nstop:\n  unchanged_iterations: &n 2\n  max_iterations: *n\n");
        Assert.Equal(new StopSettings(2, 2, null), file.Settings.Stop);
    }

    [Fact]
    public void An_alias_of_nothing_is_an_error_with_its_place() => Assert.Equal("c.yaml:2:24: '*nowhere' refers to nothing; name the value it means with '&nowhere' before it", ErrorOf("name: a\nstop: {max_iterations: *nowhere }\n"));

    [Fact]
    public void A_file_of_more_than_a_mebibyte_a_folder_and_a_missing_file_are_one_line_each()
    {
        var big = Path.GetTempFileName();
        File.WriteAllText(big, new string('#', YamlText.MaxBytes + 1));
        Assert.EndsWith(": larger than 1 MiB, which no campaign file is; check the path", Assert.Throws<Science.InputException>(() => CampaignFile.Read(big)).Message);
        File.Delete(big);
        Assert.Contains(": a folder; give a campaign file", Assert.Throws<Science.InputException>(() => CampaignFile.Read(Path.GetTempPath())).Message);
        Assert.Equal("no/such.yaml: no such file; check the path", Assert.Throws<Science.InputException>(() => CampaignFile.Read("no/such.yaml")).Message);
    }

    [Fact]
    public void The_digest_is_the_texts_SHA_256() => // sha256sum of the text
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Smallest))), CampaignFile.Parse("c.yaml", Smallest).Digest);

    [Theory, InlineData("sqlite:a/b.db", "a/b.db"), InlineData("a/b.db", "a/b.db"), InlineData("sqlite:/abs.db", "/abs.db")]
    public void A_journal_is_a_sqlite_file_with_or_without_its_prefix(string text, string path) => Assert.Equal(new SqliteAddress(path), JournalLocation.Parse("--journal", text));

    static string ErrorOf(string text)
    {
        var message = Assert.Throws<Science.InputException>(() => CampaignFile.Parse("c.yaml", text)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
