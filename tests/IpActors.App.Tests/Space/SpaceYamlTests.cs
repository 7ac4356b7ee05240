using IpActors.App.Space;
using IpActors.App.Tests.Pareto;
using IpActors.Science;
using IpActors.Science.Enumeration;

namespace IpActors.App.Tests.Space;

public class SpaceYamlTests
{
    static SpaceOptions Read(string yaml) => SpaceYaml.Read(YamlReading.Document(yaml, "s.yaml"), "s.yaml", ".");

    [Fact]
    public void Every_key_reaches_its_option()
    {
        var o = Read("aristotypes: [Li4XZ2]\nx: [S, O]\nz: [Cl]\nratios: [1, 1/2]\nsupercells: all\nmax_index: 2\nkeep: one_per_space_group\ncap: 3\npinned: [{formula: Li4OCl2, space_group: I4/mmm}]\nsymprec_A: 0.01\n");
        Assert.Equal("Li4XZ2", Assert.Single(o.Aristotypes).Name);
        Assert.Equal(("S O", "Cl"), (string.Join(' ', o.X), string.Join(' ', o.Z)));
        Assert.Equal("0/1 1/2", string.Join(' ', o.Ratios));
        Assert.Equal((Supercells.All, 2, Keep.OnePerSpaceGroup, 3, 0.01), (o.Supercells, o.MaxIndex, o.Keep, o.Cap, o.SymprecA));
        Assert.Equal("Li4OCl2 I4/mmm", Assert.Single(o.Pinned!.Value).ToString());
    }

    [Fact]
    public void An_empty_section_is_the_published_space() => Assert.Equal(10_200, IpActors.Science.Enumeration.Space.Count(Read("{}")).Total);

    [Theory]
    [InlineData("", "s.yaml: empty")]
    [InlineData("a\0b", "binary")]
    [InlineData("just text", "s.yaml:1:1:")]
    [InlineData("x: [O\nz", "s.yaml:")]
    [InlineData("x: [O]\nx: [S]", "s.yaml:2:1:")]
    [InlineData("aristotype: [Li3XZ]", "s.yaml:1:1: unknown key 'aristotype' in space; did you mean 'aristotypes'?")]
    [InlineData("aristotypes: [Li5XZ]", "s.yaml:1:15: unknown aristotype 'Li5XZ'; choose from Li3XZ, Li4XZ2, Li7X2Z3")]
    [InlineData("aristotypes: Li3XZ", "s.yaml:1:14: aristotypes must be a list")]
    [InlineData("x: [O, Xx]", "s.yaml:1:8: unknown element 'Xx' on x")]
    [InlineData("x: [O]\nz: [O]", "s.yaml:1:1: space: O is on both x and z")]
    [InlineData("z: [Li]", "Li sits on an unsubstituted site")]
    [InlineData("cap: 0", "s.yaml:1:6: cap must be at least 1")]
    [InlineData("cap: eight", "s.yaml:1:6: cap must be a whole number, not 'eight'")]
    [InlineData("keep: most", "s.yaml:1:7: keep is 'most'; choose one of cap, one_per_space_group, all")]
    [InlineData("ratios: [3/2]", "s.yaml:1:10: '3/2' is no ratio")]
    [InlineData("supercells: all", "needs max_index")]
    [InlineData("ratios: [1, 1/5]", "s.yaml:1:1: space: no site can be mixed 1/5")]
    [InlineData("aristotypes: [Li3XZ]\nmax_index: 1\nratios: [1/2]", "s.yaml:1:1: space: no site can be mixed 1/2")]
    [InlineData("aristotypes: [{name: own, structure: no.vasp, classes: {X: S}}]", "no.vasp: no such file")]
    [InlineData("aristotypes: [{name: Li3XZ, structure: no.vasp, classes: {X: S}}]", "s.yaml:1:22: aristotype Li3XZ is built in")]
    [InlineData("aristotypes: [{name: own, structure: no.vasp, classes: {Y: S}}]", "s.yaml:1:57: unknown key 'Y' in classes")]
    [InlineData("pinned: [{formula: Li3OCl}]", "s.yaml:1:10: a pinned pair needs formula and space_group")]
    [InlineData("pinned: [{formula: Zz, space_group: P1}]", "s.yaml:1:20:")]
    public void What_is_wrong_is_named_in_one_line_with_its_place(string yaml, string expected)
    {
        var message = Assert.Throws<InputException>(() => Read(yaml)).Message;
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_parent_of_the_users_own_is_read_from_its_file()
    {
        var folder = Directory.CreateTempSubdirectory("space-yaml");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "p.vasp"), "antiperovskite\n1.0\n3.9 0 0\n0 3.9 0\n0 0 3.9\nNa O Cl\n3 1 1\nDirect\n.5 .5 0\n.5 0 .5\n0 .5 .5\n.5 .5 .5\n0 0 0\n");
            var file = Path.Combine(folder.FullName, "s.yaml");
            File.WriteAllText(file, "name: mine\nspace:\n  aristotypes:\n  - {name: Na3XZ, structure: p.vasp, classes: {X: O, Z: Cl}, supercells: [[2, 2, 2], [1, 1, 3]]}\n  keep: all\n");
            Assert.Equal(8464, IpActors.Science.Enumeration.Space.Count(SpaceYaml.Load(file)).Total);
            Assert.Equal("Na3OCl", IpActors.Science.Enumeration.Space.Enumerate(SpaceYaml.Load(file)).Single(c => c.Id == "Na3XZ-01-1.0.0.1.0.1-O-Cl-0").Formula.ToString());
        }
        finally { folder.Delete(recursive: true); }
    }

    const string Cubic = "cubic\n1.0\n3.9 0 0\n0 3.9 0\n0 0 3.9\nLi O Cl\n3 1 1\nDirect\n.5 .5 0\n.5 0 .5\n0 .5 .5\n.5 .5 .5\n0 0 0\n";

    [Theory]
    [InlineData("{name: own, structure: p.vasp, classes: {X: S}, supercells: [[1, 1, 1]]}", "", "aristotype own: no S atom to mark the sites of class X; the structure has Li O Cl")]
    [InlineData("{name: a-b, structure: p.vasp, classes: {X: O}, supercells: [[1, 1, 1]]}", "", "aristotype name 'a-b': use letters, digits and '_'")]
    [InlineData("{name: own, structure: p.vasp, classes: {X: O}, supercells: [[1, 1]]}", "", "a supercell is three numbers")]
    [InlineData("{name: own, structure: p.vasp, classes: {X: O}, supercells: [[1, 1, 0]]}", "", "a supercell must hold 1 to 64 cells, this one holds 0")]
    [InlineData("{name: own, structure: p.vasp, classes: {X: O}}", "", "aristotype own states no supercells")]
    [InlineData("{name: own, structure: p.vasp, classes: {X: O}, supercells: [[1, 1, 1]]}", "x: [O]\nz: [Br]", "no aristotype of this space has a site class Z; take z off")]
    [InlineData("{name: own, structure: p.vasp, classes: {X: O}, supercells: [[1, 1, 1]]}", "x: [Li, Cl]", "aristotype own: Li sits on an unsubstituted site")]
    [InlineData("{name: own, structure: overlap.vasp, classes: {X: O}, supercells: [[1, 1, 1]]}", "", "aristotype own: atoms 1 (Li) and 2 (Li) are 0.28 Å apart")]
    [InlineData("{name: own, structure: unknown.vasp, classes: {X: O}, supercells: [[1, 1, 1]]}", "", "unknown.vasp:6: unknown element 'Lq'")]
    public async Task A_parent_that_will_not_do_is_one_line_and_exit_code_2(string aristotype, string more, string expected)
    {
        var yaml = AppProcess.File($"# {expected}\naristotypes: [{aristotype}]\n{more}\n", "s.yaml");
        var folder = Path.GetDirectoryName(yaml)!;
        File.WriteAllText(Path.Combine(folder, "p.vasp"), Cubic);
        File.WriteAllText(Path.Combine(folder, "overlap.vasp"), Cubic.Replace(".5 0 .5", ".55 .55 0"));
        File.WriteAllText(Path.Combine(folder, "unknown.vasp"), Cubic.Replace("Li O Cl", "Lq O Cl"));
        var answer = await AppProcess.Run(["space", "enumerate", yaml, "--count"]);
        Assert.Equal((2, ""), (answer.ExitCode, answer.Out));
        Assert.Contains(expected, answer.ErrorLine);
    }
}
