namespace IpActors.App.Tests.EndToEnd;

/// <summary>A campaign file of config/ in a folder of its own, changed in a few places.</summary>
static class ShippedCampaign
{
    /// <summary>Writes it as the process's campaign, its journal beside it; every text to be replaced has to be there.</summary>
    public static void Put(CampaignProcess process, string name, params (string From, string To)[] changes)
    {
        var text = Repository.Read($"config/{name}.yaml");
        foreach (var (from, to) in changes.Prepend(($"sqlite:campaigns/{name}.db", "sqlite:tiny.db")))
        {
            Assert.Contains(from, text);
            text = text.Replace(from, to);
        }
        File.WriteAllText(process.File, text);
    }

    /// <summary>The exported rows, by column; no cell of theirs has a comma or a quote.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Rows(string csv)
    {
        var lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.DoesNotContain('"', csv);
        var head = lines[0].Split(',');
        return [.. lines.Skip(1).Select(l => head.Zip(l.Split(',')).ToDictionary(p => p.First, p => p.Second))];
    }
}
