using IpActors.Chaos.Adversary;
using IpActors.Chaos.Host;
using IpActors.Chaos.Runs;

// host KIND FOLDER cheap|real SEED LIFE MILLISECONDS APPENDS: one life of the process that runs the campaign; LIFE -1: undisturbed.
// rival KIND FOLDER: tries to take the journal. seed N, real-seed N: one seed again, its folder kept. many FROM COUNT REAL [REPORT.md]: a long run.
JournalKind Kind() => JournalKind.All.Single(k => k.Name == args[1]);
switch (args[0])
{
    case "host":
        var plan = Plan.Of(int.Parse(args[4]), args[3] == "real");
        var undisturbed = new Life(-1, Fate.Natural, 0, false, false, false, false, false, 0);
        return await CampaignHost.Run(Kind(), plan, int.Parse(args[5]) is var life and >= 0 ? plan.LifeOf(life, int.Parse(args[6]), int.Parse(args[7])) : undisturbed, args[2]);
    case "rival": return await CampaignHost.Rival(Kind(), args[2]);
    case "seed" or "real-seed":
        var outcome = await ChaosRun.Of(JournalKind.All[0], int.Parse(args[1]), args[0] == "real-seed", keep: true);
        Console.WriteLine(outcome);
        foreach (var (fault, n) in outcome.Faults) Console.WriteLine($"  {n,4} {fault}");
        return outcome.Problems.IsEmpty ? 0 : 1;
    case "many":
        var result = await LongRun.Of(JournalKind.All[0], int.Parse(args[1]), int.Parse(args[2]), int.Parse(args[3]), Console.WriteLine, run => { if (args.Length > 4) File.WriteAllText(args[4], run.Report()); });
        return result.Failed.IsEmpty ? 0 : 1;
    default: throw new ArgumentException(args[0]);
}
