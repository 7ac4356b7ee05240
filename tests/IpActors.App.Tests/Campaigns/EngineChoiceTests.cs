namespace IpActors.App.Tests.Campaigns;

#if !AKKA
public class EngineChoiceTests
{
    [Fact]
    public async Task A_build_without_the_cluster_refuses_to_run_on_it_in_one_line()
    {
        var folder = Directory.CreateTempSubdirectory("ipactors-engine-");
        try
        {
            var file = Path.Combine(folder.FullName, "c.yaml");
            File.WriteAllText(file, $"name: c\nengine: akka\njournal: sqlite:{Path.Combine(folder.FullName, "c.db")}\ncalculators: {{relaxation: {{with: builtin}}}}\nobjectives: [{{property: decomposition-energy, transform: linear, scale: -1, reference: -1}}]\n");
            var at = App.Campaigns.CampaignAt.Of(file, null);
            var e = await Assert.ThrowsAsync<Science.InputException>(() => App.Campaigns.Composition.Open(at, null, new App.Campaigns.NodeOptions([])));
            Assert.Contains("engine: akka is not in this build", e.Message);
            Assert.DoesNotContain('\n', e.Message);
            Assert.False(File.Exists(Path.Combine(folder.FullName, "c.db")));
        }
        finally { folder.Delete(recursive: true); }
    }
}
#endif
