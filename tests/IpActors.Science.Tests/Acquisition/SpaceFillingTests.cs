using IpActors.Science.Acquisition;
using IpActors.Science.Numerics;

namespace IpActors.Science.Tests.Acquisition;

public class SpaceFillingTests
{
    static (string, double[])[] Rows(int n)
    {
        var random = SeededRandom.Stream(1, "rows");
        return [.. Enumerable.Range(0, n).Select(i => ($"c{i:D3}", new[] { random.NextDouble(), random.NextDouble() }))];
    }

    static double Closest(IEnumerable<double[]> points)
    {
        var all = points.ToArray();
        return all.SelectMany((p, i) => all.Take(i).Select(q => Math.Sqrt(p.Zip(q, (a, b) => (a - b) * (a - b)).Sum()))).Min();
    }

    [Fact]
    public void Twenty_points_keep_at_least_half_of_the_best_possible_distance()
    {
        // Gonzalez: the greedy choice is within a factor of two of the best. 20 points of the unit square cannot all be farther apart than 0.2866 (packing).
        var rows = Rows(2000);
        var chosen = SpaceFilling.Select(rows, 20, SeededRandom.Stream(5, "seeding"));
        var byId = rows.ToDictionary(r => r.Item1, r => r.Item2);
        Assert.InRange(Closest(chosen.Select(id => byId[id])), 0.5 * 0.2866 * 0.95, 0.2866);
        Assert.Equal(20, chosen.Distinct().Count());
    }

    [Fact]
    public void One_seed_gives_one_choice_whatever_the_order_of_the_rows()
    {
        var rows = Rows(100);
        var first = SpaceFilling.Select(rows, 10, SeededRandom.Stream(5, "seeding"));
        SeededRandom.Stream(6, "order").Shuffle<(string, double[])>(rows);
        Assert.Equal<string>(first, SpaceFilling.Select(rows, 10, SeededRandom.Stream(5, "seeding")));
        Assert.NotEqual<string>(first, SpaceFilling.Select(rows, 10, SeededRandom.Stream(7, "seeding")));
    }

    [Fact]
    public void Replacements_keep_away_from_those_chosen_earlier_and_copies_come_last()
    {
        (string, double[])[] rows = [("a", [0]), ("b", [10]), ("c", [4]), ("d", [10])];
        Assert.Equal<string>(["a", "c", "b", "d"], SpaceFilling.Select(rows, 9, SeededRandom.Stream(1, "x"), chosen: [[10.0]]));
    }
}
