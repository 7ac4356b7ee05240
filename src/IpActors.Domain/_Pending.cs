// Stand-in until the enumeration lands.
namespace IpActors.Science.Enumeration { public sealed record SpaceOptions; }
