using Akka.Actor;
using Akka.Event;
using Akka.Remote.Transport;

namespace IpActors.Cluster.Access;

/// <summary>Named by the settings where a node has a key (<c>ipactors.key-file</c>).</summary>
public sealed class KeyedTransportProvider : ITransportAdapterProvider
{
    public const string Name = "ipactors-key";

    public Transport Create(Transport wrappedTransport, ExtendedActorSystem system) =>
        new KeyedTransport(wrappedTransport, system, ClusterKey.Read(system.Settings.Config.GetString(ClusterKey.Setting)));
}

/// <summary>
/// Lets nobody in, and goes to nobody, without the cluster's key: before the first message of a connection each side proves that it has it (<see cref="Handshake"/>). Akka.NET has nothing of the kind, and its TLS asks
/// only whoever listens for a certificate. The key does not encipher or seal what follows; TLS does.
/// </summary>
sealed class KeyedTransport : Transport, IAssociationEventListener
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    readonly Transport _inner;
    readonly byte[] _key;
    readonly TaskCompletionSource<IAssociationEventListener> _upstream = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public KeyedTransport(Transport inner, ExtendedActorSystem system, byte[] key)
    {
        (_inner, _key) = (inner, key);
        (System, Config) = (system, system.Settings.Config);
    }

    public override string SchemeIdentifier => _inner.SchemeIdentifier;
    public override long MaximumPayloadBytes => _inner.MaximumPayloadBytes;
    public override bool IsResponsibleFor(Address remote) => _inner.IsResponsibleFor(remote);
    public override Task<bool> Shutdown() => _inner.Shutdown();
    public override Task<bool> ManagementCommand(object message) => _inner.ManagementCommand(message);

    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        var (address, listener) = await _inner.Listen().ConfigureAwait(false);
        listener.TrySetResult(this);
        return (address, _upstream);
    }

    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        var connection = new KeyedConnection(await _inner.Associate(remoteAddress).ConfigureAwait(false));
        try
        {
            await Handshake.Connect(connection, _key).WaitAsync(Patience).ConfigureAwait(false);
            return connection;
        }
        catch (Exception e) when (e is InvalidDataException or TimeoutException)
        {
            connection.Close();
            throw new InvalidAssociationException($"{remoteAddress} does not have this cluster's key ({e.Message})", e);
        }
    }

    public void Notify(IAssociationEvent ev)
    {
        if (ev is InboundAssociation inbound) _ = Admit(inbound.Association);
    }

    async Task Admit(AssociationHandle handle)
    {
        var connection = new KeyedConnection(handle);
        try
        {
            await Handshake.Admit(connection, _key).WaitAsync(Patience).ConfigureAwait(false);
            (await _upstream.Task.ConfigureAwait(false)).Notify(new InboundAssociation(connection));
        }
        catch (Exception e) when (e is InvalidDataException or TimeoutException)
        {
            connection.Close();
            Logging.GetLogger(System, this).Warning("{0} was turned away: it does not have this cluster's key ({1})", handle.RemoteAddress, e.Message);
        }
    }
}
