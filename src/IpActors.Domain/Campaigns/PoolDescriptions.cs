using IpActors.Science.Crystals;
using IpActors.Science.Descriptors;

namespace IpActors.Domain.Campaigns;

/// <summary>The pool's latent descriptors as a pure function of the relaxed structures in pool order: the worker leaves them as a blob, the audit makes them again.</summary>
public static class PoolDescriptions
{
    public static LatentPool Describe(CampaignSettings settings, IReadOnlyList<Structure> structures) =>
        PoolDescription.Describe(structures, new DescriptorSettings(settings.Space.Elements, LatentComponents: settings.Surrogate.Latent), settings.Seed);
}
