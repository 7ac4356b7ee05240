using System.Globalization;
using IpActors.App.Cli;
using IpActors.Science;

namespace IpActors.App.Pareto;

/// <summary>Points as rows of a CSV whose columns are objectives to be maximised, with the reference point of the command line.</summary>
static class PointTable
{
    public static double[] Reference(string text) => [.. text.Split(',').Select(t =>
        double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v) ? v
        : throw new InputException($"--ref {text}: '{t}' is not a finite number; write one number per objective, as in --ref 0,-10,0"))];

    public static double[][] Points(Csv csv, double[] reference)
    {
        if (csv.Header.Count != reference.Length)
            throw new InputException($"{csv.Source}: {csv.Header.Count} columns ({string.Join(", ", csv.Header)}), but --ref has {reference.Length} numbers; give one per objective");
        return csv.Numbers();
    }

    /// <summary>Points of the columns named as in the front's header, in its order; where a name is missing, by position.</summary>
    public static double[][] Like(Csv front, Csv candidates, double[] reference)
    {
        if (front.Header.Any(h => candidates.Find(h) is null)) return Points(candidates, reference);
        var columns = front.Header.Select(candidates.Column).ToArray();
        return [.. Enumerable.Range(0, candidates.Rows.Count).Select(row => columns.Select(c => candidates.Number(row, c)).ToArray())];
    }
}
