namespace IpActors.Workers.Vasp;

/// <summary>What a site tells of its VASP once, for all campaigns.</summary>
/// <param name="PotcarLibrary">Folder of the user's own POTCARs; null: no run can be prepared, only inputs written without them.</param>
public sealed record VaspSettings(string? PotcarLibrary = null)
{
    /// <summary>Names of potentials by element, over <see cref="Vasp.PotcarLibrary.Names"/>: such as Ge → Ge.</summary>
    public ImmutableSortedDictionary<string, string> Potcars { get; init; } = Texts.None;

    public string NameOf(string element) => Potcars.GetValueOrDefault(element) ?? Vasp.PotcarLibrary.Names.GetValueOrDefault(element) ?? element;
}
