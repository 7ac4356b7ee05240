using System.Buffers;

namespace IpActors.Domain.Entities;

/// <summary>Who an entity is: its campaign, its kind and its key within both. As a persistence id: <c>campaign/kind/key</c>.</summary>
public readonly record struct EntityId(string Campaign, string Kind, string Key) : IComparable<EntityId>
{
    public string PersistenceId => $"{Campaign}/{Kind}/{Key}";
    public override string ToString() => PersistenceId;

    public static EntityId Coordinator(string campaign) => new(campaign, "campaign", "coordinator");
    public static EntityId Compound(string campaign, string id) => new(campaign, "compound", id);
    public static EntityId Surrogate(string campaign, string property) => new(campaign, "surrogate", property);
    /// <summary>The supervised calculation of one part of one compound's property; the same part is the same run.</summary>
    public static EntityId Run(string campaign, string compound, string property, string part) => new(campaign, "run", $"{compound}:{property}:{part}");

    /// <summary>Parses <see cref="PersistenceId"/>; throws <see cref="FormatException"/> on anything else.</summary>
    public static EntityId Parse(string persistenceId)
    {
        var parts = persistenceId.Split('/');
        return parts.Length == 3 && parts.All(p => p.Length > 0 && !p.AsSpan().ContainsAnyExcept(Allowed)) ? new(parts[0], parts[1], parts[2]) : throw new FormatException($"'{persistenceId}' is not campaign/kind/key");
    }

    public int CompareTo(EntityId other) => string.CompareOrdinal(PersistenceId, other.PersistenceId);

    static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:+~-");
}
