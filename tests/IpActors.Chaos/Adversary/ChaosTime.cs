namespace IpActors.Chaos.Adversary;

/// <summary>A wall clock that somebody sets while the program runs, up to a day forwards and backwards; what is measured by ticks goes on as it should.</summary>
public sealed class ChaosTime(InnerAdversary adversary) : TimeProvider
{
    long _offset;

    public override DateTimeOffset GetUtcNow()
    {
        if (adversary.Life.ClockJumps && adversary.Will(0.2))
        {
            adversary.Note("clock set");
            Interlocked.Exchange(ref _offset, (long)((adversary.Next() * 2 - 1) * TimeSpan.TicksPerDay));
        }
        return base.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));
    }
}
