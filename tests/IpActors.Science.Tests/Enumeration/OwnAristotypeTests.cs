using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;
using IpActors.Science.Numerics;
using IpActors.Science.Tests.Phases;

namespace IpActors.Science.Tests.Enumeration;

/// <summary>Parents of the user's own: what is accepted, refused, counted and stored.</summary>
public class OwnAristotypeTests
{
    static Structure Read(string name) => Poscar.Read(RepositoryFile.Read($"config/spaces/{name}.vasp"));
    static Aristotype Argyrodite(params IntMat3[] supercells) => Aristotypes.From("argyrodite", Read("argyrodite"), [("X", "Br")], supercells);
    static readonly IntMat3 Conventional = new(-1, 1, 1, 1, -1, 1, 1, 1, -1);
    static readonly Ratio[] OneToOne = [Ratio.Half];

    [Fact]
    public void The_starting_size_of_a_perovskite_is_the_fitted_one() // −0.97 + 2.85 · 1.40 + 1.36 · 1.81 − 0.64 · 1.40 · 1.81 = 3.85984 Å
        => Assert.Equal(3.85984 / 3.91, Aristotypes.Li3XZ.Scale.Factor([1.40, 1.81]), 1e-12);

    [Fact]
    public void The_starting_size_keeps_within_its_limits_and_ignores_what_has_no_radius()
    {
        Assert.Equal((0.7, 1.6, 1.0), (Aristotypes.Li3XZ.Scale.Factor([0.1, 0.1]), Aristotypes.Li3XZ.Scale.Factor([9, 0.1]), Aristotypes.Li3XZ.Scale.Factor([double.NaN, 1])));
        Assert.Equal(1.0, CellScale.None.Factor([9, 9]));
    }

    [Fact]
    public void The_cell_of_ones_own_parent_follows_the_sum_of_radii() // Li2S to Li2Te: (2 · 0.76 + 2.21) / (2 · 0.76 + 1.84)
    {
        var a = Aristotypes.From("Li2X", Read("antifluorite"), [("X", "S")], [IntMat3.Identity]);
        Assert.Equal((3, "Fm-3m"), (a.Parent.Count, Spglib.SpaceGroup(a.Parent).Symbol));
        Assert.Equal((2 * 0.76 + 2.21) / (2 * 0.76 + 1.84), a.Scale.Factor([2.21]), 1e-12);
        var tellurium = Space.Enumerate(new() { Aristotypes = [a], X = ["Te"] }).Single().ToStructure();
        Assert.Equal(a.Parent.VolumeA3 * Math.Pow(a.Scale.Factor([2.21]), 3), tellurium.VolumeA3, 1e-9);
    }

    [Fact]
    public void Sulfur_may_share_a_site_with_bromine_although_it_sits_on_others_too()
    {
        var options = new SpaceOptions { Aristotypes = [Argyrodite(Conventional)], X = ["S", "Br"], Ratios = [.. OneToOne], Keep = Keep.All, Pinned = [] };
        var all = Space.Enumerate(options).ToList();
        // Groups of the 70 arrangements of four S and four Br over the eight sites of the cubic cell: tests/compare/space_structures.py, by pymatgen's StructureMatcher.
        Assert.Equal(6, all.Count);
        Assert.All(all, c => Assert.Equal("Li6PS5Br", c.Formula.ToString()));
        // Named with the atoms as they are, S on both kinds of sites.
        Assert.All(all, c => Assert.Equal(c.SpaceGroup, Spglib.SpaceGroup(c.ToStructure())));
        Assert.All(all, c => Assert.Equal(c, Candidate.Parse(c.Id, options.Aristotypes)));
    }

    [Fact]
    public void An_element_is_not_shared_where_the_kept_atoms_do_not_fix_the_symmetry()
    {
        // In rock salt, what is left after Br is an fcc lattice of Cl: shifted onto the Br sites it is the same, and LiCl would count twice.
        var salt = new Structure(new(new(0, 2.6, 2.6), new(2.6, 0, 2.6), new(2.6, 2.6, 0)), ["Cl", "Br"], [Vec3.Zero, new(.5, .5, .5)]);
        var options = new SpaceOptions { Aristotypes = [Aristotypes.From("salt", salt, [("Z", "Br")], [IntMat3.Diagonal(1, 1, 2)])], Z = ["Cl", "I"] };
        Assert.Contains("Cl sits on an unsubstituted site", Assert.Throws<InputException>(() => Space.Count(options)).Message);
        Assert.Equal(2, Space.Count(options with { Z = ["F", "I"], Ratios = [Ratio.Zero] }).Total);
    }

    [Fact]
    public void Overlapping_atoms_are_named_with_their_distance()
    {
        var split = Poscar.Read("x\n1\n4 0 0\n0 4 0\n0 0 4\nLi S\n2 1\nDirect\n0.02 0 0\n0.98 0 0\n.5 .5 .5\n");
        Assert.Equal("aristotype a: atoms 1 (Li) and 2 (Li) are 0.16 Å apart; give every site once, and of half-filled pairs one site only",
            Assert.Throws<InputException>(() => Aristotypes.From("a", split, [("X", "S")], [])).Message);
    }

    [Theory]
    [InlineData(5, "5 sites")]
    [InlineData(7, "7 sites")]
    public void A_ratio_that_no_supercell_can_hold_is_named(int denominator, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => new SpaceOptions { Ratios = [Ratio.Zero, new(1, denominator)] }.RequireRatios()).Message);

    [Fact]
    public void The_default_ratios_are_possible_and_need_two_species()
    {
        new SpaceOptions().RequireRatios();
        Assert.Throws<InputException>(() => new SpaceOptions { X = ["O"], Z = ["Cl"] }.RequireRatios());
        Assert.Throws<InputException>(() => new SpaceOptions { Aristotypes = [Aristotypes.Li3XZ], MaxIndex = 1, Ratios = [Ratio.Half] }.RequireRatios());
    }

    [Fact]
    public void A_space_without_a_compound_is_refused() =>
        Assert.Contains("it holds no compound", Assert.Throws<InputException>(() => Space.Count(new() { Aristotypes = [Aristotypes.Li3XZ], MaxIndex = 1, Ratios = [Ratio.Half] })).Message);

    [Fact]
    public void Parents_are_equal_in_their_content()
    {
        Assert.Equal(Argyrodite(Conventional), Argyrodite(Conventional));
        Assert.NotEqual(Argyrodite(Conventional), Argyrodite());
        Assert.NotEqual(Argyrodite(), new Aristotype("argyrodite", Argyrodite().Parent, ["X"], []) { Scale = CellScale.None });
    }
}
