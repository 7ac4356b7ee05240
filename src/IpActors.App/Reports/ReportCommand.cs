using System.CommandLine;
using System.Text.Json.Nodes;
using IpActors.App.Campaigns;
using IpActors.App.Cli;

namespace IpActors.App.Reports;

/// <summary><c>ipactors report</c>: the campaign as one self-contained HTML file.</summary>
public static class ReportCommand
{
    public static Command Create()
    {
        var options = new CampaignOptions();
        var @out = new Option<string?>("--out") { Description = "where to write it; default beside the journal; - writes to stdout" };
        var command = options.Command("report", "Writes the campaign's report, one self-contained HTML file. Example: ipactors report config/quickstart.yaml --out report.html", @out);
        command.SetAction(async (r, cancel) =>
        {
            var at = options.Read(r);
            await using var stored = await StoredCampaign.Open(at, cancel);
            var path = r.GetValue(@out) ?? at.ReportPath;
            if (path == "-") { Console.Out.Write(HtmlReport.Build(stored.View, stored.Blobs, AboutCalculators.Texts)); return 0; }
            ReportFile.Write(path, stored.View, stored.Blobs);
            if (r.GetValue(options.Json)) Output.WriteJson(new JsonObject { ["report"] = path });
            else Console.WriteLine(path);
            return 0;
        });
        return command;
    }
}
