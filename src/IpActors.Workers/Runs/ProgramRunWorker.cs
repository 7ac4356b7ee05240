using System.Security.Cryptography;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Launchers;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Runs;

/// <summary>
/// Supervises one attempt of an outside program, from its folder to its result or fault. Every step may be repeated after a crash: the attempt is stored before the folder is made, the folder is made as a whole, and the launcher
/// finds again what it has started.
/// </summary>
/// <param name="start">Where relaxations start; null: from the structure that the compound's identity names.</param>
public sealed class ProgramRunWorker(ProgramSetup setup, Structure? start = null) : WorkerOf<LaunchRun>
{
    readonly KeyedLocks _computing = new();

    public override bool Handles(Work work) => work is LaunchRun run && setup.Programs.ContainsKey(run.Spec.Calculator);

    protected override async Task Perform(LaunchRun work, IWorkContext context, CancellationToken cancel)
    {
        var at = setup.Programs[work.Spec.Calculator];
        var run = await context.Read<DftRun>(context.Entity, cancel);
        var nonce = run.Nonce ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var folder = run.Folder ?? RunFiles.FolderOf(setup.Runs, work.Spec, work.Attempt, nonce);
        if (await context.Send(context.Entity, new StartRun(work.Attempt, nonce, folder), cancel) is Decision.Refused) return; // no longer the attempt under way
        PartRequest request;
        ProgramInputs inputs;
        try
        {
            request = await Request(work, run, at, context, cancel);
            inputs = at.Program.Prepare(request);
        }
        catch (PartFaultException e)
        {
            await context.Report(new FailRun(nonce, e.Fault, e.Corrected), cancel);
            return;
        }
        var key = ResultCache.KeyOf($"{work.Spec.Calculator} {at.Version}", inputs);
        // Of equal calculations one is done at a time, and the others find its result; not where one has begun already.
        using var turn = inputs.Cacheable && setup.Cache is not null && !Directory.Exists(folder) ? await _computing.Enter(key, () => context.Progress("waits for the same calculation of another compound"), cancel) : null;
        if (turn is not null && setup.Cache!.Find(key) is { } known)
        {
            await context.Report(new ReportRunning(nonce, "cache", key), cancel);
            await context.Report(new SucceedRun(nonce, known), cancel);
            return;
        }
        try { RunFiles.Fill(folder, inputs, RunFiles.About(context.Entity, work, inputs, [.. at.Command, .. inputs.Arguments], nonce, key)); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await context.Report(new FailRun(nonce, LaunchFaults.Infrastructure("no-folder", $"its folder cannot be filled: {e.Message}")), cancel);
            return;
        }
        var outcome = await Supervise(new(work, at, request, inputs, folder, nonce), context, cancel);
        if (context.Campaign.Current.Coordinator.IsOver) return; // it was ended with the campaign; nobody asks for it any more
        if (outcome is ProgramOutcome.Succeeded { Result: var result })
        {
            if (inputs.Cacheable && work.Corrections.IsEmpty) setup.Cache?.Put(key, result, $"{work.Spec.Compound} {work.Spec.Property} {work.Spec.Part}", setup.Time.GetUtcNow());
            await context.Report(new SucceedRun(nonce, Marked(result, work.Corrections)), cancel);
        }
        else if (outcome is ProgramOutcome.Failed failed) await context.Report(new FailRun(nonce, failed.Fault, null, failed.Correction), cancel);
    }

    async Task<ProgramOutcome> Supervise(Attempt a, IWorkContext context, CancellationToken cancel)
    {
        var launcher = a.At.Launcher;
        var overruns = a.Request.Met.GetValueOrDefault(LaunchFaults.WalltimeCode);
        var order = new LaunchOrder(a.Folder, a.Nonce, [.. a.At.Command, .. a.Inputs.Arguments], a.Inputs.Stdout, a.Inputs.Stderr, $"{a.Work.Spec.Compound} {a.Work.Spec.Property} {a.Work.Spec.Part} attempt {a.Work.Attempt}", a.At.Cores, a.At.WalltimeAfter(overruns)) { Environment = a.At.Environment };
        var job = await launcher.Start(order, cancel);
        var told = false;
        var files = new RunFolder(a.Folder);
        DateTimeOffset? since = null;
        var asked = false;
        try
        {
            while (true)
            {
                var state = await launcher.Look(job, cancel);
                switch (state)
                {
                    case JobState.Ended { Exit: var exit }: return InTime(a.At.Program.Read(a.Request, files, exit), asked);
                    case JobState.Broken { Fault: var fault }: return new ProgramOutcome.Failed(fault, GoOn(a, fault));
                    case JobState.Waiting w: context.Progress(w.Why); break;
                    case JobState.Unknown u: context.Progress(u.Why); break;
                    case JobState.Running r:
                        if (!told) { await context.Report(new ReportRunning(a.Nonce, r.Host, job.Id), cancel); told = true; }
                        switch (a.At.Program.Watch(a.Request, files, (setup.Time.GetUtcNow() - (since ??= StartOf(a))).TotalSeconds))
                        {
                            case WatchVerdict.Fail { Failure: var failed }:
                                await Stop(a, job, failed.Fault.Code, cancel);
                                return failed;
                            case WatchVerdict.EndAndRead:
                                await launcher.End(job, "it has done its work", cancel);
                                return a.At.Program.Read(a.Request, files, new ProgramExit(0, null));
                            case WatchVerdict.AskToStop ask when !asked:
                                asked = a.At.Program.AskToStop(a.Request, a.Folder);
                                context.Progress($"asked to stop: {ask.Why}");
                                break;
                        }
                        context.Progress(a.At.Program.Progress(a.Request, files) ?? "runs");
                        break;
                }
                await Task.Delay(launcher.Interval, setup.Time, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested && (!context.IsOwed || context.Campaign.Current.Coordinator.IsOver))
        {
            await launcher.End(job, "no longer wanted", CancellationToken.None); // else the engine stops, and the next one goes on with what runs
            throw;
        }
    }

    /// <summary>When the program began, by the note that its guardian or job has left; in a queue no time of its own passes.</summary>
    DateTimeOffset StartOf(Attempt a)
    {
        var note = new FileInfo(Path.Combine(a.Folder, "started.json"));
        return note.Exists && note.LastWriteTimeUtc < setup.Time.GetUtcNow() ? new DateTimeOffset(note.LastWriteTimeUtc, TimeSpan.Zero) : setup.Time.GetUtcNow();
    }

    /// <summary>A run that stopped because we asked it to before its time was over has used up its time.</summary>
    static ProgramOutcome InTime(ProgramOutcome outcome, bool asked) => asked && outcome is ProgramOutcome.Failed { Fault: { Kind: FaultKind.Infrastructure } fault } failed
        ? failed with { Fault = LaunchFaults.Walltime($"it was asked to stop before its time was over ({fault.Message})") } : outcome;

    /// <summary>After a fault of the machinery the next attempt goes on from all that this one has left, where the program can.</summary>
    static Correction? GoOn(Attempt a, Fault fault)
    {
        var before = a.Request.Settings.GetValueOrDefault(Resume, "");
        return !a.At.Program.Resumes || before is "all" ? null : new(fault.Code, "go on from what the attempt has left", Texts.Of((Resume, before)), Texts.Of((Resume, "all")));
    }

    /// <summary>The setting that says what an attempt takes over from earlier ones: none, structure or all.</summary>
    public const string Resume = "resume";

    /// <summary>Asks, gives it time, and then ends it.</summary>
    async Task Stop(Attempt a, Job job, string reason, CancellationToken cancel)
    {
        if (a.At.Program.AskToStop(a.Request, a.Folder))
        {
            var until = setup.Time.GetUtcNow() + TimeSpan.FromSeconds(a.At.AskSeconds);
            while (setup.Time.GetUtcNow() < until && await a.At.Launcher.Look(job, cancel) is JobState.Running) await Task.Delay(a.At.Launcher.Interval, setup.Time, cancel);
        }
        await a.At.Launcher.End(job, reason, cancel);
    }

    async Task<PartRequest> Request(LaunchRun work, DftRun run, ProgramAt at, IWorkContext context, CancellationToken cancel)
    {
        var spec = work.Spec;
        var compound = await context.Read<Compound>(EntityId.Compound(spec.Campaign, spec.Compound), cancel);
        var from = spec.Property == Properties.Relaxation ? start ?? BuiltinParts.Start(compound.Identity!, (await context.Campaign.When(v => v.Coordinator.Settings is not null, cancel)).Coordinator.Settings!.Space.Aristotypes)
            : compound.Relaxation?.Structure ?? throw new PartFaultException(new("not-relaxed", FaultKind.Fatal, "the compound has no relaxed structure"));
        var after = compound.Plans.FirstOrDefault(p => p.Property == spec.Property)?.Parts.FirstOrDefault(p => p.Part == spec.Part)?.After;
        var prior = after is null ? null : compound.Parts.GetValueOrDefault($"{spec.Property}:{after}") ?? throw new PartFaultException(new("no-prior", FaultKind.Fatal, $"{after} failed, from which this would start"));
        var seed = (long)(SeededRandom.Stream(spec.Seed, $"{spec.Compound}/{spec.Property}/{Combination.Measured(spec.Part)}").NextUInt64() >> 12);
        return new(spec.Property, spec.Part, from, work.Parameters, work.Settings, seed)
        {
            Prior = prior, Earlier = work.Earlier, Corrections = work.Corrections, Cores = at.Cores,
            Met = run.Failed.GroupBy(f => f.Code).ToImmutableSortedDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal),
            WalltimeSeconds = at.WalltimeAfter(run.Failed.Count(f => f.Code == LaunchFaults.WalltimeCode)),
        };
    }

    /// <summary>The result, with a flag for each correction after which its energy is not quite of the campaign's scheme.</summary>
    static PartResult Marked(PartResult result, ImmutableArray<Correction> corrections) => corrections.Any(c => c.HarmsComparability)
        ? result with { Flags = [.. result.Flags, .. corrections.Where(c => c.HarmsComparability).Select(c => $"{Comparability}{c.Code}").Distinct()] } : result;

    /// <summary>Begins the flag of a result whose settings were corrected in a way that energies feel.</summary>
    public const string Comparability = "comparability:";

    sealed record Attempt(LaunchRun Work, ProgramAt At, PartRequest Request, ProgramInputs Inputs, string Folder, string Nonce);
}
