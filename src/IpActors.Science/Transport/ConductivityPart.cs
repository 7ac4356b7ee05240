using System.Text.Json.Serialization;
using IpActors.Science.Numerics;

namespace IpActors.Science.Transport;

/// <summary>How lithium moves: by one missing ion, or by one too many.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LithiumDefect>))]
public enum LithiumDefect { Vacancy, Interstitial }

/// <summary>Which calculation: one mechanism at one temperature with one seed. Parts are run, kept and repeated one by one.</summary>
public sealed record ConductivityPartKey(LithiumDefect Mechanism, double TemperatureK, long Seed)
{
    /// <summary>Stable text for work identities and random streams, e.g. vacancy-1000K-1.</summary>
    public string Name => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(Mechanism == LithiumDefect.Vacancy ? "vacancy" : "interstitial")}-{TemperatureK:0.###}K-{Seed}");
}

/// <summary>What one run of molecular dynamics says about diffusion. Plain finite numbers, small enough for an event.</summary>
/// <param name="MeanTemperatureK">Of the run at constant volume.</param>
/// <param name="VolumeA3">Of the cell of that run, the mean of the constant-pressure run before it.</param>
/// <param name="DefectsPerLithium">One defect over the lithium sites of the perfect cell: an imposed, not an equilibrium concentration.</param>
/// <param name="SlabNormal">Unit normal of the slabs (Cartesian), null for three-dimensional networks; its presence makes d = 2 in Eq. 5.</param>
/// <param name="Diffusion">D of lithium against the framework, in the plane where there is a slab normal.</param>
/// <param name="CountedHops">Jumps counted from the paths, returns included.</param>
/// <param name="LagsPs">Lags of the curve kept for plots.</param>
/// <param name="MsdA2">MSD at these lags, Å², in all three directions.</param>
/// <param name="MsdInSpaceA2">MSD at these lags in the directions of <paramref name="Diffusion"/>.</param>
/// <param name="FrameworkMsdA2">MSD of the framework at these lags: flat in a solid.</param>
/// <param name="Lindemann">(MSD of the framework at the last lag / 2)^½ over its nearest-neighbour distance.</param>
/// <param name="Melted">The framework does not hold: D is of a liquid and takes no part in the fit.</param>
/// <param name="Details">D per axis, of the charge and by blocks; null in parts of versions that did not compute them.</param>
public sealed record ConductivityPart(
    ConductivityPartKey Key, double MeanTemperatureK, double VolumeA3, int Atoms, int LithiumIons, double DefectsPerLithium, Vec3? SlabNormal, double RunPs,
    DiffusionEstimate Diffusion, int CountedHops, ImmutableArray<double> LagsPs, ImmutableArray<double> MsdA2, ImmutableArray<double> MsdInSpaceA2, ImmutableArray<double> FrameworkMsdA2,
    double Lindemann, bool Melted, TransportDetails? Details = null);
