using IpActors.Science.Numerics;
using IpActors.Science.Phases;

namespace IpActors.Science.Tests.Phases;

public class PhaseHullTests
{
    static HullEntry Entry(string formula, double energy, string scheme = "") => new(Composition.Parse(formula), energy, formula, scheme);

    // Published values that are not minima: with more than 1 meV/atom of difference the published hull lies above ours, and ours is the optimum to
    // 1e-9 by HiGHS (tests/compare/phases_hull.py).
    static readonly string[] PublishedHullTooHigh = ["CoH2SO5", "Fe3Ni2", "Se2S2O7", "Te2H2O3F4"];

    [Fact]
    public void All_3456_published_decomposition_energies_are_met_to_1_meV_per_atom_but_for_four_whose_published_hull_is_too_high()
    {
        var hull = MaterialsProject.Hull();
        var off = new List<string>();
        foreach (var (entry, published) in MaterialsProject.Rows)
        {
            var ours = hull.SignedDistance(entry.Composition, entry.EnergyEvPerAtom, excludeSelf: true);
            Assert.True(ours >= published - 1e-4, $"{entry.Label}: {ours} under the published {published}");
            if (Math.Abs(ours - published) > 1e-3) off.Add(entry.Label);
        }
        Assert.Equal(3456, MaterialsProject.Rows.Length);
        Assert.Equal(PublishedHullTooHigh, off.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Hull_energies_equal_those_of_HiGHS()
    {
        var hull = MaterialsProject.Hull();
        var cases = RepositoryFile.Json("tests/compare/fixtures/phases_hull.json").GetProperty("highs").EnumerateArray().ToArray();
        Assert.True(cases.Length > 100);
        foreach (var c in cases)
        {
            var ours = hull.Decompose(Composition.Parse(c.GetProperty("formula").GetString()!), c.GetProperty("exclude_self").GetBoolean());
            Assert.Equal(c.GetProperty("e_hull_eV_per_atom").GetDouble(), ours.EnergyEvPerAtom, 1e-9);
        }
    }

    [Fact]
    public void Energies_and_products_equal_those_of_pymatgen()
    {
        var hull = MaterialsProject.Hull();
        foreach (var c in RepositoryFile.Json("tests/compare/fixtures/phases_hull.json").GetProperty("pymatgen").EnumerateArray())
        {
            var ours = hull.Decompose(Composition.Parse(c.GetProperty("formula").GetString()!));
            Assert.Equal(c.GetProperty("e_hull_eV_per_atom").GetDouble(), ours.EnergyEvPerAtom, 1e-9);
            var theirs = c.GetProperty("products").EnumerateObject().ToDictionary(p => Composition.Parse(p.Name).Reduced, p => p.Value.GetDouble());
            Assert.Equal(theirs.Count, ours.Products.Length);
            foreach (var p in ours.Products) Assert.Equal(theirs[Composition.Parse(p.Label).Reduced], p.Fraction, 1e-8);
        }
    }

    [Fact]
    public void Products_return_every_element_and_the_energy()
    {
        var (hull, energies) = (MaterialsProject.Hull(), MaterialsProject.Rows.ToDictionary(r => r.Entry.Label, r => r.Entry));
        var random = SeededRandom.Stream(7, "mixtures");
        for (var trial = 0; trial < 60; trial++)
        {
            var parts = Enumerable.Range(0, 4).Select(_ => $"({MaterialsProject.Rows[random.NextInt(MaterialsProject.Rows.Length)].Entry.Label}){1 + random.NextInt(5)}");
            var target = Composition.Parse(string.Concat(parts));
            var decomposition = hull.Decompose(target);
            Assert.Equal(1, decomposition.Products.Sum(p => p.Fraction), 1e-12);
            foreach (var element in target.Elements)
                Assert.Equal(target.Fraction(element), decomposition.Products.Sum(p => p.Fraction * Composition.Parse(p.Label).Fraction(element)), 1e-12);
            Assert.Equal(decomposition.EnergyEvPerAtom, decomposition.Products.Sum(p => p.Fraction * (energies.GetValueOrDefault(p.Label)?.EnergyEvPerAtom ?? 0)), 1e-12);
        }
    }

    [Fact]
    public void Random_hulls_with_collinear_phases_and_ties_end_and_obey_duality()
    {
        var random = SeededRandom.Stream(8, "degenerate");
        for (var trial = 0; trial < 200; trial++)
        {
            var m = 2 + random.NextInt(5);
            var n = m + random.NextInt(40);
            var (columns, costs, b) = (new double[n * m], new double[n], new double[m]);
            for (var j = 0; j < n; j++)
            {
                var column = columns.AsSpan(j * m, m);
                for (var i = 0; i < m; i++) column[i] = j < m ? i == j ? 1 : 0 : random.NextInt(3);
                if (j == m) column[0] += 1;
                var sum = 0.0;
                foreach (var v in column) sum += v;
                if (sum == 0) { column[0] = 1; sum = 1; }
                for (var i = 0; i < m; i++) column[i] /= sum;
                costs[j] = j < m ? 0 : -random.NextInt(3); // few values: many ties
            }
            for (var i = 0; i < m; i++) b[i] = columns[random.NextInt(n) * m + i];
            var total = b.Sum();
            if (total == 0) continue;
            for (var i = 0; i < m; i++) b[i] /= total;

            var vertex = LinearProgram.Minimise(columns, costs, b, out _)!;
            for (var j = 0; j < n; j++)
                Assert.True(costs[j] - Enumerable.Range(0, m).Sum(i => vertex.Prices[i] * columns[j * m + i]) > -1e-10);
            Assert.Equal(vertex.Optimum, vertex.Prices.Zip(b, (p, v) => p * v).Sum(), 1e-10);
            for (var i = 0; i < m; i++)
                Assert.Equal(b[i], vertex.Basis.Zip(vertex.Values, (j, x) => x * columns[j * m + i]).Sum(), 1e-10);
        }
    }

    [Fact]
    public void The_order_of_the_entries_changes_no_bit()
    {
        var entries = MaterialsProject.Rows.Select(r => r.Entry).ToArray();
        var target = Composition.Parse("Li12OS3Cl2Br2");
        var first = new PhaseHull(entries, elementsAreZero: true).Decompose(target);
        SeededRandom.Stream(9, "order").Shuffle<HullEntry>(entries);
        var second = new PhaseHull(entries, elementsAreZero: true).Decompose(target);
        Assert.True(first.EnergyEvPerAtom == second.EnergyEvPerAtom && first.Products.SequenceEqual(second.Products));
    }

    [Fact]
    public void Total_energies_give_the_distances_of_formation_energies()
    {
        // Adding sum_k f_k E_k with any elemental energies E_k moves energies and hull alike.
        static double Elemental(string e) => -1000 - 37.5 * (e[0] - 'A') - 3.25 * (e.Length > 1 ? e[1] - 'a' : 0);
        static double Total(Composition c, double formation) => formation + c.Elements.Sum(e => c.Fraction(e) * Elemental(e));
        var elements = MaterialsProject.Rows.SelectMany(r => r.Entry.Composition.Elements).Distinct().Select(e => Entry(e, Elemental(e)));
        var totals = new PhaseHull([.. MaterialsProject.Rows.Select(r => r.Entry with { EnergyEvPerAtom = Total(r.Entry.Composition, r.Entry.EnergyEvPerAtom) }), .. elements]);
        var formation = MaterialsProject.Hull();
        foreach (var (entry, _) in MaterialsProject.Rows.Where((_, i) => i % 25 == 0))
            Assert.Equal(formation.SignedDistance(entry.Composition, entry.EnergyEvPerAtom, excludeSelf: true),
                totals.SignedDistance(entry.Composition, Total(entry.Composition, entry.EnergyEvPerAtom), excludeSelf: true), 1e-8);
    }

    [Fact]
    public void The_eight_binaries_span_a_target_of_six_elements_without_the_elements()
    {
        var hull = new PhaseHull([Entry("Li2O", -2), Entry("Li2S", -1.5), Entry("LiCl", -2.1), Entry("LiBr", -1.8)]);
        var decomposition = hull.Decompose(Composition.Parse("Li12OS3Cl2Br2"));
        Assert.Equal([("Li2S", 0.45), ("LiBr", 0.2), ("LiCl", 0.2), ("Li2O", 0.15)], decomposition.Products.Select(p => (p.Label, Math.Round(p.Fraction, 12))));
        Assert.Equal(0.15 * -2 + 0.45 * -1.5 + 0.2 * -2.1 + 0.2 * -1.8, decomposition.EnergyEvPerAtom, 1e-14);
    }

    [Fact]
    public void Entries_of_one_composition_count_once_with_the_lowest_energy_and_all_go_with_exclude_self()
    {
        var hull = new PhaseHull([Entry("Li2O", -1), Entry("Li4O2", -1.5), Entry("Li", 0), Entry("O2", 0)]);
        Assert.Equal<Product>([new Product("Li4O2", 1)], hull.Decompose(Composition.Parse("Li2O")).Products);
        Assert.Equal(-1.2, hull.SignedDistance(Composition.Parse("Li6O3"), -1.2, excludeSelf: true), 1e-15);
    }

    [Fact]
    public void Excluded_entries_are_left_out_however_they_are_written()
    {
        var hull = new PhaseHull([Entry("Li2O", -1), Entry("Li2O2", -0.9)], elementsAreZero: true, [Composition.Parse("Li4O2")]);
        Assert.Equal(-0.9 * 2 / 3, hull.Decompose(Composition.Parse("Li2O")).EnergyEvPerAtom, 1e-15);
    }

    [Fact]
    public void A_target_out_of_reach_names_the_element()
    {
        var hull = new PhaseHull([Entry("Li2O", -2), Entry("LiCl", -2.1)]);
        Assert.Contains("no entry holds Br", Assert.Throws<InputException>(() => hull.Decompose(Composition.Parse("Li3OBr"))).Message);
        Assert.Contains("Li3OCl2", Assert.Throws<InputException>(() => hull.Decompose(Composition.Parse("Li3OCl2"))).Message);
        Assert.Contains("not enough O", Assert.Throws<InputException>(() => hull.Decompose(Composition.Parse("O2"))).Message);
    }

    [Fact]
    public void A_hull_of_two_schemes_is_refused() =>
        Assert.Contains("one scheme", Assert.Throws<InputException>(() => new PhaseHull([Entry("Li2O", -2, "PBE/MP2020"), Entry("LiCl", -2, "PBE/legacy")])).Message);
}
