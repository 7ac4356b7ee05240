using System.Security.Cryptography;
using IpActors.App.Cli;
using IpActors.Domain.Campaigns;
using IpActors.Science;

namespace IpActors.App.Campaigns;

/// <summary>Imported scores L_s: from a CSV with the columns id_or_formula and score.</summary>
static class SynthesizabilitySection
{
    public const string ByEd = "e_d", ByEdAndLs = "e_d_and_l_s";

    /// <returns>The settings and the scores as the blob that they name; both null where none are imported.</returns>
    public static (SynthesizabilitySettings?, byte[]?) Read(Checked screening, string folder)
    {
        var filters = screening.Text("pool_by") == ByEdAndLs;
        if (screening.SectionOrNull("synthesizability") is not { } section)
            return filters ? throw screening.Error("pool_by", "no scores are imported; add 'synthesizability: {file: scores.csv}' under screening, or write e_d") : (null, null);
        var csv = Csv.Read(Path.Combine(folder, section.Text("file")));
        var (name, score) = (csv.Column("id_or_formula"), csv.Column("score"));
        var scores = new SynthesizabilityScores();
        for (var row = 0; row < csv.Rows.Count; row++)
        {
            var place = $"{csv.Source}:{csv.Line(row)}";
            if (csv.Number(row, score) is < 0 or > 1) throw new InputException($"{place}: a score of {csv.Rows[row][score]}; L_s is from 0 to 1");
            try { if (!scores.TryAdd(csv.Rows[row][name], csv.Number(row, score))) throw new InputException($"{csv.Rows[row][name]} has a score already; keep one"); }
            catch (InputException e) { throw new InputException($"{place}: {e.Message}"); }
        }
        if (scores.Count == 0) throw section.Error("file", $"{csv.Source} holds no score; give one line for each compound or formula");
        var blob = scores.ToBytes();
        return (new(Convert.ToHexStringLower(SHA256.HashData(blob)), scores.Count, section.Number("min"), filters), blob);
    }
}
