using System.Globalization;
using System.Text;
using IpActors.Domain.Views;
using IpActors.Domain.Works;

namespace IpActors.Domain.Campaigns;

/// <summary>
/// What screening has told of every compound of the pool, in pool order: its composition (reduced formula), and the properties whose value each of them has. A blob that <see cref="PoolDescribed"/> names
/// by digest, so that a batch made from it can be made again.
/// </summary>
/// <param name="Values">By property, in the property's own unit; only properties that the whole pool has.</param>
public sealed record PoolFacts(ImmutableArray<string> Compositions, ImmutableSortedDictionary<string, ImmutableArray<double>> Values)
{
    /// <summary>Properties that come with the screening, so that they are known before a compound is selected.</summary>
    public static readonly ImmutableArray<string> KnownProperties = [Properties.BandGap, Properties.DecompositionEnergy];

    public static PoolFacts Of(CampaignView view, IReadOnlyList<string> pool)
    {
        var compounds = pool.Select(id => view.Compounds[id]).ToList();
        return new([.. compounds.Select(c => c.Identity.Formula)],
            KnownProperties.Where(p => compounds.TrueForAll(c => c.Knows(p))).ToImmutableSortedDictionary(p => p, p => compounds.Select(c => c.Value(p)).ToImmutableArray(), StringComparer.Ordinal));
    }

    /// <summary>As text: a header of "composition" and the properties, then one tab-separated line per compound, numbers so that they read back to the same bits.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder("composition");
        foreach (var p in Values.Keys) text.Append('\t').Append(p);
        for (var i = 0; i < Compositions.Length; i++)
        {
            text.Append('\n').Append(Compositions[i]);
            foreach (var v in Values.Values) text.Append('\t').Append(v[i].ToString("R", CultureInfo.InvariantCulture));
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Throws <see cref="InvalidDataException"/> where the bytes are not what <see cref="ToBytes"/> writes.</summary>
    public static PoolFacts FromBytes(byte[] bytes)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split('\n').Select(l => l.Split('\t')).ToArray();
        if (lines[0][0] != "composition" || lines.Any(l => l.Length != lines[0].Length)) throw new InvalidDataException("not a blob of the pool's facts");
        var rows = lines[1..];
        return new([.. rows.Select(r => r[0])], lines[0].Skip(1).Select((p, k) => (Property: p, Column: k + 1))
            .ToImmutableSortedDictionary(p => p.Property, p => rows.Select(r => double.TryParse(r[p.Column], NumberStyles.Float, CultureInfo.InvariantCulture, out var v) ? v
                : throw new InvalidDataException($"'{r[p.Column]}' is no value of {p.Property}")).ToImmutableArray(), StringComparer.Ordinal));
    }
}
