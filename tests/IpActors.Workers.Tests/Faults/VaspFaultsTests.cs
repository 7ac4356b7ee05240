using IpActors.Domain.DftRuns;
using IpActors.Workers.Faults;
using IpActors.Workers.Vasp;

namespace IpActors.Workers.Tests.Faults;

public class VaspFaultsTests
{
    static readonly FaultTable<VaspEvidence> Table = VaspFaults.Table;
    public static TheoryData<string> Codes => [.. Table.Rows.Select(r => r.Code)];

    /// <summary>A run under way, or ended before its end, with the row's text where it belongs; facts and settings by the case.</summary>
    static VaspEvidence With(FaultRow<VaspEvidence> row, int trigger, string settings)
    {
        var text = row.Triggers.IsEmpty ? "" : $" some line\n {row.Triggers[trigger]}\n";
        var e = new VaspEvidence
        {
            Settings = Climbing.Settings(settings), Ended = row.When == FaultWhen.End, Stdout = " vasp.6.4.2 \n", Sites = 5, Kpoints = 10, Bands = 20, Electrons = 22,
            Steps = [new(12, -20), new(7, -20.1), new(7, -20.11)],
        };
        e = (row.Where & FaultWhere.Stdout) != 0 ? e with { Stdout = e.Stdout + text } : (row.Where & FaultWhere.Stderr) != 0 ? e with { Stderr = text } : (row.Where & FaultWhere.Outcar) != 0 ? e with { Outcar = text } : e;
        return VaspCases.Facts.TryGetValue(row.Code, out var facts) ? facts(e) : e;
    }

    [Theory, MemberData(nameof(Codes))]
    public void Every_trigger_is_found_in_any_case_and_in_a_box(string code)
    {
        var row = Table[code];
        for (var t = 0; t < Math.Max(1, row.Triggers.Length); t++)
        {
            var e = With(row, t, VaspCases.Of(code).Settings);
            Assert.Contains(VaspFaults.Diagnose(e), f => f.Code == code);
            if (row.Triggers.IsEmpty) continue;
            Assert.Contains(VaspFaults.Diagnose(e with { Stdout = e.Stdout.ToUpperInvariant(), Stderr = e.Stderr.ToUpperInvariant(), Outcar = e.Outcar.ToUpperInvariant() }), f => f.Code == code);
            Assert.Contains(VaspFaults.Diagnose(e with { Stdout = Boxed(e.Stdout), Stderr = Boxed(e.Stderr), Outcar = Boxed(e.Outcar) }), f => f.Code == code);
        }
    }

    /// <summary>Lines of at most 20 characters between bars, broken at blanks.</summary>
    static string Boxed(string text) => string.Join('\n', text.Split(' ').Chunk(3).Select(w => $"|   {string.Join(' ', w),-20}   |"));

    [Theory, MemberData(nameof(Codes))]
    public void Nothing_is_found_without_trigger_and_facts(string code)
    {
        var row = Table[code];
        var quiet = new VaspEvidence
        {
            Settings = Climbing.Settings(VaspCases.Of(code).Settings), Ended = row.When == FaultWhen.End, Finished = true, ReachedAccuracy = true, Stdout = " vasp.6.4.2 \n reached required accuracy", Sites = 5, Steps = [new(12, -20), new(7, -20.1), new(7, -20.11)], GapEv = 4,
            Bands = 20, Electrons = 22, EchoedMdAlgo = 3,
        };
        Assert.DoesNotContain(VaspFaults.Diagnose(quiet), f => f.Code == code);
    }

    [Theory, MemberData(nameof(Codes))]
    public void A_guard_that_does_not_hold_leaves_a_running_program_alone_and_corrects_nothing(string code)
    {
        var row = Table[code];
        if (row.Guard is null) { Assert.Null(VaspCases.Of(code).Guarded); return; }
        var guarded = VaspCases.Of(code).Guarded ?? throw new InvalidOperationException($"{code} has a guard and no case for it");
        var e = With(row, 0, guarded);
        if (code == "aliasing") e = e with { AdvisedGrid = null };
        if (code == "nbands_not_sufficient") e = e with { Sites = null };
        Assert.DoesNotContain(VaspFaults.Diagnose(e with { Ended = false }), f => f.Code == code);
        Assert.Null(VaspFaults.Correct(new(code, row.Kind, ""), e.Settings, e, new Dictionary<string, int>()));
    }

    [Theory, MemberData(nameof(Codes))]
    public void The_ladder_is_climbed_in_order_to_its_end(string code)
    {
        var row = Table[code];
        var wanted = VaspCases.Of(code);
        var e = With(row, 0, wanted.Settings);
        Assert.Equal(wanted.Ladder, Climbing.Climb(Table, new(code, row.Kind, ""), e.Settings, e));
    }

    public static TheoryData<string, string> States { get { var data = new TheoryData<string, string>(); foreach (var r in Table.Rows) foreach (var s in r.States) data.Add(r.Code, s); return data; } }

    [Theory, MemberData(nameof(States))]
    public void A_word_of_the_batch_system_counts_from_there_alone(string code, string state)
    {
        var e = new VaspEvidence { Ended = true, Stdout = " vasp.6 ", Steps = [new(9, -20)] };
        Assert.Contains(VaspFaults.Diagnose(e with { Scheduler = state }), f => f.Code == code);
        Assert.DoesNotContain(VaspFaults.Diagnose(e with { Stdout = $" vasp.6 {state} ", Stderr = state }), f => f.Code == code);
    }

    [Fact]
    public void Direct_minimisation_with_tetrahedra_met_again_changes_the_smearing()
    {
        var c = VaspFaults.Correct(new("algo_tet", FaultKind.Physics, ""), Climbing.Settings("ALGO=All ISMEAR=-5"), new(), new Dictionary<string, int> { ["algo_tet"] = 1 })!;
        Assert.Equal("0", c.After["INCAR.ISMEAR"]);
    }

    [Fact]
    public void No_row_is_lost()
    {
        Assert.Equal(File.ReadAllLines(FaultPages.PathOf("tests/IpActors.Workers.Tests/Faults/vasp_rows.txt")).Where(l => l.Length > 0 && l[0] != '#'), Table.Rows.Select(r => r.Code));
        Assert.Equal(Table.Rows.Select(r => r.Code).Order(StringComparer.Ordinal), VaspCases.All.Select(c => c.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_change_of_smearing_cutoff_mesh_grid_precision_or_strain_is_marked_and_no_other()
    {
        var e = new VaspEvidence { Sites = 5, Kpoints = 10 };
        Correction Of(string code, string settings) => VaspFaults.Correct(new(code, FaultKind.Physics, ""), Climbing.Settings(settings), e, new Dictionary<string, int>())!;
        Assert.True(Of("tet", "ISMEAR=-5").HarmsComparability);
        Assert.True(Of("zpotrf", "ISYM=0 NSW=9 IBRION=2").HarmsComparability);
        Assert.True(Of("dentet", "KPOINTS.centre=monkhorst KPOINTS.mesh=4~4~4").HarmsComparability);
        Assert.True(Of("drift", "EDIFFG=-0.01 NSW=9 ENCUT=520").HarmsComparability);
        Assert.False(Of("zbrent", "IBRION=2").HarmsComparability);
        Assert.False(Of("posmap", "").HarmsComparability);
    }

    [Fact]
    public void Both_sides_of_a_correction_are_told()
    {
        var c = VaspFaults.Correct(new("zbrent", FaultKind.Physics, ""), Climbing.Settings("EDIFF=1E-4 IBRION=2"), new(), new Dictionary<string, int>())!;
        Assert.Equal(Climbing.Settings("EDIFF=1E-4 NELMIN= resume="), c.Before);
        Assert.Equal(Climbing.Settings("EDIFF=1E-06 NELMIN=8 resume=structure"), c.After);
        Assert.Contains("ZBRENT", c.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("WARNING: Sub-Space-Matrix is not hermitian in DAV"), InlineData("WARNING: CNORMN"), InlineData("WARNING: DENTET: can't reach specified precision"), InlineData("The number of bands has been changed"), InlineData("BRMIX: very serious problems"), InlineData("WARNING in EDDRMM: call to ZHEGV failed")]
    public void A_run_that_finished_and_converged_in_spite_of_it_is_a_success(string text)
    {
        var e = new VaspEvidence { Ended = true, Finished = true, ReachedAccuracy = true, Settings = Climbing.Settings("IBRION=2 NSW=9"), Stdout = " vasp.6 " + text, Steps = [new(9, -20)], Sites = 5 };
        Assert.Empty(VaspFaults.Diagnose(e));
        Assert.Null(VaspFaults.Decide(e, e.Settings, new Dictionary<string, int>()));
    }

    [Theory]
    [InlineData("WARNING: Sub-Space-Matrix is not hermitian in DAV"), InlineData("WARNING: CNORMN"), InlineData("DENTET")]
    public void A_warning_ends_no_running_program(string text) => Assert.Empty(VaspFaults.Diagnose(new() { Stdout = text }));

    [Fact]
    public void What_says_little_counts_where_nothing_else_does()
    {
        var e = new VaspEvidence { Ended = true, Signal = 9, Stdout = " vasp.6 \n ZBRENT: fatal error in bracketing", Steps = [new(9, -20)], Stderr = "BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES" };
        Assert.Equal(["zbrent"], VaspFaults.Diagnose(e).Select(f => f.Code));
        Assert.Equal(["killed", "mpi_terminated", "did_not_finish"], VaspFaults.Diagnose(e with { Stdout = " vasp.6 " }).Select(f => f.Code));
        Assert.DoesNotContain(VaspFaults.Diagnose(e with { Stdout = " vasp.6 ", StoppedBy = "walltime" }), f => f.Code == "killed");
    }

    [Fact]
    public void The_machine_comes_before_physics()
    {
        var e = new VaspEvidence { Ended = true, Scheduler = "NODE_FAIL", Stdout = " vasp.6 \n ZBRENT: fatal error in bracketing", Settings = Climbing.Settings("IBRION=2") };
        var outcome = VaspFaults.Decide(e, e.Settings, new Dictionary<string, int> { ["node_failed"] = 40 })!;
        Assert.Equal(("node_failed", FaultKind.Infrastructure), (outcome.Fault.Code, outcome.Fault.Kind));
        Assert.Equal("all", outcome.Correction!.After["resume"]);
    }

    [Fact]
    public void An_exhausted_ladder_is_fatal_unless_another_fault_found_has_one()
    {
        var e = new VaspEvidence { Stdout = "Found some non-integer element in rotation matrix", Settings = Climbing.Settings("ISYM=0") };
        Assert.Equal(FaultKind.Fatal, VaspFaults.Decide(e, e.Settings, new Dictionary<string, int>())!.Fault.Kind);
        var other = VaspFaults.Decide(e with { Stdout = e.Stdout + "\nTOO FEW BANDS", Bands = 10 }, e.Settings, new Dictionary<string, int>())!;
        Assert.Equal(("too_few_bands", "11"), (other.Fault.Code, other.Correction!.After["INCAR.NBANDS"]));
    }

    [Fact]
    public void A_second_start_that_fails_alike_is_the_last()
    {
        var e = new VaspEvidence { Ended = true, Stdout = "/usr/bin/vasp: not today" };
        Assert.Equal((FaultKind.Infrastructure, true), VaspFaults.Decide(e, e.Settings, new Dictionary<string, int>()) is { } first ? (first.Fault.Kind, first.Correction is not null) : default);
        Assert.Equal(FaultKind.Fatal, VaspFaults.Decide(e, e.Settings, new Dictionary<string, int> { ["nostart"] = 1 })!.Fault.Kind);
    }

    [Fact]
    public void Rows_that_climb_one_ladder_count_together()
    {
        var met = new Dictionary<string, int> { ["posmap"] = 2 };
        Assert.Equal("0", VaspFaults.Correct(new("pricelv", FaultKind.Physics, ""), Climbing.Settings("SYMPREC=1E-4"), new(), met)!.After["INCAR.ISYM"]);
    }

    /// <summary>ZBRENT asks for the other optimiser, BRIONS for the first again: the same settings come back, which the run notices.</summary>
    [Fact]
    public void Corrections_that_go_in_a_circle_end_the_run()
    {
        var settings = Climbing.Settings("IBRION=2 POTIM=0.5 NSW=50");
        var spec = new RunSpec("c", "x", "relaxation", "relax", "vasp", ImmutableSortedDictionary<string, double>.Empty, 1, new(40, 5, 0, 0)) { Settings = settings };
        var run = new DftRun();
        void Tell(Domain.Entities.ICommand c) => run = DftRun.Decider.Decide(run, c) is Domain.Entities.Decision.Accepted a ? a.Events.Aggregate(run, DftRun.Decider.Evolve) : throw new InvalidOperationException("refused");
        Tell(new RequestRun(spec));
        for (var k = 0; k < 40 && run.Stage != RunStage.Abandoned; k++)
        {
            Tell(new StartRun(run.Attempt, $"n{k}", $"f{k}"));
            var met = run.Failed.GroupBy(f => f.Code).ToDictionary(g => g.Key, g => g.Count());
            var e = new VaspEvidence { Settings = run.Settings, Stdout = k % 2 == 0 ? "ZBRENT: fatal error in bracketing" : "BRIONS problems: POTIM should be increased" };
            var outcome = VaspFaults.Decide(e, run.Settings, met)!;
            Tell(new FailRun($"n{k}", outcome.Fault, Correction: outcome.Correction));
        }
        Assert.Equal(RunStage.Abandoned, run.Stage);
        Assert.Contains("circle", run.Reason, StringComparison.Ordinal);
    }
}
