using System.Text.Json.Serialization;
using IpActors.Science.Crystals;

namespace IpActors.Domain.Works;

/// <summary>
/// What one calculation found, whatever the program: named numbers with their units in the names (<c>energy_eV</c>), flags, and the structure where one came out. Everything a decision needs
/// is here or in a blob that <see cref="Blobs"/> names by digest.
/// </summary>
public sealed record PartResult(
    string Calculator,
    ImmutableSortedDictionary<string, double> Numbers,
    ImmutableSortedDictionary<string, string> Texts,
    ImmutableArray<string> Flags,
    Structure? Structure = null,
    ImmutableSortedDictionary<string, string>? Blobs = null)
{
    public static PartResult Of(string calculator, IEnumerable<(string Name, double Value)> numbers, Structure? structure = null, IEnumerable<string>? flags = null, IEnumerable<(string Name, string Value)>? texts = null) =>
        new(calculator, numbers.ToImmutableSortedDictionary(n => n.Name, n => n.Value, StringComparer.Ordinal),
            (texts ?? []).ToImmutableSortedDictionary(n => n.Name, n => n.Value, StringComparer.Ordinal), [.. flags ?? []], structure);

    public double this[string number] => Numbers[number];

    public bool Equals(PartResult? o) => o is not null && Calculator == o.Calculator && Numbers.SequenceEqual(o.Numbers) && Texts.SequenceEqual(o.Texts) && Flags.AsSpan().SequenceEqual(o.Flags.AsSpan()) && Equals(Structure, o.Structure);
    public override int GetHashCode() => HashCode.Combine(Calculator, Numbers.Count, Flags.Length);
}

/// <summary>A property's final value with its standard error (NaN: none known) in the unit that its name in docs/conventions.md has, and flags such as <c>extrapolated</c> or <c>censored</c>.</summary>
public sealed record PropertyValue(string Property, double Value, double Error, string Unit, ImmutableArray<string> Flags, ImmutableSortedDictionary<string, double> Details, string Calculator)
{
    /// <summary>The value is only a bound ("at most this much"): never counted as a best value.</summary>
    public bool IsCensored => Flags.Contains(PropertyFlags.Censored);
    public bool Equals(PropertyValue? o) => o is not null && Property == o.Property && Value.Equals(o.Value) && Error.Equals(o.Error) && Unit == o.Unit && Flags.AsSpan().SequenceEqual(o.Flags.AsSpan()) && Details.SequenceEqual(o.Details) && Calculator == o.Calculator;
    public override int GetHashCode() => HashCode.Combine(Property, Value, Error);
}

public static class PropertyFlags
{
    public const string Censored = "censored";
    public const string Extrapolated = "extrapolated";
}

/// <summary>Sorted dictionaries of texts.</summary>
public static class Texts
{
    public static readonly ImmutableSortedDictionary<string, string> None = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
    public static ImmutableSortedDictionary<string, string> Of(params ReadOnlySpan<(string Name, string Value)> texts)
    {
        var all = None.ToBuilder();
        foreach (var (name, value) in texts) all[name] = value;
        return all.ToImmutable();
    }
}

/// <summary>How a property is to be had: its calculator and the calculations it takes, each run, kept and reused on its own.</summary>
/// <param name="ToleratedFailures">How many failed parts the property bears.</param>
public sealed record PropertyPlan(string Property, string Calculator, ImmutableArray<PartPlan> Parts, int ToleratedFailures = 0)
{
    public bool Equals(PropertyPlan? o) => o is not null && Property == o.Property && Calculator == o.Calculator && Parts.AsSpan().SequenceEqual(o.Parts.AsSpan()) && ToleratedFailures == o.ToleratedFailures;
    public override int GetHashCode() => HashCode.Combine(Property, Calculator, Parts.Length);
}

/// <summary>One calculation: its name within the property (such as <c>vacancy.1000K.s1</c>) and its numeric settings, units in their names.</summary>
/// <param name="After">A part of the same property whose result it starts from.</param>
public sealed record PartPlan(string Part, ImmutableSortedDictionary<string, double> Parameters, string? After = null)
{
    /// <summary>Settings in the program's own words, such as <c>INCAR.ENCUT</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public ImmutableSortedDictionary<string, string>? Settings { get; init; }

    public bool Equals(PartPlan? o) => o is not null && Part == o.Part && After == o.After && Parameters.SequenceEqual(o.Parameters) && (Settings ?? Texts.None).SequenceEqual(o.Settings ?? Texts.None);
    public override int GetHashCode() => HashCode.Combine(Part, Parameters.Count);
}

/// <summary>Properties the engine knows by name, with the units of their values.</summary>
public static class Properties
{
    public const string Relaxation = "relaxation";
    public const string BandGap = "band-gap";
    public const string HydrationEnergy = "hydration-energy";
    public const string Conductivity = "conductivity";
    public const string DecompositionEnergy = "decomposition-energy";
    /// <summary>Goldschmidt's, of the formula; has no unit.</summary>
    public const string ToleranceFactor = "tolerance-factor";
    /// <summary>L_s, imported; has no unit.</summary>
    public const string Synthesizability = "synthesizability";

    public static string Unit(string property) => property switch
    {
        Relaxation => "eV", BandGap => "eV", HydrationEnergy => "kJ/mol", Conductivity => "S/cm", DecompositionEnergy => "eV/atom", ToleranceFactor or Synthesizability => "1",
        _ => throw new ArgumentOutOfRangeException(nameof(property), property, "unknown property"),
    };
}
