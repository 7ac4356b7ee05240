using IpActors.Chaos.Adversary;
using IpActors.Chaos.Host;
using IpActors.Chaos.Runs;

// host KIND FOLDER cheap|real SEED LIFE MILLISECONDS APPENDS: one life of the process that runs the campaign; LIFE -1: undisturbed.
// rival FOLDER: tries to take the journal. seed KIND N, real-seed KIND N: one seed again, its folder kept. many KIND FROM COUNT REAL [REPORT.md]: a long run.
JournalKind Kind() => JournalKind.Of(args[1]);
switch (args[0])
{
    case "host":
        var plan = Plan.Of(int.Parse(args[4]), args[3] == "real");
        var undisturbed = new Life(-1, Fate.Natural, 0, false, false, false, false, false, 0);
        return await CampaignHost.Run(Kind(), plan, int.Parse(args[5]) is var life and >= 0 ? plan.LifeOf(life, int.Parse(args[6]), int.Parse(args[7])) : undisturbed, args[2]);
    case "rival": return await CampaignHost.Rival(args[1]);
    case "seed" or "real-seed":
        var outcome = await ChaosRun.Of(Kind(), int.Parse(args[2]), args[0] == "real-seed", keep: true);
        Console.WriteLine(outcome);
        foreach (var (fault, n) in outcome.Faults) Console.WriteLine($"  {n,4} {fault}");
        return outcome.Problems.IsEmpty ? 0 : 1;
    case "many":
        var result = await LongRun.Of(Kind(), int.Parse(args[2]), int.Parse(args[3]), int.Parse(args[4]), Console.WriteLine, run => { if (args.Length > 5) File.WriteAllText(args[5], run.Report()); });
        return result.Failed.IsEmpty ? 0 : 1;
    default: throw new ArgumentException(args[0]);
}
