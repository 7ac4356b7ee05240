using System.CommandLine;
using IpActors.App.Campaigns;
using IpActors.App.Cli;
using IpActors.App.Reports;
using IpActors.Science;

namespace IpActors.App.Exports;

/// <summary><c>ipactors export</c>: a campaign's compounds as a table, a JSON document or structures.</summary>
public static class ExportCommand
{
    static readonly ImmutableArray<string> Formats = ["csv", "json", "pool", .. StructureExport.Formats];

    public static Command Create()
    {
        var options = new CampaignOptions();
        var format = new Option<string?>("--format") { Description = $"{string.Join(", ", Formats)}; default csv; pool: the evaluated compounds with their latent descriptors, for 'backtest'" };
        var @out = new Option<string?>("--out") { Description = "the file (csv, json, pool) or the folder with one file per compound (poscar, cif, extxyz) to write; default stdout" };
        var command = options.Command("export", "Writes all compounds, ordered by id; equal results are equal bytes. Example: ipactors export config/quickstart.yaml --format csv --out results.csv", format, @out);
        command.SetAction(async (r, cancel) =>
        {
            var (at, json) = (options.Read(r), r.GetValue(options.Json));
            var name = r.GetValue(format) ?? (json ? "json" : "csv");
            if (!Formats.Contains(name)) throw new InputException($"--format: unknown format '{name}'; the nearest is '{NearestName.Of(name, Formats)}' of {string.Join(", ", Formats)}");
            if (json && name != "json") throw new InputException($"--json with --format {name}: write one of them");
            await using var stored = await StoredCampaign.Open(at, cancel);
            if (name is not ("csv" or "json" or "pool")) return await Structures(stored, name, r.GetValue(@out), cancel);
            await ReportFile.WriteText(r.GetValue(@out), async text =>
            {
                if (name == "csv") CsvExport.Write(stored.View, text);
                else if (name == "json") await JsonExport.Write(text, stored.View, stored.Compounds(stored.View.Compounds.Keys, cancel));
                else
                {
                    var (csv, note) = PoolExport.Write(stored.View, stored.Blobs);
                    await text.WriteAsync(csv);
                    Console.Error.WriteLine($"ipactors: {note}");
                }
            });
            return 0;
        });
        return command;
    }

    static async Task<int> Structures(StoredCampaign stored, string format, string? folder, CancellationToken cancel)
    {
        var relaxed = StructureExport.Of(stored.View).ToList();
        var written = 0;
        await foreach (var compound in stored.Compounds(relaxed.Select(c => c.Identity.Id), cancel))
        {
            var (id, text) = (relaxed[written].Identity.Id, StructureExport.Text(relaxed[written], compound.Relaxation!.Structure!, format));
            written++;
            if (folder is null or "-") Console.Out.Write(text);
            else ReportFile.WriteText(Path.Combine(folder, $"{id}.{format}"), text);
        }
        if (written > 0) return 0;
        Console.Error.WriteLine("ipactors: no compound is relaxed yet, so there is no structure to write; run the campaign on");
        return 1;
    }
}
