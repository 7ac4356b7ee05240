using IpActors.App.Campaigns;
using IpActors.App.Tests.Pareto;
using IpActors.Domain.Campaigns;
using IpActors.Science;
using IpActors.Workers.Builtin;

namespace IpActors.App.Tests.Campaigns;

/// <summary>Which phases make a campaign's hull, and what is refused before anything is computed.</summary>
public class ReferencesSectionTests
{
    const string Rest = "objectives: [{property: band-gap, reference: 0}]\ncalculators: {relaxation: {with: builtin}, band-gap: {with: builtin}}\n";
    const string Space = "space: {aristotypes: [Li3XZ], x: [O], z: [Cl, Br], max_index: 1}\n";

    static CampaignFile Read(string references, string space = Space, string imported = "")
    {
        var path = AppProcess.File($"name: r\n{space}{references}\n{Rest}# {imported.ReplaceLineEndings(" ")}", "r.yaml");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(path)!, "more"), imported);
        return CampaignFile.Read(path);
    }

    static string Refusal(string references, string space = Space, string imported = "")
    {
        var message = Assert.Throws<InputException>(() => { var file = Read(references, space, imported); ReferencesSection.RequireSpan(file); }).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    [Fact]
    public void The_default_is_the_binaries_of_the_spaces_ions()
    {
        var file = Read("");
        Assert.Equal(ReferenceSettings.Default, file.Settings.References);
        Assert.Equal(["Li2O", "LiCl", "LiBr"], ReferencePhases.Of(file.Settings).Select(r => r.Formula));
        ReferencesSection.RequireSpan(file);
    }

    [Fact]
    public void A_phase_is_left_out_however_its_formula_is_written() =>
        Assert.Equal(["Li2O", "LiCl"], ReferencePhases.Of(Read("references: {exclude: [Br2Li2]}").Settings).Select(r => r.Formula));

    [Theory]
    [InlineData("formula,energy_eV_per_atom,scheme,note\nLi3OCl,-4.25,builtin v1,x\nNaCl,-3,builtin v1,passed over\n")]
    [InlineData("[{\"formula_pretty\": \"Li3OCl\", \"energy_per_atom\": -4.25, \"scheme\": \"builtin v1\"}]")]
    public void Phases_of_the_calculators_scheme_are_imported_whole(string text)
    {
        var file = Read("references: {import: [more]}", imported: text);
        Assert.Equal([new ImportedReference("Li3OCl", -4.25, "builtin v1")], file.Settings.References.Imported.AsEnumerable());
        Assert.NotEqual(file.Digest, Read("references: {import: [more]}", imported: text.Replace("4.25", "4.35")).Digest);
        Assert.Empty(Read("references: {import: [more], exclude: [Li3OCl]}", imported: text).Settings.References.Imported);
    }

    [Theory]
    [InlineData("formula,energy_eV_per_atom,scheme\nLi2O,-4.8,PBE 520 eV\n", "more:2: Li2O has the scheme 'PBE 520 eV', relaxations by builtin have 'builtin v1'; one hull holds energies of one scheme")]
    [InlineData("[{\"formula_pretty\": \"Li2O\", \"energy_per_atom\": -4.8, \"run_type\": \"GGA\"}]", "more: entry 1: Li2O has the scheme 'Materials Project GGA_GGA+U', relaxations by builtin have 'builtin v1'")]
    [InlineData("formula,energy_eV_per_atom\nLi2O,-4.8\n", "more: no column 'scheme'")]
    [InlineData("[{\"formula_pretty\": \"Li2O\", \"formation_energy_per_atom\": -2, \"scheme\": \"builtin v1\"}]", "no energy_per_atom; a campaign's hull holds total energies")]
    public void Energies_of_another_scheme_or_of_none_are_refused_with_the_reason(string text, string expected) => Assert.Contains(expected, Refusal("references: {import: [more]}", imported: text));

    [Fact] public void Leaving_out_what_is_not_there_is_an_error() => Assert.Contains("references.exclude: Li3N is no reference phase of this campaign; they are Li2O LiCl LiBr", Refusal("references: {exclude: [Li3N]}"));
    [Fact] public void A_hull_that_does_not_span_the_space_is_refused() => Assert.Contains("is no mixture of the reference phases (LiCl LiBr)", Refusal("references: {exclude: [Li2O]}"));
    [Fact] public void No_phase_at_all_is_refused() => Assert.Contains("write 'set: binaries'", Refusal("references: {set: none}"));

    [Fact]
    public void Elements_without_an_ion_in_the_model_are_refused_by_name() =>
        Assert.Contains(": space: the built-in model has no ion of Na; it knows Li O S Se Te F Cl Br I", Refusal("", "space: {aristotypes: [Li3XZ], x: [O], z: [Cl, Na], max_index: 1}\n"));
}
