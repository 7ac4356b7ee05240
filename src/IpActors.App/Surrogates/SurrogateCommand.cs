using System.CommandLine;
using IpActors.App.Cli;
using IpActors.Science;
using IpActors.Science.Surrogates;

namespace IpActors.App.Surrogates;

/// <summary><c>surrogate fit</c> and <c>surrogate predict</c>: the Gaussian process of a campaign on tables of the user's own.</summary>
public static class SurrogateCommand
{
    public static Command Create() => new("surrogate", "Gaussian-process surrogates: fit one, predict with one, check one.")
    {
        Verb("fit", "Fits a Gaussian process to a table and shows its hyperparameters, likelihood and leave-one-out errors.",
            "ipactors surrogate fit --train T.csv --groups 30,30,30 --seed 7 --json > H.json"),
        Verb("predict", "Predicts mean and standard deviation (without noise) for the rows of a table; fits first unless hyperparameters are given.",
            "ipactors surrogate predict --train T.csv --test X.csv --groups 30,30,30 --hyperparameters H.json --json"),
    };

    static Command Verb(string name, string help, string example)
    {
        var train = new Option<string>("--train") { Description = "CSV with a header row: the columns of the groups in order, y last; - reads stdin", Required = true, HelpName = "T.csv" };
        var test = new Option<string?>("--test") { Description = "CSV with a header row: the same columns without y (default: the rows of --train)", HelpName = "X.csv" };
        var groups = new Option<string?>("--groups") { Description = "widths of the groups, as in 30,30,30 (default: all columns are one group)", HelpName = "n1,n2,n3" };
        var hyperparameters = new Option<string?>("--hyperparameters") { Description = "JSON of hyperparameters (what fit writes will do): nothing is fitted or standardised", HelpName = "H.json" };
        var seed = new Option<long>("--seed") { Description = "seed of the optimiser's starts", DefaultValueFactory = _ => 1 };
        var starts = new Option<int>("--starts") { Description = "starts of the optimiser", DefaultValueFactory = _ => 5 };
        var json = Output.JsonOption();
        var command = new Command(name, $"{help}\n\nExample: {example}") { train, test, groups, hyperparameters, seed, starts, json };
        command.SetAction((parsed, _) =>
        {
            var table = SurrogateTable.Read(parsed.GetValue(train)!, parsed.GetValue(groups));
            var rows = parsed.GetValue(test) is { } path ? table.ReadRows(path) : table.Rows;
            var n = parsed.GetValue(starts);
            if (n is < 1 or > 1000) throw new InputException($"--starts {n}: give a number from 1 to 1000");
            var h = parsed.GetValue(hyperparameters) is { } file
                ? Hyperparameters.Parse(Output.ReadInput(file), file, table.Rows.Widths.Length)
                : SurrogateModel.Fit(table.Rows, table.Y, null, parsed.GetValue(seed), new(n)).InUnitsOfY;
            SurrogateAnswer answer;
            try { answer = SurrogateAnswer.Of(new GaussianProcess(h, table.Rows, table.Y), table.Y, rows); }
            catch (ArithmeticException e) { throw new InputException($"{parsed.GetValue(train)}: {e.Message}; raise noise_variance or leave out repeated rows"); }
            if (parsed.GetValue(json)) Output.WriteJson(answer);
            else answer.WriteText(Console.Out);
            return Task.FromResult(0);
        });
        return command;
    }
}
