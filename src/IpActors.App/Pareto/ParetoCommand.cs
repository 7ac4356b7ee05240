using System.CommandLine;
using System.Text.Json.Serialization;
using IpActors.App.Cli;
using IpActors.Science;
using IpActors.Science.Pareto;

namespace IpActors.App.Pareto;

/// <summary><c>ipactors pareto hypervolume</c> and <c>ipactors pareto improvement</c>; every objective is maximised.</summary>
public static class ParetoCommand
{
    sealed record VolumeAnswer(
        [property: JsonPropertyName("hypervolume")] double Hypervolume,
        [property: JsonPropertyName("nondominated")] int[] NonDominated,
        [property: JsonPropertyName("exclusive")] double[] Exclusive);

    sealed record ImprovementAnswer(
        [property: JsonPropertyName("improvement")] double[] Improvement,
        [property: JsonPropertyName("hypervolume")] double Hypervolume);

    public static Command Create() => new("pareto", "Fronts and hypervolumes; every objective is maximised.") { CreateHypervolume(), CreateImprovement() };

    static Option<string> ReferenceOption() => new("--ref") { Description = "the reference point, one number per column; points not above it in every objective add nothing", Required = true };

    static Command CreateHypervolume()
    {
        var points = new Option<string>("--points") { Description = "CSV, one column per objective; - reads stdin", Required = true };
        var (reference, json) = (ReferenceOption(), Output.JsonOption());
        var command = new Command("hypervolume", "Hypervolume of the points, rows that no other dominates (from 0; copies are all kept), and the volume that each row alone covers.\nExample: ipactors pareto hypervolume --points front.csv --ref 0,-10,0 --json")
            { points, reference, json };
        command.SetAction((r, _) =>
        {
            var origin = PointTable.Reference(r.GetRequiredValue(reference));
            var rows = PointTable.Points(Csv.Read(r.GetRequiredValue(points)), origin);
            var answer = new VolumeAnswer(Hypervolume.Volume(rows, origin), Dominance.NonDominated(rows), Hypervolume.Exclusive(rows, origin));
            if (r.GetValue(json)) { Output.WriteJson(answer); return Task.FromResult(0); }
            Console.WriteLine($"hypervolume {answer.Hypervolume:G13}, {answer.NonDominated.Length} of {rows.Length} rows not dominated");
            foreach (var row in answer.NonDominated)
                Console.WriteLine($"row {row,5}  alone {answer.Exclusive[row],14:G7}  ({(answer.Hypervolume > 0 ? answer.Exclusive[row] / answer.Hypervolume : 0):P1})");
            return Task.FromResult(0);
        });
        return command;
    }

    static Command CreateImprovement()
    {
        var front = new Option<string>("--front") { Description = "CSV, one column per objective; - reads stdin", Required = true };
        var candidates = new Option<string>("--candidates") { Description = "CSV with the front's columns (by name, or else as many in the same order); - reads stdin", Required = true };
        var (reference, json) = (ReferenceOption(), Output.JsonOption());
        var command = new Command("improvement", "Hypervolume that each candidate would add to the front.\nExample: ipactors pareto improvement --front front.csv --candidates bounds.csv --ref 0,-10,0 --json")
            { front, candidates, reference, json };
        command.SetAction((r, _) =>
        {
            var (from, of) = (r.GetRequiredValue(front), r.GetRequiredValue(candidates));
            if (from == "-" && of == "-") throw new InputException("--front - --candidates -: stdin can be read once; give a file for one of them");
            var origin = PointTable.Reference(r.GetRequiredValue(reference));
            var frontTable = Csv.Read(from);
            var boxes = new BoxDecomposition(PointTable.Points(frontTable, origin), origin);
            var answer = new ImprovementAnswer(boxes.Improvements(PointTable.Like(frontTable, Csv.Read(of), origin)), boxes.Volume);
            if (r.GetValue(json)) { Output.WriteJson(answer); return Task.FromResult(0); }
            Console.WriteLine($"hypervolume of the front {answer.Hypervolume:G13}");
            for (var row = 0; row < answer.Improvement.Length; row++) Console.WriteLine($"row {row,5}  {answer.Improvement[row]:G13}");
            return Task.FromResult(0);
        });
        return command;
    }
}
