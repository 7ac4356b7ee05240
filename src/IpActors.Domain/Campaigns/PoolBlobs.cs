using System.Globalization;
using System.Text;
using IpActors.Science.Phases;

namespace IpActors.Domain.Campaigns;

/// <summary>The blobs that campaign events name by digest, as text: the pool's ids, one a line in ordinal order; the hull's entries, one a line, tab-separated (formula, label, eV/atom, scheme).</summary>
public static class PoolBlobs
{
    public static byte[] OfIds(IEnumerable<string> ids) => Encoding.UTF8.GetBytes(string.Join('\n', ids.Order(StringComparer.Ordinal)));
    public static string[] Ids(byte[] blob) => blob.Length == 0 ? [] : Encoding.UTF8.GetString(blob).Split('\n');

    public static byte[] OfHull(IEnumerable<HullEntry> entries) =>
        Encoding.UTF8.GetBytes(string.Join('\n', entries.OrderBy(e => e.Label, StringComparer.Ordinal).Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Composition.Formula}\t{e.Label}\t{e.EnergyEvPerAtom:R}\t{e.Scheme}"))));

    public static PhaseHull Hull(byte[] blob) => new(Encoding.UTF8.GetString(blob).Split('\n').Select(line => line.Split('\t'))
        .Select(c => new HullEntry(Composition.Parse(c[0]), double.Parse(c[2], CultureInfo.InvariantCulture), c[1], c[3])));
}
