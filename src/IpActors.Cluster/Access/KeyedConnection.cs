using System.Threading.Channels;
using Akka.Remote.Transport;
using Google.Protobuf;

namespace IpActors.Cluster.Access;

/// <summary>A connection whose first messages are the handshake's; what comes after them waits for its reader.</summary>
sealed class KeyedConnection : AssociationHandle, IHandleEventListener
{
    readonly AssociationHandle _inner;
    readonly Channel<IHandleEvent> _arrived = Channel.CreateUnbounded<IHandleEvent>();
    readonly Lock _gate = new();
    IHandleEventListener? _reader;

    public KeyedConnection(AssociationHandle inner) : base(inner.LocalAddress, inner.RemoteAddress)
    {
        _inner = inner;
        ReadHandlerSource.Task.ContinueWith(t => Hand(t.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        inner.ReadHandlerSource.TrySetResult(this);
    }

    void Hand(IHandleEventListener reader)
    {
        lock (_gate)
        {
            while (_arrived.Reader.TryRead(out var ev)) reader.Notify(ev);
            _reader = reader;
        }
    }

    public void Notify(IHandleEvent ev)
    {
        lock (_gate)
            if (_reader is { } reader) reader.Notify(ev); else _arrived.Writer.TryWrite(ev);
    }

    /// <summary>The next message of the handshake; throws <see cref="InvalidDataException"/> where the other side has closed.</summary>
    public async Task<byte[]> Receive() =>
        await _arrived.Reader.ReadAsync().ConfigureAwait(false) is InboundPayload { Payload: var bytes } ? bytes.ToByteArray() : throw new InvalidDataException("the connection was closed");

    public void Send(params ReadOnlySpan<byte> bytes) => Write(ByteString.CopyFrom(bytes));
    public override bool Write(ByteString payload) => _inner.Write(payload);

#pragma warning disable CS0618, CS0672 // what Akka.NET calls in the end
    public override void Disassociate() => _inner.Disassociate();
    public void Close() => _inner.Disassociate();
#pragma warning restore CS0618, CS0672
}
