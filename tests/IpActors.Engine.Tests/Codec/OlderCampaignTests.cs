using System.Text;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Entities;
using IpActors.Engine.Codec;

namespace IpActors.Engine.Tests.Codec;

/// <summary>Events as versions before an option wrote them: what they lack reads as the paper's choice.</summary>
public sealed class OlderCampaignTests
{
    static readonly EventCodec Codec = new(EntityKinds.All);

    static T Read<T>(string manifest, string json) where T : IEvent
    {
        var body = Encoding.UTF8.GetBytes(json);
        var hash = EventCodec.HashOf("tiny/campaign/coordinator", 3, manifest, body, EventCodec.NoHash);
        return (T)Codec.Decode("tiny/campaign/coordinator", 3, manifest, Encoding.UTF8.GetBytes($$"""{"event":{{json}},"previous":"{{EventCodec.NoHash}}","hash":"{{hash}}"}""")).Event;
    }

    [Fact] public void Settings_without_the_later_options_are_the_papers()
    {
        var e = Read<SettingsChanged>("campaign.settings-changed/1", """
            {"settings":{"name":"tiny","seed":11,"space":null,"screening":{"maxDecompositionEnergyEvPerAtom":0.1},"objectives":[{"property":"band-gap","transform":"linear","scale":1,"reference":0}],"surrogate":{"latent":6,"starts":2},"acquisition":{"rule":"uhvi","beta":1,"batch":2,"initial":4},"stop":{"unchangedIterations":3,"maxIterations":2,"maxEvaluations":null},"calculators":[],"restart":null},"file":"name: tiny","fileDigest":"d","differences":[]}
            """.Trim());
        Assert.Equal(new AcquisitionSettings("uhvi", 1, 2, 4, CapPerComposition: null, KnownObjectives: false), e.Settings.Acquisition);
        Assert.Equal(new StopSettings(3, 2, null, UnchangedVolumeIterations: null, VolumeTolerance: 1e-3), e.Settings.Stop);
        Assert.False(e.Settings.UsesFacts);
    }

    [Fact] public void A_pool_described_before_facts_were_kept_has_none() =>
        Assert.Null(Read<PoolDescribed>("campaign.pool-described/1", """{"poolDigest":"p","latentDigest":"l","widths":[6,6,6]}""").FactsDigest);

    [Fact] public void A_batch_selected_before_caps_equals_one_that_is_made_again_without_a_cap()
    {
        var old = Read<BatchSelected>("campaign.batch-selected/1",
            """{"batch":{"iteration":1,"rule":"uhvi","beta":1,"v0":2.5,"candidates":9,"reference":[0],"predictionDigests":["a"],"fitDigests":["b"],"poolDigest":"p","latentDigest":"l","chosen":[{"compound":"x","rank":1,"mu":[1],"sigma":[0.5],"bound":[1.5],"improvement":0.25,"conditional":0.25}]}}""");
        Assert.Equal(new Batch(1, "uhvi", 1, 2.5, 9, [0], ["a"], ["b"], "p", "l", [new("x", 1, [1], [0.5], [1.5], 0.25, 0.25)]), old.Batch);
        Assert.NotEqual(old.Batch, old.Batch with { CapPerComposition = 1 });
        Assert.NotEqual(old.Batch, old.Batch with { FactsDigest = "f" });
    }
}
