using System.Globalization;
using System.Text;
using IpActors.Science.Phases;

namespace IpActors.Domain.Campaigns;

/// <summary>Imported scores L_s: a compound of which L_s is known passes at <paramref name="Min"/> or above; of the others it is not available, and they pass by E_d alone. The scores are a blob that the digest names.</summary>
/// <param name="FiltersPool">The pool is chosen by E_d and L_s; false: the scores are there for constraints and reports.</param>
public sealed record SynthesizabilitySettings(string Digest, int Count, double Min, bool FiltersPool);

/// <summary>Scores by compound id or by composition; an id's own score comes before that of its composition.</summary>
public sealed class SynthesizabilityScores
{
    readonly SortedDictionary<string, double> _scores = new(StringComparer.Ordinal);

    public int Count => _scores.Count;

    /// <summary>False where that compound or composition has a score already.</summary>
    public bool TryAdd(string idOrFormula, double score) => _scores.TryAdd(Key(idOrFormula), score);

    /// <summary>The score of a compound; NaN: not available.</summary>
    public double Of(string id, string formula) => _scores.TryGetValue(id, out var own) || _scores.TryGetValue(Key(formula), out own) ? own : double.NaN;

    /// <summary>Is a text the score's compound id rather than a formula? Only ids have hyphens.</summary>
    static string Key(string idOrFormula) => idOrFormula.Contains('-') ? idOrFormula : "=" + Composition.Parse(idOrFormula).Reduced;

    /// <summary>As text in ordinal order, one tab-separated line each: an id, or "=" and the composition; the score so that it reads back to the same bits.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Join('\n', _scores.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key}\t{s.Value:R}"))));

    public static SynthesizabilityScores FromBytes(byte[] bytes)
    {
        var scores = new SynthesizabilityScores();
        foreach (var line in bytes.Length == 0 ? [] : Encoding.UTF8.GetString(bytes).Split('\n').Select(l => l.Split('\t')))
            if (line.Length != 2 || !double.TryParse(line[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var score) || !scores._scores.TryAdd(line[0], score)) throw new InvalidDataException("not a blob of scores");
        return scores;
    }
}
