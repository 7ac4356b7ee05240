using IpActors.Domain.DftRuns;
using IpActors.Workers.Cp2k;
using IpActors.Workers.Faults;

namespace IpActors.Workers.Tests.Faults;

public class Cp2kFaultsTests
{
    const string Scf = "CP2K.FORCE_EVAL/DFT/SCF/", Qs = "CP2K.FORCE_EVAL/DFT/QS/", CellOpt = "CP2K.GLOBAL/RUN_TYPE=CELL_OPT";
    static readonly FaultTable<Cp2kEvidence> Table = Cp2kFaults.Table;
    static readonly string[] None = [], Once = ["again"], Twice = ["again", "again"], GoOn = ["resume=all", .. Enumerable.Repeat("again", 19)];
    static readonly double[] Rising = [1e-3, 2e-3, 4e-3, 8e-3, 0.02, 0.04, 0.1, 0.3, 0.9, 2], Still = [0.1, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02];

    sealed record Case(string Code, string Settings, string[] Ladder, Func<Cp2kEvidence, Cp2kEvidence>? Facts = null);

    static readonly ImmutableArray<Case> Cases =
    [
        new("hung_at_end", "", None, e => e with { Finished = true, QuietSeconds = 301 }), new("node_failed", "", GoOn), new("preempted", "", GoOn), new("oom_killed", "", GoOn), new("timed_out", "", GoOn), new("cancelled", "", GoOn), new("disk_full", "", None),
        new("device_busy", "", None), new("file_system", "", None), new("licence", "", None), new("environment", "", None),
        new("cholesky", $"{Scf}OT/PRECONDITIONER=FULL_ALL {Qs}EPS_DEFAULT=1E-10", [$"{Scf}OT/PRECONDITIONER=FULL_SINGLE_INVERSE", $"{Qs}EPS_DEFAULT=1E-12", $"{Qs}EPS_PGF_ORB=1E-10", $"{Qs}EPS_PGF_ORB=1E-11", "resume=none resume.drop=wfn"]),
        new("cholesky_scf", "", [$"{Scf}CHOLESKY=INVERSE"]), new("scf_continue", CellOpt, [$"{Scf}IGNORE_CONVERGENCE_FAILURE=.TRUE. resume=all"], e => e with { Convergence = [1e-4, 8e-6] }),
        new("scf_unconverged_ot", $"{Scf}OT=ON {Scf}OT/MINIMIZER=DIIS {Scf}MAX_SCF=20",
            [$"{Scf}OT/MINIMIZER=CG", $"{Scf}OT/LINESEARCH=3PNT", $"{Scf}MAX_SCF=50 {Scf}OUTER_SCF=ON {Scf}OUTER_SCF/MAX_SCF=8",
             $"{Scf}OT/ALGORITHM=IRAC {Scf}OT/LINESEARCH=2PNT {Scf}OT/PRECONDITIONER=FULL_SINGLE_INVERSE {Scf}OT/ROTATION=.TRUE. {Scf}OUTER_SCF/MAX_SCF=20", $"{Scf}OT/STEPSIZE=0.05"], e => e with { ScfConverged = [false] }),
        new("scf_unconverged_diag", "", [$"{Scf}MIXING=ON {Scf}MIXING/ALPHA=0.1 {Scf}MIXING/METHOD=BROYDEN_MIXING", $"{Scf}MIXING/NBUFFER=20", $"{Scf}MIXING/ALPHA=0.05", $"{Scf}MIXING/ALPHA=0.01", $"{Scf}MIXING/ALPHA=0.005", $"{Scf}MIXING/BETA=3",
            $"{Scf}ADDED_MOS=1000 {Scf}SMEAR=ON {Scf}SMEAR/ELECTRONIC_TEMPERATURE=300 {Scf}SMEAR/METHOD=FERMI_DIRAC"], e => e with { ScfConverged = [false] }),
        new("scf_diverging", "", [$"{Qs}EPS_DEFAULT=1E-16 {Qs}EPS_PGF_ORB=1E-12"], e => e with { Convergence = [.. Rising] }),
        new("imprecise", $"{Scf}OT/MINIMIZER=DIIS", [$"{Scf}OT/MINIMIZER=CG", $"{Qs}EPS_DEFAULT=1E-12 {Qs}EPS_GVG_RSPACE=1E-10 {Qs}EPS_PGF_ORB=1E-20", "CP2K.FORCE_EVAL/DFT/XC/XC_GRID/USE_FINER_GRID=.TRUE."], e => e with { Convergence = [.. Still] }),
        new("input_error", "", None),
        new("frozen", $"{Scf}OT/PRECONDITIONER=FULL_SINGLE_INVERSE", [$"{Scf}OT/PRECONDITIONER=FULL_ALL", $"{Scf}OT/PRECOND_SOLVER=DIRECT", "resume=all"], e => e with { QuietSeconds = 3601, StopsAtScfHead = true }),
        new("geo_opt_unconverged", $"{CellOpt} CP2K.MOTION/CELL_OPT/MAX_ITER=30", ["CP2K.MOTION/CELL_OPT/MAX_ITER=50 CP2K.MOTION/CELL_OPT/OPTIMIZER=CG resume=all", "CP2K.MOTION/CELL_OPT/MAX_ITER=70 CP2K.MOTION/CELL_OPT/OPTIMIZER=BFGS", "CP2K.MOTION/CELL_OPT/MAX_ITER=98 CP2K.MOTION/CELL_OPT/OPTIMIZER=CG",
            "CP2K.MOTION/CELL_OPT/MAX_ITER=138 CP2K.MOTION/CELL_OPT/OPTIMIZER=BFGS", "CP2K.MOTION/CELL_OPT/MAX_ITER=194 CP2K.MOTION/CELL_OPT/OPTIMIZER=CG", "CP2K.MOTION/CELL_OPT/MAX_ITER=200 CP2K.MOTION/CELL_OPT/OPTIMIZER=BFGS",
            "CP2K.MOTION/CELL_OPT/OPTIMIZER=CG", "CP2K.MOTION/CELL_OPT/OPTIMIZER=BFGS", "CP2K.MOTION/CELL_OPT/OPTIMIZER=CG", "CP2K.MOTION/CELL_OPT/OPTIMIZER=BFGS"], e => e with { GeometryCompleted = false, GeometrySteps = 30 }),
        new("walltime", "", GoOn), new("time_left", "", GoOn, e => e with { SecondsLeft = 200 }), new("stopped_run", "", GoOn), new("zombie_ranks", "", None, e => e with { Leftovers = 1 }), new("killed", "", GoOn, e => e with { ExitCode = 137 }),
        new("crashed", "", Twice, e => e with { Signal = 11 }), new("mpi_terminated", "", Twice), new("cp2k_crash", "", Twice), new("abort", "", Once), new("did_not_finish", "", ["resume=all", "again"], e => e with { CanRestart = true }),
        new("output", "", None, e => e with { Finished = true, ScfConverged = [true], AskedToStop = true }),
    ];

    public static TheoryData<string> Codes => [.. Table.Rows.Select(r => r.Code)];

    static (FaultRow<Cp2kEvidence> Row, Case Case) Of(string code) => (Table[code], Cases.SingleOrDefault(c => c.Code == code) ?? throw new InvalidOperationException($"no case for {code}"));

    static Cp2kEvidence With(FaultRow<Cp2kEvidence> row, Case c, int trigger)
    {
        var text = row.Triggers.IsEmpty ? "" : row.Triggers[trigger];
        var e = new Cp2kEvidence { Settings = Climbing.Settings(c.Settings, ""), Ended = row.When == FaultWhen.End };
        e = (row.Where & FaultWhere.Stdout) != 0 ? e with { Stdout = text } : e with { Stderr = text };
        return c.Facts?.Invoke(e) ?? e;
    }

    [Theory, MemberData(nameof(Codes))]
    public void Every_trigger_is_found(string code)
    {
        var (row, c) = Of(code);
        for (var t = 0; t < Math.Max(1, row.Triggers.Length); t++) Assert.Contains(Cp2kFaults.Diagnose(With(row, c, t)), f => f.Code == code);
    }

    [Theory, MemberData(nameof(Codes))]
    public void The_ladder_is_climbed_in_order_to_its_end(string code)
    {
        var (row, c) = Of(code);
        var e = With(row, c, 0);
        Assert.Equal(c.Ladder, Climbing.Climb(Table, new(code, row.Kind, ""), e.Settings, e, ""));
    }

    [Fact]
    public void No_row_is_lost()
    {
        Assert.Equal(File.ReadAllLines(FaultPages.PathOf("tests/IpActors.Workers.Tests/Faults/cp2k_rows.txt")).Where(l => l.Length > 0 && l[0] != '#'), Table.Rows.Select(r => r.Code));
        Assert.Equal(Table.Rows.Select(r => r.Code).Order(StringComparer.Ordinal), Cases.Select(c => c.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Exit_code_0_without_convergence_is_no_success()
    {
        var e = Cp2kEvidenceFiles.Facts(" *** WARNING: SCF run NOT converged ***\n ENERGY| Total FORCE_EVAL ( QS ) energy [a.u.]: -17.1\n PROGRAM ENDED AT 2026\n") with { Ended = true, ExitCode = 0 };
        Assert.Equal(["scf_unconverged_diag"], Cp2kFaults.Diagnose(e).Select(f => f.Code));
        var used = Cp2kEvidenceFiles.Facts(" *** SCF run converged in 9 steps ***\n MAXIMUM NUMBER OF OPTIMIZATION STEPS REACHED\n PROGRAM ENDED AT 2026\n") with { Ended = true, ExitCode = 0, Settings = Climbing.Settings(CellOpt, "") };
        Assert.Equal(["geo_opt_unconverged"], Cp2kFaults.Diagnose(used).Select(f => f.Code));
        Assert.Empty(Cp2kFaults.Diagnose(Cp2kEvidenceFiles.Facts(" *** SCF run converged in 9 steps ***\n GEOMETRY OPTIMIZATION COMPLETED\n PROGRAM ENDED AT 2026\n") with { Ended = true, Settings = Climbing.Settings(CellOpt, "") }));
    }

    [Fact]
    public void A_later_SCF_cycle_that_misses_ends_no_running_optimisation()
    {
        var e = new Cp2kEvidence { ScfConverged = [true, false], Settings = Climbing.Settings($"{CellOpt} {Scf}OT=ON", "") };
        Assert.Empty(Cp2kFaults.Diagnose(e));
        Assert.Equal(["scf_unconverged_ot"], Cp2kFaults.Diagnose(e with { Ended = true, Finished = true, GeometryCompleted = true }).Select(f => f.Code));
    }

    [Fact]
    public void An_input_is_read_into_paths_of_sections()
    {
        var s = Cp2kEvidenceFiles.SettingsOf("&GLOBAL\n RUN_TYPE cell_opt ! c\n&END\n&FORCE_EVAL\n &DFT\n  &SCF\n   MAX_SCF 20\n   &OT ON\n    MINIMIZER DIIS\n   &END OT\n  &END\n &END\n &SUBSYS\n  &KIND Li\n   BASIS_SET a\n  &END\n  &KIND O\n   BASIS_SET b\n  &END\n &END\n&END\n");
        Assert.Equal(("cell_opt", "20", "ON", "DIIS", "a"), (s["CP2K.GLOBAL/RUN_TYPE"], s[Scf + "MAX_SCF"], s[Scf + "OT"], s[Scf + "OT/MINIMIZER"], s["CP2K.FORCE_EVAL/SUBSYS/KIND/BASIS_SET"]));
    }

    [Fact]
    public void Smearing_and_a_finer_grid_are_marked_as_another_scheme()
    {
        Correction Last(string code, int met, string settings) => Cp2kFaults.Correct(new(code, FaultKind.Physics, ""), Climbing.Settings(settings, ""), new(), new Dictionary<string, int> { [code] = met })!;
        Assert.True(Last("scf_unconverged_diag", 6, $"{Scf}MIXING/METHOD=BROYDEN_MIXING {Scf}MIXING/NBUFFER=20 {Scf}MIXING/ALPHA=0.005 {Scf}MIXING/BETA=3").HarmsComparability);
        Assert.True(Last("imprecise", 1, $"{Qs}EPS_DEFAULT=1E-12 {Qs}EPS_GVG_RSPACE=1E-10 {Qs}EPS_PGF_ORB=1E-20").HarmsComparability);
        Assert.False(Last("scf_diverging", 0, "").HarmsComparability);
    }
}
