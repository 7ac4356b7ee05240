using System.Reflection;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Surrogates;

namespace IpActors.Domain.Entities;

/// <summary>The kinds of entities a journal holds and the stable names of their events: what an engine is built from.</summary>
public sealed class EntityKinds
{
    readonly Dictionary<string, IDecider> _deciders;
    readonly Dictionary<string, Type> _byName = [];
    readonly Dictionary<Type, string> _byType = [];

    /// <summary>The kinds of IpActors.</summary>
    public static readonly EntityKinds All = new([Campaign.Decider, Compound.Decider, Surrogate.Decider, DftRun.Decider], typeof(EntityKinds).Assembly);

    /// <summary>Those deciders, with every event type of the assembly that has an <see cref="EventNameAttribute"/>.</summary>
    public EntityKinds(IEnumerable<IDecider> deciders, Assembly events)
    {
        _deciders = deciders.ToDictionary(d => d.Kind);
        foreach (var type in events.GetTypes().Where(t => typeof(IEvent).IsAssignableFrom(t) && !t.IsAbstract))
        {
            var name = type.GetCustomAttribute<EventNameAttribute>()?.Name ?? throw new InvalidOperationException($"{type} has no [EventName]");
            if (!_byName.TryAdd(name, type)) throw new InvalidOperationException($"two events are named {name}");
            _byType.Add(type, name);
        }
    }

    public IDecider Decider(string kind) => _deciders.TryGetValue(kind, out var d) ? d : throw new KeyNotFoundException($"no entity kind '{kind}'");
    public bool HasDecider(string kind) => _deciders.ContainsKey(kind);
    /// <summary>The type of that event name, null for a name this version does not know.</summary>
    public Type? EventType(string name) => _byName.GetValueOrDefault(name);
    public string EventName(Type type) => _byType[type];
    public IEnumerable<string> EventNames => _byName.Keys.Order(StringComparer.Ordinal);
}
