using System.Runtime.CompilerServices;
using IpActors.Science.Enumeration;

namespace IpActors.Science.Tests.Enumeration;

/// <summary>Patterns of an independent enumeration, written beforehand with its own code (Fixtures/enumeration_microstates.tsv): each is one of ours, with its symmetry and multiplicity.</summary>
public class ReferencePatternTests
{
    [Fact]
    public void Every_pattern_of_the_independent_enumeration_is_found_with_its_space_group_order_and_multiplicity()
    {
        var rows = File.ReadLines(Path.Combine(Folder(), "Fixtures", "enumeration_microstates.tsv")).Skip(1).Select(l => l.Split('\t')).ToList();
        Assert.Equal(314, rows.Count);
        foreach (var byName in rows.GroupBy(r => r[0]))
        {
            var aristotype = Aristotypes.Find(byName.Key)!;
            var namer = new SpaceGroupNamer(aristotype, 1e-3);
            var space = new AristotypeSpace(aristotype, new SpaceOptions());
            var groups = space.Superlattices.ToDictionary(h => h.ToString().Replace('.', ','), h => new SupercellGroup(aristotype, h));
            var ours = space.AllPatterns.ToDictionary(p => (p.Hnf, p.Mask));
            foreach (var r in byName)
            {
                var group = groups[r[2]];
                // It chose the least pair (mask of X, mask of Z) of an orbit, we the least whole mask.
                var found = ours.TryGetValue((group.Hnf, group.Representative(ulong.Parse(r[7]))), out var p) ? p : null;
                Assert.True(found is not null, string.Join(' ', r));
                Assert.Equal((int.Parse(r[4]), int.Parse(r[6])), (found.Ones[0], found.Ones[1]));
                Assert.Equal((r[8], int.Parse(r[10]), int.Parse(r[12])), (namer.Name(group, found.Mask).Symbol, found.PointGroupOrder, (int)found.Multiplicity([4, 4])));
                Assert.Equal(int.Parse(r[11]), group.Order / found.PointGroupOrder);
            }
        }
    }

    static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
