using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Cluster.Sharding.Internal;
using IpActors.Cluster.Wire;
using IpActors.Domain.Entities;

namespace IpActors.Cluster.Entities;

/// <summary>One region a kind: on nodes of its role it holds entities, on others it only knows the way.</summary>
static class Regions
{
    public static async Task<IReadOnlyDictionary<string, IActorRef>> Start(ActorSystem system, ClusterNode node)
    {
        var sharding = ClusterSharding.Get(system);
        var roles = Akka.Cluster.Cluster.Get(system).SelfRoles;
        var started = node.Options.Places.Select(async p => (p.Kind, Region: roles.Contains(p.Role)
            ? await sharding.StartAsync(p.Kind, id => Props.Create(() => new EntityActor(EntityId.Parse(id), node, p.Remembered)),
                ClusterShardingSettings.Create(system).WithRole(p.Role).WithRememberEntities(p.Remembered), Extractor.It, sharding.DefaultShardAllocationStrategy(ClusterShardingSettings.Create(system)), EntityActor.Leave.It)
            : await sharding.StartProxyAsync(p.Kind, p.Role, Extractor.It)));
        return (await Task.WhenAll(started).ConfigureAwait(false)).ToDictionary(r => r.Kind, r => r.Region);
    }

    /// <summary>An entity's shard by a hash of its id that is the same on all nodes and in all versions.</summary>
    sealed class Extractor : IMessageExtractor
    {
        public static readonly Extractor It = new();
        const uint Shards = 60; // some ten to each of a handful of nodes

        public string? EntityId(object message) => (message as EntityRequest)?.To.PersistenceId;
        public object? EntityMessage(object message) => message;
        public string? ShardId(object message) => message switch
        {
            EntityRequest r => ShardId(r.To.PersistenceId, message), ShardRegion.StartEntity s => ShardId(s.EntityId, message), _ => null,
        };
        public string ShardId(string entityId, object? messageHint = null)
        {
            var hash = 2166136261u; // FNV-1a
            foreach (var c in entityId) hash = (hash ^ c) * 16777619u;
            return (hash % Shards).ToString();
        }
    }
}
