namespace IpActors.Domain.Campaigns;

/// <summary>The phases of the hull that E_d is measured from.</summary>
/// <param name="Set"><c>binaries</c>: the Li2X and LiZ of the space's ions, computed with the campaign's own calculator; <c>none</c>: imported ones alone.</param>
/// <param name="Exclude">Formulas left out, however they are written.</param>
/// <param name="Imported">Energies from elsewhere, all of the calculator's scheme; kept whole, as decisions are made from them.</param>
public sealed record ReferenceSettings(string Set, ImmutableArray<string> Exclude, ImmutableArray<ImportedReference> Imported)
{
    public const string Binaries = "binaries", None = "none";
    public static readonly ReferenceSettings Default = new(Binaries, [], []);

    public bool Equals(ReferenceSettings? o) => o is not null && Set == o.Set && Exclude.AsSpan().SequenceEqual(o.Exclude.AsSpan()) && Imported.AsSpan().SequenceEqual(o.Imported.AsSpan());
    public override int GetHashCode() => HashCode.Combine(Set, Exclude.Length, Imported.Length);
}

/// <summary>A phase whose energy (eV/atom) was computed elsewhere with the scheme that it states.</summary>
public sealed record ImportedReference(string Formula, double EnergyEvPerAtom, string Scheme);
