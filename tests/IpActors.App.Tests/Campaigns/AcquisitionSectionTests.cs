using IpActors.App.Campaigns;
using IpActors.Domain.Campaigns;
using IpActors.Science;

namespace IpActors.App.Tests.Campaigns;

public sealed class AcquisitionSectionTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("ipactors-test-").FullName;
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static string Text(string acquisition, string screening = "{}", string objectives = "[{property: band-gap, reference: 0}, {property: hydration-energy, reference: 0}]") =>
        $"name: a\nspace: {{x: [O, S], z: [Cl, Br], max_index: 1}}\nscreening: {screening}\nobjectives: {objectives}\nacquisition: {acquisition}\ncalculators: {{relaxation: {{with: builtin}}, band-gap: {{with: builtin}}, hydration-energy: {{with: builtin}}}}\n";

    CampaignFile Parse(string text) => CampaignFile.Parse(Path.Combine(_folder, "c.yaml"), text);
    string Wrong(string text) => Assert.Throws<InputException>(() => Parse(text)).Message[(_folder.Length + 1)..];
    void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    [Fact] public void The_rules_beyond_the_papers_are_read()
    {
        var a = Parse(Text("{rule: greedy, mode: rolling, batch: 5, select_after: 2, refit_every: 3, pending: believer, censored: bound, constraints: [{property: band-gap, min: 2}, {property: hydration-energy, min: -50, max: 0.5}, {property: tolerance-factor, max: 0.9}]}")).Settings.Acquisition;
        Assert.Equal(("rolling", 2, 3, "believer", "bound"), (a.Mode, a.SelectAfter, a.RefitEvery, a.Pending, a.Censored));
        Assert.Equal<Constraint>([new("band-gap", 2, null, "hard"), new("hydration-energy", -50, 0.5, "probability"), new("tolerance-factor", null, 0.9, "hard")], a.Constraints);
    }

    [Theory]
    [InlineData("{select_after: 2}", "c.yaml:5:29: acquisition.select_after: has a meaning in the mode rolling alone; write 'mode: rolling', or leave it out")]
    [InlineData("{refit_every: 2}", "has a meaning in the mode rolling alone")]
    [InlineData("{mode: rolling, batch: 3, select_after: 4}", "more than the 3 compounds under evaluation; write at most 3")]
    [InlineData("{mode: roling}", "c.yaml:5:21: unknown mode 'roling' in acquisition.mode; the nearest valid one is 'rolling'")]
    [InlineData("{pending: believer}", "nothing is imagined by this rule in this mode; write 'rule: greedy' or 'mode: rolling', or leave it out")]
    [InlineData("{constraints: [{property: band-gap}]}", "neither min nor max; write at least one")]
    [InlineData("{constraints: [{property: band-gap, min: 2, max: 1}]}", "constraints[1].min: above max; write at most 1")]
    [InlineData("{constraints: [{property: hydration-energy, min: 0, mode: hard}]}", "hydration-energy is not known before a compound is evaluated; write 'mode: probability'")]
    [InlineData("{known_objectives: true, constraints: [{property: band-gap, min: 2, mode: probability}]}", "band-gap is known of the whole pool and not predicted; write 'mode: hard'")]
    [InlineData("{rule: random, constraints: [{property: hydration-energy, min: 0}]}", "the rule random predicts nothing")]
    [InlineData("{constraints: [{property: conductivity, min: 1e-5}]}", "conductivity has no calculator; add 'conductivity: {with: builtin}' under calculators")]
    [InlineData("{constraints: [{property: synthesizability, min: 0.5}]}", "no scores are imported; add 'synthesizability: {file: scores.csv}' under screening")]
    [InlineData("{constraints: [{property: band-gap, min: 2}, {property: band-gap, max: 3}]}", "constraints[2].property: band-gap is limited twice; write one constraint with min and max")]
    [InlineData("{initial_ids: [x, x]}", "x is there twice; keep one")]
    public void What_does_not_fit_is_named_with_its_place_and_remedy(string acquisition, string words) => Assert.Contains(words, Wrong(Text(acquisition)));

    [Fact] public void Ehvi_is_refused_from_four_objectives_on() => Assert.Contains("ehvi is exact for up to 3 objectives", Assert.Throws<InputException>(() => CampaignFile.Parse("c.yaml", Text("{rule: ehvi}", objectives:
        "[{property: band-gap, reference: 0}, {property: hydration-energy, reference: 0}, {property: decomposition-energy, scale: -1, reference: -1}, {property: conductivity, reference: 0}]").Replace("hydration-energy: {with", "conductivity: {with: builtin}, hydration-energy: {with"))).Message);

    [Fact] public void Named_compounds_come_from_list_and_file_and_must_be_of_the_space()
    {
        Write("known.csv", "id,why\nLi3XZ-01-1.0.0.1.0.1-S-Cl-0,seen\n");
        var file = Parse(Text("{initial_ids: [Li3XZ-01-1.0.0.1.0.1-O-Cl-0], initial_file: known.csv}"));
        Assert.Equal<string>(["Li3XZ-01-1.0.0.1.0.1-O-Cl-0", "Li3XZ-01-1.0.0.1.0.1-S-Cl-0"], file.Settings.Acquisition.InitialIds);
        AcquisitionSection.RequireInitial(file);
        Assert.EndsWith("c.yaml: acquisition.initial_ids: 'Li3XZ-01-1.0.0.1.0.1-O-Cx-0' is no compound of this space; the nearest is 'Li3XZ-01-1.0.0.1.0.1-O-Cl-0'",
            Assert.Throws<InputException>(() => AcquisitionSection.RequireInitial(Parse(Text("{initial_ids: [Li3XZ-01-1.0.0.1.0.1-O-Cx-0]}")))).Message);
        Write("known.csv", "id\na\na\n");
        Assert.Equal("known.csv:3: a is there twice; keep one", Wrong(Text("{initial_file: known.csv}")));
        Write("known.csv", "id\nLi3XZ-01-1.0.0.1.0.1-S-Br-0\n");
        Assert.NotEqual(file.Digest, Parse(file.Text).Digest);
    }

    [Fact] public void Scores_are_read_and_their_digest_is_part_of_the_file()
    {
        Write("scores.csv", "id_or_formula,score\nLi3OCl,0.75\nLi3XZ-01-1.0.0.1.0.1-S-Cl-0,0.25\n");
        var file = Parse(Text("{constraints: [{property: synthesizability, min: 0.3}]}", "{pool_by: e_d_and_l_s, synthesizability: {file: scores.csv}}"));
        var s = file.Settings.Screening.Synthesizability!;
        Assert.Equal((2, 0.5, true), (s.Count, s.Min, s.FiltersPool));
        Assert.Equal(0.75, SynthesizabilityScores.FromBytes(file.Blobs.Single()).Of("x-1", "Li3ClO"));
        Write("scores.csv", "id_or_formula,score\nLi3OCl,0.5\n");
        Assert.NotEqual(file.Digest, Parse(Text("{constraints: [{property: synthesizability, min: 0.3}]}", "{pool_by: e_d_and_l_s, synthesizability: {file: scores.csv}}")).Digest);
    }

    [Theory]
    [InlineData("Li3OCl,1.5", "scores.csv:2: a score of 1.5; L_s is from 0 to 1")]
    [InlineData("Li3OCl,0.5\nClLi3O,0.5", "scores.csv:3: ClLi3O has a score already; keep one")]
    [InlineData("Li3O?Cl,0.5", "scores.csv:2: ")]
    [InlineData("Li3OCl,high", "scores.csv:2: 'high' in column 'score' is not a finite number")]
    public void Scores_that_cannot_be_are_named_with_their_line(string rows, string words)
    {
        Write("scores.csv", $"id_or_formula,score\n{rows}\n");
        Assert.Contains(words, Wrong(Text("{}", "{synthesizability: {file: scores.csv}}")));
    }

    [Fact] public void A_pool_by_scores_needs_scores() => Assert.Contains("no scores are imported", Wrong(Text("{}", "{pool_by: e_d_and_l_s}")));
}
