using System.Threading.Channels;
using IpActors.Domain.Entities;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;

namespace IpActors.Engine.Embedded;

/// <summary>A command to an entity, or (without one) the wish to read its state; and whoever waits for the answer.</summary>
sealed class Message(ICommand? command, WorkId? reporter)
{
    public ICommand? Command => command;
    /// <summary>The work whose run sends it.</summary>
    public WorkId? Reporter => reporter;
    public TaskCompletionSource<object> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What cells share.</summary>
sealed record CellHost(IJournal Journal, EventCodec Codec, WorkRegistry Works, EngineOptions Options, Action<EntityId, string> Quarantine, Action<Exception> JournalFailed, Action<EntityCell> Stopped, CancellationToken Stopping)
{
    public long Ticks => Options.Time.GetTimestamp();
}

/// <summary>
/// A live entity: its mailbox, its state, and the loop that takes one command at a time. Commands that wait together are decided one after the other and stored in one append; each is answered only
/// after the commit. Events are folded before they are stored, so that one which the entity cannot bear is never stored.
/// </summary>
sealed class EntityCell(EntityId id, CellHost host)
{
    const int CommandsAtOnce = 128;
    readonly Channel<Message> _mail = Channel.CreateUnbounded<Message>();
    readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly string _persistenceId = id.PersistenceId;
    readonly IDecider _decider = host.Codec.Kinds.Decider(id.Kind);
    Recovered? _entity;
    HashSet<string> _owed = [];
    int _started, _failures;
    string? _quarantine;
    volatile bool _busy;

    public EntityId Id => id;
    public long LastUsed { get; private set; } = host.Ticks;
    public Task Stopped => _stopped.Task;
    public bool IsIdle => !_busy && _mail.Reader.Count == 0;

    /// <summary>False once the cell is leaving the memory: wait for <see cref="Stopped"/> and take a new one.</summary>
    public bool TryPost(Message message)
    {
        LastUsed = host.Ticks;
        if (!_mail.Writer.TryWrite(message)) return false;
        if (Interlocked.Exchange(ref _started, 1) == 0) _ = Task.Run(Run);
        return true;
    }

    /// <summary>Leaves the memory once what is in the mailbox has been answered.</summary>
    public void Passivate()
    {
        _mail.Writer.TryComplete();
        if (Interlocked.Exchange(ref _started, 1) == 0) _ = Task.Run(Run);
    }

    async Task Run()
    {
        var batch = new List<Message>();
        while (await _mail.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            _busy = true;
            batch.Clear();
            while (batch.Count < CommandsAtOnce && _mail.Reader.TryRead(out var message)) batch.Add(message);
            for (var next = 0; next < batch.Count;) next = await Process(batch, next).ConfigureAwait(false);
            _busy = false;
        }
        host.Stopped(this);
        _stopped.SetResult();
    }

    /// <summary>Answers some messages from that one on; returns the first that is not answered yet.</summary>
    async Task<int> Process(List<Message> batch, int next)
    {
        if (_quarantine is not null)
        {
            foreach (var m in batch[next..])
                if (m.Command is null) m.Answer.TrySetException(new QuarantinedException(id, _quarantine));
                else m.Answer.TrySetResult(new Decision.Refused($"{id} is quarantined: {_quarantine}"));
            return batch.Count;
        }
        try { _entity ??= await Recover().ConfigureAwait(false); }
        catch (JournalException e) { host.JournalFailed(e); return FailAll(batch, next, e); }
        catch (ObjectDisposedException e) { return FailAll(batch, next, e); }
        catch (Exception e)
        {
            await Crashed(e).ConfigureAwait(false);
            batch[next].Answer.TrySetException(e);
            return next + 1;
        }

        var step = new Step(_entity);
        Exception? crash = null;
        while (next < batch.Count && crash is null)
        {
            var m = batch[next++];
            try { step.Take(m, _decider, host.Codec, _persistenceId); }
            catch (Exception e) { crash = e; }
        }
        if (step.Events.Count > 0)
            try { await Store(step).ConfigureAwait(false); }
            catch (Exception e)
            {
                _entity = null; // whether it was stored is for the journal to say
                if (e is JournalException) host.JournalFailed(e);
                foreach (var (m, _) in step.Answers) m.Answer.TrySetException(e);
                if (crash is not null) batch[next - 1].Answer.TrySetException(crash);
                return next;
            }
        if (step.Answers.Count > 0) _failures = 0;
        foreach (var (m, answer) in step.Answers) m.Answer.TrySetResult(answer);
        if (crash is null) return next;
        await Crashed(crash).ConfigureAwait(false);
        batch[next - 1].Answer.TrySetException(crash);
        return next;
    }

    async Task<Recovered> Recover()
    {
        var entity = Recovered.From(await host.Journal.ReadEntity(_persistenceId, 0, CancellationToken.None).ConfigureAwait(false), _decider, host.Codec);
        var works = _decider.Owes(entity.State);
        _owed = [.. works.Select(w => w.Key)];
        host.Works.Update(id, entity.SequenceNumber, works, []);
        return entity;
    }

    async Task Store(Step step)
    {
        HashSet<string> owed = [.. step.Works!.Select(w => w.Key)];
        await host.Journal.Append(new(id, [.. step.Events], [.. owed.Where(k => !_owed.Contains(k))], [.. _owed.Where(k => !owed.Contains(k))])).ConfigureAwait(false);
        (_entity, _owed) = (step.Entity, owed);
        host.Works.Update(id, _entity.SequenceNumber, step.Works!, step.Reporters);
    }

    /// <summary>Forgets the state, so that it is read again from the events, after a while; in the end gives up.</summary>
    async Task Crashed(Exception e)
    {
        _entity = null;
        host.Options.Log?.Invoke("warning", $"{id} is restarted from its events: {e}");
        if (++_failures >= host.Options.EntityRestart.MaxFailures)
        {
            _quarantine = e.Message;
            host.Quarantine(id, e.Message);
            return;
        }
        try { await Task.Delay(host.Options.EntityRestart.After(_failures, _persistenceId), host.Options.Time, host.Stopping).ConfigureAwait(false); }
        catch (OperationCanceledException) { }
    }

    static int FailAll(List<Message> batch, int next, Exception e)
    {
        foreach (var m in batch[next..]) m.Answer.TrySetException(e);
        return batch.Count;
    }

    /// <summary>Commands decided but not yet stored.</summary>
    sealed class Step(Recovered from)
    {
        public Recovered Entity { get; private set; } = from;
        public IReadOnlyList<Work>? Works { get; private set; }
        public List<NewEvent> Events { get; } = [];
        public List<(Message, object)> Answers { get; } = [];
        public List<WorkId> Reporters { get; } = [];

        public void Take(Message m, IDecider decider, EventCodec codec, string persistenceId)
        {
            if (m.Command is null) { Answers.Add((m, Entity.State)); return; }
            var decision = decider.Decide(Entity.State, m.Command);
            if (decision is Decision.Accepted { Events: { IsDefaultOrEmpty: false } events })
            {
                var after = Entity;
                var encoded = new List<NewEvent>(events.Length);
                foreach (var e in events)
                {
                    var code = codec.Encode(persistenceId, after.SequenceNumber + 1, e, after.Hash);
                    after = new(decider.Evolve(after.State, e), after.SequenceNumber + 1, code.Hash);
                    encoded.Add(new(after.SequenceNumber, e, code));
                }
                (Works, Entity) = (decider.Owes(after.State), after);
                Events.AddRange(encoded);
                if (m.Reporter is { } reporter) Reporters.Add(reporter);
            }
            Answers.Add((m, decision));
        }
    }
}
