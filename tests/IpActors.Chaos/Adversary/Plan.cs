using IpActors.Science.Numerics;

namespace IpActors.Chaos.Adversary;

/// <summary>How a life of the process is to end.</summary>
public enum Fate
{
    /// <summary>By itself.</summary>
    Natural,
    /// <summary>SIGKILL from outside after a time.</summary>
    KilledFromOutside,
    /// <summary>SIGKILL before the n-th append reaches the journal.</summary>
    BeforeCommit,
    /// <summary>SIGKILL after the n-th commit, before anybody is told of it.</summary>
    AfterCommit,
    /// <summary>SIGKILL when the n-th acknowledged append goes on.</summary>
    AfterAcknowledgement,
    /// <summary>SIGKILL inside the n-th work.</summary>
    InWorker,
    /// <summary>SIGKILL after the n-th blob is stored and before an event names it.</summary>
    BetweenBlobAndEvent,
    /// <summary>No file may grow beyond a limit: the journal's writes fail.</summary>
    DiskFull,
}

/// <summary>One life of the process that runs the campaign, as the adversary has drawn it.</summary>
/// <param name="At">Milliseconds (from outside), the count of the hook (inside), or KiB beyond the journal's size (disk).</param>
/// <param name="Abort">Ends by Environment.FailFast instead of SIGKILL.</param>
public sealed record Life(int Number, Fate Fate, int At, bool Abort, bool Stalls, bool ClockJumps, bool Rival, bool Controls, double Mischief)
{
    public bool IsDeadly => Fate != Fate.Natural;
}

/// <summary>What the adversary does to a campaign, all of it drawn from one seed. The same seed draws the same plan; how threads interleave is left to the machine.</summary>
public sealed record Plan(int Seed, bool Real, long CampaignSeed)
{
    const int CampaignSeeds = 8;

    public static Plan Of(int seed, bool real) => new(seed, real, 1 + seed % (real ? 2 : CampaignSeeds));

    public string Template => Real ? "real.yaml" : "cheap.yaml";

    public SeededRandom Chance(string what) => SeededRandom.Stream(Seed, what);

    /// <summary>Seeds below are those of ./test, with fewer lives.</summary>
    public const int ShortSeeds = 100;

    int Deadly => Seed < ShortSeeds ? 1 + Chance("lives").NextInt(3) : 2 + Chance("lives").NextInt(5);

    /// <summary>The first few lives end badly; from then on only the disturbances go on, so that the campaign can end.</summary>
    /// <param name="milliseconds">how long the undisturbed campaign takes</param>
    /// <param name="appends">how many appends it makes</param>
    public Life LifeOf(int number, int milliseconds, int appends)
    {
        var r = Chance($"life {number}");
        var fates = Enum.GetValues<Fate>();
        var fate = number >= Deadly ? Fate.Natural : fates[1 + r.NextInt(fates.Length - 1)];
        var at = fate switch
        {
            Fate.KilledFromOutside => 100 + r.NextInt(Math.Max(1, milliseconds)),
            Fate.InWorker => 1 + r.NextInt(Math.Max(1, appends / 8)),
            Fate.BetweenBlobAndEvent => 1 + r.NextInt(4),
            Fate.DiskFull => 8 + r.NextInt(300),
            _ => 1 + r.NextInt(Math.Max(1, appends / 3)),
        };
        bool Often(double p) => r.NextDouble() < p;
        return new(number, fate, at, Abort: Often(0.2), Stalls: Often(0.5), ClockJumps: Often(0.5), Rival: Often(0.3), Controls: Often(0.3), Mischief: 0.02 + 0.1 * r.NextDouble());
    }
}
