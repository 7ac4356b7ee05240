namespace IpActors.App.Campaigns;

/// <summary>What a value may be. The strict reader (<see cref="KeyCheck"/>) and the JSON schema (<see cref="CampaignSchema"/>) are both derived from these descriptions, so they cannot disagree.</summary>
abstract record ValueKind;

/// <summary>Text that matches a regular expression; <paramref name="What"/> says in words what is expected.</summary>
sealed record TextKind(string Pattern, string What) : ValueKind;

/// <summary>One of some names; <paramref name="NotHere"/>: names that exist but that this build has not, with the reason.</summary>
sealed record ChoiceKind(string What, ImmutableArray<string> Names, ImmutableArray<(string Name, string Reason)> NotHere = default) : ValueKind;

sealed record IntegerKind(long Min, long Max) : ValueKind;

/// <summary>A finite number from Min to Max; <paramref name="AboveMin"/>: Min itself is excluded; <paramref name="NotZero"/>: so is 0.</summary>
sealed record NumberKind(double Min, double Max, bool AboveMin = false, bool NotZero = false) : ValueKind;

/// <summary>true or false.</summary>
sealed record FlagKind : ValueKind;

/// <summary>A list of distinct values (lists of sections are made distinct by who reads them), or of words that may come twice.</summary>
sealed record ListKind(ValueKind Item, int MinCount, int MaxCount, bool Repeats = false) : ValueKind;

/// <summary>Names of the user's own with plain values, kept as text; <paramref name="What"/> says in words what a name looks like.</summary>
sealed record MapKind(string NamePattern, string What) : ValueKind;

sealed record SectionKind(ImmutableArray<Key> Keys) : ValueKind;

/// <summary>A section that another reader checks; its part of the schema comes with it.</summary>
sealed record ForeignKind(Func<System.Text.Json.Nodes.JsonObject> Schema) : ValueKind;

enum Presence
{
    /// <summary>Must be there.</summary>
    Required,
    /// <summary>Has the stated default when it is not there; a section is then all its defaults.</summary>
    Defaulted,
    /// <summary>Nothing when it is not there.</summary>
    Optional,
}

/// <param name="Default">In canonical form: string, long, double, bool, or an array of those.</param>
sealed record Key(string Name, ValueKind Kind, Presence Presence, string Help, object? Default = null);
