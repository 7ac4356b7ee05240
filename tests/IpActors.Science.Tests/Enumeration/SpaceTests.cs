using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;

namespace IpActors.Science.Tests.Enumeration;

public class SpaceTests
{
    static readonly Lazy<List<Candidate>> Default = new(() => Space.Enumerate(new SpaceOptions()).ToList());
    static readonly Lazy<List<Candidate>> Blind = new(() => Space.Enumerate(new SpaceOptions { Pinned = [] }).ToList());
    static bool Holds(IEnumerable<Candidate> space, PinnedPair p) => space.Any(c => c.Formula.Equals(p.Formula) && c.SpaceGroup.Symbol == p.SpaceGroup);

    [Fact]
    public void The_default_space_lists_10200_compounds_with_ids_of_their_own()
    {
        Assert.Equal(10_200, Default.Value.Count);
        Assert.Equal(10_200, Default.Value.Select(c => c.Id).Distinct().Count());
        Assert.All(Default.Value, c => Assert.Matches("^[A-Za-z0-9_.-]+$", c.Id));
    }

    [Fact]
    public void Listing_every_microstate_gives_727344_different_compounds()
    {
        var ids = Space.Enumerate(new SpaceOptions { Keep = Keep.All }).Select(c => (c.Aristotype.Name, c.Hnf, string.Join('-', c.Species.Select(s => string.Concat(s))), c.Mask)).ToHashSet();
        Assert.Equal(727_344, ids.Count);
    }

    [Fact]
    public void All_24_rows_of_Table_2_are_held_by_pinning_and_23_without() =>
        Assert.Equal((24, 23), (Table2.Pairs.Count(p => Holds(Default.Value, p)), Table2.Pairs.Count(p => Holds(Blind.Value, p))));

    [Fact]
    public void No_composition_has_more_than_the_cap_and_pinned_ones_lead_it()
    {
        var compositions = Default.Value.GroupBy(c => c.Formula.ToString()).ToDictionary(g => g.Key, g => g.ToList());
        Assert.True(compositions.Values.All(c => c.Count <= 8));
        foreach (var pair in Table2.Pairs)
            Assert.Contains(pair.SpaceGroup, compositions[pair.Formula.ToString()].Take(Table2.Pairs.Count(p => p.Formula.Equals(pair.Formula))).Select(c => c.SpaceGroup.Symbol));
    }

    [Fact]
    public void The_choice_is_the_same_for_a_ratio_and_its_complement()
    {
        // Exchanging the names of the two species of a class must map the kept set onto itself: compared through the mask with that class complemented.
        var groups = new Dictionary<(string, Hnf), SupercellGroup>();
        var kept = Blind.Value.Select(c => (c.Aristotype.Name, c.Hnf, Species: Text(c), c.Mask)).ToHashSet();
        foreach (var c in Blind.Value)
            for (var k = 0; k < 2; k++)
            {
                if (c.Species[k].Length == 1) continue;
                if (!groups.TryGetValue((c.Aristotype.Name, c.Hnf), out var group)) groups[(c.Aristotype.Name, c.Hnf)] = group = new(c.Aristotype, c.Hnf);
                Assert.Contains((c.Aristotype.Name, c.Hnf, Text(c), group.Representative(c.Mask ^ group.ClassMask(k))), kept);
            }
        static string Text(Candidate c) => string.Join('-', c.Species.Select(s => string.Concat(s)));
    }

    [Fact]
    public void A_compound_has_the_same_id_in_any_space()
    {
        var small = Space.Enumerate(new SpaceOptions { X = ["Se", "O"], Z = ["I", "Cl"], Keep = Keep.All, MaxIndex = 2 }).Select(c => c.Id).ToList();
        var large = Space.Enumerate(new SpaceOptions { Keep = Keep.All, MaxIndex = 2 }).Select(c => c.Id).ToHashSet();
        Assert.NotEmpty(small);
        Assert.All(small, id => Assert.Contains(id, large));
    }

    [Fact]
    public void An_id_reads_back_to_its_compound()
    {
        foreach (var c in Default.Value.Where((_, i) => i % 97 == 0))
        {
            var read = Candidate.Parse(c.Id);
            Assert.Equal((c.Id, c.Formula.ToString(), c.SpaceGroup), (read.Id, read.Formula.ToString(), read.SpaceGroup));
        }
    }

    [Theory]
    [InlineData("Li3XZ-02-1.0.1.1.1.2-O-ClBr-5")] // a bit on the pure class
    [InlineData("Li3XZ-02-1.0.1.1.1.2-O-ClBr-8")] // not the least of its orbit
    [InlineData("Li3XZ-02-2.0.0.1.0.1-O-ClBr-4")] // equivalent superlattice
    [InlineData("Li5XZ-02-1.0.1.1.1.2-O-ClBr-4")]
    [InlineData("")]
    public void An_id_that_no_space_lists_is_refused(string id) => Assert.Throws<InputException>(() => Candidate.Parse(id));

    [Fact]
    public void The_atoms_of_a_candidate_have_its_formula_space_group_and_index()
    {
        foreach (var c in Default.Value.Where((_, i) => i % 61 == 0))
        {
            var s = c.ToStructure();
            Assert.Equal(c.Formula, Formula.Of(s).Reduced());
            Assert.Equal(c.SpaceGroup, Spglib.SpaceGroup(s, c.SpaceGroup.SymprecA));
            Assert.Equal(c.Aristotype.Parent.Count * c.Index, s.Count);
            Assert.True(LatticeReduction.IsReduced(s.Cell) && s.Cell.Determinant > 0);
            // Primitive: the only operation without rotation is the identity.
            Assert.Single(Spglib.Operations(s), o => o.Rotation == IntMat3.Identity);
        }
    }

    [Fact]
    public void A_small_space_for_a_first_try_holds_all_aristotypes_and_anions()
    {
        var list = Space.Enumerate(new SpaceOptions { MaxIndex = 1, Ratios = [Ratio.Zero, Ratio.Half] }).ToList();
        Assert.Equal(3, list.Select(c => c.Aristotype.Name).Distinct().Count());
        Assert.Equal(8, list.SelectMany(c => c.Species).SelectMany(s => s).Distinct().Count());
        Assert.Equal(list.Count, Space.Count(new SpaceOptions { MaxIndex = 1, Ratios = [Ratio.Zero, Ratio.Half] }).Total);
    }

    [Fact]
    public void A_pair_pinned_by_the_user_must_exist()
    {
        var e = Assert.Throws<InputException>(() => Space.Count(new SpaceOptions { Pinned = [new("Li3OCl", "P1")] }));
        Assert.Contains("Li3OCl P1", e.Message);
        Assert.Throws<InputException>(() => Space.Enumerate(new SpaceOptions { X = ["S"], Pinned = [new("Li3OCl", "Pm-3m")] }));
    }

    [Fact]
    public void Pinned_pairs_stay_even_above_the_cap_and_counts_agree_with_lists()
    {
        var options = new SpaceOptions { Cap = 1 };
        var list = Space.Enumerate(options).ToList();
        Assert.Equal(list.Count, Space.Count(options).Total);
        Assert.All(Table2.Pairs, p => Assert.True(Holds(list, p)));
    }

    [Fact]
    public void Odd_caps_are_met_exactly() =>
        Assert.All(Space.Enumerate(new SpaceOptions { Cap = 5, Pinned = [], Aristotypes = [Aristotypes.Li3XZ] }).GroupBy(c => c.Formula.ToString()), g => Assert.InRange(g.Count(), 1, 5));
}
