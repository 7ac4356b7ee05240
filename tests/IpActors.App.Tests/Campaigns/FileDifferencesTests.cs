using IpActors.App.Campaigns;

namespace IpActors.App.Tests.Campaigns;

public class FileDifferencesTests
{
    const string Text = "name: a\nobjectives: [{property: band-gap, reference: 0}]\ncalculators: {relaxation: {with: builtin}, band-gap: {with: builtin}}\n";

    static ImmutableArray<FileDifference> To(string text) => FileDifferences.Between(CampaignFile.Parse("old.yaml", Text), CampaignFile.Parse("new.yaml", text));

    [Fact]
    public void Comments_order_and_written_out_defaults_are_no_difference() =>
        Assert.Empty(To("# new\ncalculators: {band-gap: {with: builtin}, relaxation: {with: builtin, max_steps: 500}}\nobjectives:\n  - {reference: 0.0, property: band-gap, scale: 1}\nname: a\nseed: 1\nspace: {cap: 8, keep: cap}\n"));

    [Fact]
    public void Each_changed_key_is_named_with_old_and_new()
    {
        var d = To(Text.Replace("reference: 0", "reference: 0.5, scale: 2") + "stop: {max_iterations: 7}\nlauncher: {slots: 3}\n");
        Assert.Equal(["launcher.slots: (none) -> 3", "objectives[1].reference: 0 -> 0.5", "objectives[1].scale: 1 -> 2", "stop.max_iterations: (none) -> 7"], d.Select(x => x.ToString()));
        Assert.Equal([false, true, true, true], d.Select(x => x.AltersDecisions));
    }

    [Theory, InlineData("journal: sqlite:x.db"), InlineData("engine: akka"), InlineData("launcher: {slots: 2}"), InlineData("log: {level: debug}"), InlineData("restart: {physics_attempts: 9}")]
    public void Journal_engine_launcher_log_and_restart_alter_no_decision(string line) => Assert.False(Assert.Single(To(Text + line + "\n")).AltersDecisions);

    [Theory, InlineData("seed: 2"), InlineData("space: {cap: 3}"), InlineData("surrogate: {latent: 5}"), InlineData("screening: {max_decomposition_energy_eV_per_atom: 0.2}")]
    public void Everything_else_does(string line) => Assert.True(Assert.Single(To(Text + line + "\n")).AltersDecisions);
}
