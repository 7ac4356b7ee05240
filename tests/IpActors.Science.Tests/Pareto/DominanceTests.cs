using IpActors.Science.Numerics;
using IpActors.Science.Pareto;

namespace IpActors.Science.Tests.Pareto;

public class DominanceTests
{
    [Fact]
    public void Copies_of_a_non_dominated_point_are_all_non_dominated()
    {
        double[][] points = [[1, 2], [2, 1], [1, 2], [1, 1], [1, 1]];
        Assert.Equal([0, 1, 2], Dominance.NonDominated(points));
        Assert.Equal([1, 1, 1, 2, 2], Dominance.Ranks(points));
        Assert.Equal([0, 1, 0, 0, 0], Hypervolume.Exclusive(points, [0, 0]));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Ranks_equal_those_of_peeling_by_definition(int d)
    {
        var random = SeededRandom.Stream(6, $"ranks/{d}");
        var points = Enumerable.Range(0, 150).Select(_ => Enumerable.Range(0, d).Select(_ => (double)random.NextInt(9)).ToArray()).ToArray();
        var (expected, left, rank) = (new int[points.Length], Enumerable.Range(0, points.Length).ToList(), 0);
        while (left.Count > 0)
        {
            rank++;
            var front = left.Where(i => !left.Any(j => points[j].Zip(points[i]).All(p => p.First >= p.Second) && points[j].Zip(points[i]).Any(p => p.First > p.Second))).ToList();
            foreach (var i in front) expected[i] = rank;
            left = [.. left.Except(front)];
        }
        Assert.Equal(expected, Dominance.Ranks(points));
        Assert.Equal(Enumerable.Range(0, points.Length).Where(i => expected[i] == 1), Dominance.NonDominated(points));
    }
}
