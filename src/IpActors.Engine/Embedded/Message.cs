using System.Diagnostics;
using IpActors.Domain.Entities;
using IpActors.Engine.Telemetry;

namespace IpActors.Engine.Embedded;

/// <summary>A command to an entity, or (without one) the wish to read its state; and whoever waits for the answer.</summary>
/// <param name="Reporter">The work whose run sends it.</param>
abstract class Message(ICommand? command, WorkId? reporter, IdleSignal idle)
{
    public ICommand? Command => command;
    public WorkId? Reporter => reporter;
    public ActivityContext Cause { get; } = EngineTelemetry.Cause;
    /// <summary>In the mailbox the one that came before it; once taken, the one that came after it.</summary>
    public Message? Next { get; set; }
    /// <summary>What it is answered with once that is stored.</summary>
    public object? Reply { get; set; }

    public void Answer(object answer) { Set(answer); idle.Leave(); }
    public void Fail(Exception e) { Set(e); idle.Leave(); }
    protected abstract void Set(object answer);
    protected abstract void Set(Exception e);
}

sealed class Message<T>(ICommand? command, WorkId? reporter, IdleSignal idle) : Message(command, reporter, idle)
{
    readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public Task<T> Answered => _answer.Task;

    protected override void Set(object answer)
    {
        if (answer is T t) _answer.TrySetResult(t);
        else _answer.TrySetException(new InvalidCastException($"a {answer.GetType().Name}, and no {typeof(T).Name}"));
    }
    protected override void Set(Exception e) => _answer.TrySetException(e);
}
