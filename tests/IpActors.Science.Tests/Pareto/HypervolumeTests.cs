using IpActors.Science.Numerics;
using IpActors.Science.Pareto;
using IpActors.Science.Tests.Phases;

namespace IpActors.Science.Tests.Pareto;

public class HypervolumeTests
{
    static readonly double[] PaperReference = [0, -10, 0];

    /// <summary>Table 2 in the maximise frame (f1, f2/100, 10 f3).</summary>
    static double[][] Table2() => [.. RepositoryFile.Json("data/paper_tables.json").GetProperty("table2").EnumerateArray().Select(r => new[]
        { r.GetProperty("Eg_eV").GetDouble(), r.GetProperty("Eh_kJ_per_mol").GetDouble() / 100, 10 * r.GetProperty("conductivity_400K_S_per_cm").GetDouble() })];

    static double[][] Random(SeededRandom random, int n, int d, bool ties) =>
        [.. Enumerable.Range(0, n).Select(_ => Enumerable.Range(0, d).Select(_ => ties ? random.NextInt(6) - 1.0 : random.NextDouble() * 1.2 - 0.2).ToArray())];

    [Fact]
    public void Table_2_has_the_published_volume_front_and_greatest_contribution()
    {
        var points = Table2();
        var volume = Hypervolume.Volume(points, PaperReference);
        Assert.Equal(293.6082303508, volume, 1e-10);
        var dominated = Enumerable.Range(0, 24).Except(Dominance.NonDominated(points)).ToArray();
        Assert.Equal([1], dominated); // Cm Li8Se2BrI3, under Cm Li8Se2ClI3
        var exclusive = Hypervolume.Exclusive(points, PaperReference);
        Assert.Equal(22, Array.IndexOf(exclusive, exclusive.Max())); // Cmcm Li12O3SeClBr3
        Assert.Equal(0.262, exclusive[22] / volume, 5e-4);
    }

    [Fact]
    public void Volumes_contributions_and_improvements_equal_exact_rational_arithmetic()
    {
        foreach (var c in RepositoryFile.Json("tests/compare/fixtures/pareto_hypervolume.json").GetProperty("cases").EnumerateArray())
        {
            var (points, reference) = (c.GetProperty("points").Rows(), c.GetProperty("reference").Doubles());
            Assert.Equal(c.GetProperty("hypervolume").GetDouble(), Hypervolume.Volume(points, reference), Near(c));
            var exclusive = Hypervolume.Exclusive(points, reference);
            foreach (var (expected, actual) in c.GetProperty("exclusive").Doubles().Zip(exclusive)) Assert.Equal(expected, actual, Near(c));
            var boxes = new BoxDecomposition(points, reference);
            Assert.Equal(Hypervolume.Volume(points, reference), boxes.Volume);
            foreach (var (expected, actual) in c.GetProperty("improvement").Doubles().Zip(boxes.Improvements(c.GetProperty("candidates").Rows())))
                if (expected == 0) Assert.Equal(0, actual); else Assert.Equal(expected, actual, Near(c));
        }
        static double Near(System.Text.Json.JsonElement c) => 1e-13 * Math.Max(1, c.GetProperty("hypervolume").GetDouble());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Volumes_equal_inclusion_and_exclusion(int d)
    {
        var random = SeededRandom.Stream(1, $"inclusion/{d}");
        for (var trial = 0; trial < 40; trial++)
        {
            var points = Random(random, 1 + random.NextInt(8), d, ties: trial % 2 == 0);
            var reference = new double[d];
            var inside = points.Where(p => p.All(v => v > 0)).ToArray();
            var expected = 0.0;
            for (var subset = 1; subset < 1 << inside.Length; subset++)
            {
                var members = inside.Where((_, i) => (subset >> i & 1) == 1).ToArray();
                var shared = Enumerable.Range(0, d).Aggregate(1.0, (v, k) => v * members.Min(p => p[k]));
                expected += members.Length % 2 == 1 ? shared : -shared;
            }
            Assert.Equal(expected, Hypervolume.Volume(points, reference), 1e-9);
        }
    }

    [Fact]
    public void A_large_front_agrees_with_counting_random_darts()
    {
        var random = SeededRandom.Stream(2, "darts");
        var points = Random(random, 60, 3, ties: false);
        const int Darts = 200_000;
        var hits = 0;
        for (var i = 0; i < Darts; i++)
        {
            double[] dart = [random.NextDouble(), random.NextDouble(), random.NextDouble()];
            if (points.Any(p => p[0] > dart[0] && p[1] > dart[1] && p[2] > dart[2])) hits++;
        }
        var share = (double)hits / Darts;
        Assert.Equal(share, Hypervolume.Volume(points, [0, 0, 0]), 4 * Math.Sqrt(share * (1 - share) / Darts));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Adding_a_point_never_lowers_the_volume_and_adds_its_improvement(int d)
    {
        var random = SeededRandom.Stream(3, $"growth/{d}");
        var (reference, front, volume) = (new double[d], new List<double[]>(), 0.0);
        foreach (var p in Random(random, d == 4 ? 30 : 120, d, ties: d % 2 == 0))
        {
            var improvement = new BoxDecomposition(front, reference).Improvement(p);
            front.Add(p);
            var next = Hypervolume.Volume(front, reference);
            Assert.True(improvement >= 0 && next >= volume * (1 - 1e-15));
            Assert.Equal(next - volume, improvement, 1e-12 * Math.Max(1, next));
            volume = next;
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_order_and_copies_of_rows_change_no_bit(int d)
    {
        var random = SeededRandom.Stream(4, $"order/{d}");
        var (points, candidates, reference) = (Random(random, 25, d, false), Random(random, 7, d, false), new double[d]);
        var (volume, improvements) = (Hypervolume.Volume(points, reference), new BoxDecomposition(points, reference).Improvements(candidates));
        for (var trial = 0; trial < 5; trial++)
        {
            double[][] shuffled = [.. points, points[3]];
            random.Shuffle<double[]>(shuffled);
            Assert.Equal(BitConverter.DoubleToInt64Bits(volume), BitConverter.DoubleToInt64Bits(Hypervolume.Volume(shuffled, reference)));
            Assert.True(improvements.SequenceEqual(new BoxDecomposition(shuffled, reference).Improvements(candidates)));
        }
        // A candidate's value does not depend on its neighbours in the vector lanes either.
        Assert.True(improvements.SequenceEqual(candidates.Select(c => new BoxDecomposition(points, reference).Improvement(c))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_decomposition_that_grew_equals_a_fresh_one(int d)
    {
        var random = SeededRandom.Stream(6, $"with/{d}");
        var reference = new double[d];
        var candidates = Random(random, 50, d, ties: false);
        foreach (var ties in (bool[])[false, true])
        {
            var front = Random(random, 5, d, ties).ToList();
            var grown = new BoxDecomposition(front, reference);
            foreach (var p in Random(random, d == 4 ? 20 : 150, d, ties))
            {
                grown = grown.With(p);
                front.Add(p);
                var fresh = new BoxDecomposition(front, reference);
                Assert.Equal(fresh.Volume, grown.Volume, 1e-12 * Math.Max(1, fresh.Volume));
                foreach (var (a, b) in fresh.Improvements(candidates).Zip(grown.Improvements(candidates))) { Assert.Equal(a, b, 1e-12); Assert.Equal(a == 0, b == 0); }
                if (d <= 3) Assert.InRange(grown.BoxCount, 1, 2 * (2 * Dominance.NonDominated(front).Length + 1));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Points_as_columns_give_the_same_bits_as_rows(int d)
    {
        var random = SeededRandom.Stream(7, $"columns/{d}");
        var boxes = new BoxDecomposition(Random(random, 40, d, false), new double[d]);
        foreach (var n in (int[])[1, 7, 8, 9, 255, 256, 257, 1000])
        {
            var points = Random(random, n, d, false);
            var improvements = new double[n];
            boxes.Improvements([.. Enumerable.Range(0, d).Select(k => points.Select(p => p[k]).ToArray())], improvements);
            Assert.Equal(boxes.Improvements(points), improvements);
        }
        Assert.Throws<ArgumentException>(() => boxes.Improvements([[1.0], [1], [1], [1]], new double[1]));
        Assert.Throws<ArgumentException>(() => boxes.Improvements([.. Enumerable.Range(0, d).Select(_ => new double[1])], new double[2]));
    }

    [Fact]
    public void Points_not_above_the_reference_in_every_objective_add_nothing()
    {
        double[][] points = [[1, 1, 1], [5, 5, 0], [5, -1, 5]];
        Assert.Equal(1, Hypervolume.Volume(points, [0, 0, 0]));
        Assert.Equal([1, 0, 0], Hypervolume.Exclusive(points, [0, 0, 0]));
        Assert.Equal([0, 0, 7], new BoxDecomposition(points, [0, 0, 0]).Improvements([[1, 1, 1], [9, 9, 0], [2, 2, 2]]));
        Assert.Equal(0, Hypervolume.Volume([], [0, 0, 0]));
    }

    [Fact]
    public void A_front_of_n_points_is_cut_into_at_most_2n_plus_1_boxes()
    {
        var points = Random(SeededRandom.Stream(5, "boxes"), 300, 3, ties: false).Where(p => p.All(v => v > 0)).ToArray();
        var front = Dominance.NonDominated(points).Length;
        Assert.InRange(new BoxDecomposition(points, [0, 0, 0]).BoxCount, front, 2 * front + 1);
    }

    [Fact]
    public void Numbers_that_are_not_finite_or_rows_of_another_length_are_refused_by_row()
    {
        Assert.Contains("row 1", Assert.Throws<ArgumentException>(() => Hypervolume.Volume([[1, 1], [double.NaN, 1]], [0, 0])).Message);
        Assert.Contains("2 expected", Assert.Throws<ArgumentException>(() => Hypervolume.Volume([[1, 1, 1]], [0, 0])).Message);
    }
}
