using IpActors.Workers.Vasp;

namespace IpActors.Workers.Tests.Faults;

/// <summary>One row: settings of the run, its corrections in order until none is left, and settings (or "" where facts are missing) under which its guard does not hold.</summary>
sealed record VaspCase(string Code, string Settings, string[] Ladder, string? Guarded = null);

static class VaspCases
{
    const string Shifted = "KPOINTS.centre=monkhorst KPOINTS.mesh=4~4~4 ISMEAR=-5", Centred = "KPOINTS.centre=gamma KPOINTS.mesh=4~4~4 ISMEAR=-5", Dropped = "resume.drop=CHGCAR~WAVECAR", Relaxing = "IBRION=2 NSW=9";
    static readonly string[] None = [], Once = ["again"], Twice = ["again", "again"], GoOn = ["resume=all", .. Enumerable.Repeat("again", 19)], Smear = ["ISMEAR=0 SIGMA=0.05"];
    static readonly string[] Lattice = ["SYMPREC=1E-06", "ISYM=0"], Positions = ["SYMPREC=1E-06", "SYMPREC=0.0001", "ISYM=0"], Fermi = ["KPOINTS.centre=gamma", "KPOINTS.mesh=5~5~5", "ISMEAR=0 SIGMA=0.05"];
    static readonly string[] Gentle = ["ALGO=Normal AMIX_MAG=0.8 BMIX=0.001 BMIX_MAG=0.001 ISTART=1 NELMDL=-6", "NELM=150", "AMIX=0.2 NELM=170", "AMIX=0.1 NELM=190", "AMIX=0.05 NELM=210"];

    public static readonly ImmutableArray<VaspCase> All =
    [
        new("hung_at_end", "", None), new("node_failed", "", GoOn), new("preempted", "", GoOn), new("oom_killed", "KPAR=4", ["KPAR=2 resume=all", "KPAR=1", .. Enumerable.Repeat("again", 18)]), new("timed_out", "", GoOn), new("cancelled", "", GoOn),
        new("disk_full", "", None), new("device_busy", "", None), new("file_system", "", None), new("licence", "", None), new("environment", "", None),
        new("magmom", "", None), new("read_error", "", None), new("no_potim", "IBRION=0", ["POTIM=1"]), new("spin_polarized_harris", "", None), new("set_core_wf", "", None), new("non_collinear", "", None), new("gamma_only_misuse", "", None),
        new("elf_kpar", "KPAR=2", ["KPAR=1"], "KPAR=1"), new("elf_ncl", "", None), new("dfpt_ncore", "NCORE=4 NPAR=2", ["NCORE= NPAR="]), new("lrf_comm", "", ["LPEAD=.TRUE."], "LPEAD=.TRUE."), new("coef", "", ["resume.drop=WAVECAR"]),
        new("triple_product", "", ["POSCAR.axes=a~c~b"]),
        new("ksymm", "", Lattice), new("bravais", "", Lattice), new("inv_rot_mat", "", ["SYMPREC=1E-8"], "SYMPREC=1E-8"), new("rot_matrix", Shifted, ["KPOINTS.centre=gamma", "ISYM=0"]), new("sgrcon_6", Shifted, ["KPOINTS.centre=gamma", "ISYM=0"]),
        new("pricel", "", ["ISYM=0 SYMPREC=1E-8"], "SYMPREC=1E-8"), new("pricelv", "", Positions), new("posmap", "", Positions), new("invgrp", "", Positions), new("rhosyg", "", ["SYMPREC=1E-4", "ISYM=0"]), new("point_group", "", ["ISYM=0"], "ISYM=0"),
        new("symprec_noise", "", ["SYMPREC=1E-6", "ISYM=0"], "ISYM=0"), new("ibzkpt", "", ["ISYM=0", "SYMPREC=1E-6"]), new("ibzkpt_generic", "", ["ISYM=0", "SYMPREC=1E-6"]), new("hnform", "", ["ISYM=0"], "ISYM=0"), new("kset_change", "NCORE=4", ["NCORE=1", "ISYM=0"]),
        new("tetirr", Shifted, ["KPOINTS.centre=gamma"], Centred), new("incorrect_shift", Shifted, ["KPOINTS.centre=gamma"], Centred), new("tet", "ISMEAR=-5", Smear), new("dentet", Shifted, Fermi), new("denmp", Shifted, Fermi),
        new("kpoints_trans", "KPOINTS.centre=gamma KPOINTS.mesh=4~4~3", ["KPOINTS.mesh=4~4~4"]), new("mesh_symmetry", "KPOINTS.centre=monkhorst KPOINTS.mesh=3~3~4", ["KPOINTS.mesh=4~4~4"], "ISYM=0 KPOINTS.centre=gamma KPOINTS.mesh=3~3~4"),
        new("brmix", Centred, ["IMIX=1", "IMIX= KPOINTS.centre=monkhorst", "KPOINTS.centre=gamma KPOINTS.mesh=5~5~5", $"ISYM=0 {Dropped}"], "NELECT=21"), new("too_few_bands", "", ["NBANDS=22", "NBANDS=24", "NBANDS=26", "NBANDS=28", "NBANDS=30"]),
        new("nbands_not_sufficient", "NCORE=4", ["NBANDS=16"], "NCORE=4"), new("real_optlay", "LREAL=Auto", ["LREAL=.FALSE."], "LREAL=.FALSE."), new("rspher", "LREAL=Auto", ["LREAL=.FALSE."], "LREAL=.FALSE."), new("nicht_konv", "LREAL=On", ["LREAL=.FALSE."], "LREAL=F"),
        new("subspacematrix", "LREAL=Auto", ["LREAL=.FALSE.", "PREC=Accurate"]), new("amin", "", ["AMIN=0.01"], "AMIN=0.01"), new("pssyevx", "ALGO=Fast", ["ALGO=Normal"], "ALGO=Normal"), new("pdsyevx", "IALGO=48", ["IALGO="], "IALGO=38"),
        new("eddrmm", "ALGO=Fast IBRION=2 NSW=9", [$"ALGO=Normal resume=structure {Dropped}", "POTIM=0.25", "POTIM=0.125", "POTIM=0.0625", "POTIM=0.03125"]), new("edddav", "NCORE=2", ["NCORE=4 resume=structure resume.drop=CHGCAR", "NCORE=8", "ALGO=All ISEARCH=1"]),
        new("algo_tet", "ALGO=All ISMEAR=-5", ["ALGO=Fast"], "ALGO=All ISMEAR=0"), new("grad_not_orth", "ALGO=Damped METAGGA=R2SCAN", ["ALGO=Normal"], "ALGO=Fast"), new("zheev", "ALGO=Fast", ["ALGO=Normal resume=structure", "ALGO=Exact"]),
        new("eddiag", "ALGO=Fast", ["ALGO=Normal resume=structure", "ALGO=Exact"]), new("fexcf", "IBRION=1", ["resume=structure", "IBRION=2"]), new("fexcp", "IBRION=1", ["resume=structure", "IBRION=2"]), new("cnormn", "", None), new("auto_nbands", "", None),
        new("zpotrf", Relaxing, [$"ISYM=0 {Dropped}", "POTIM=0.25", "POTIM=0.125", "POTIM=0.0625", "POTIM=0.03125"]), new("pzstein", "ALGO=Fast NCORE=4", ["ALGO=Normal", "NCORE=1"]), new("fock_acc", "NCORE=4 KPAR=2", ["NCORE=1", "KPAR=1"]),
        new("out_of_memory", "KPAR=4", ["KPAR=2", "KPAR=1"], "KPAR=1"), new("set_indpw_full", "KPAR=2", ["KPAR=1"]),
        new("zbrent", "EDIFF=1E-5 IBRION=2 NSW=50", ["EDIFF=1E-06 NELMIN=8 resume=structure", "IBRION=1", "EDIFF=1E-07", "EDIFF=1E-08"]),
        new("brions", "IBRION=1 POTIM=0.5", ["POTIM=0.6 resume=structure", "IBRION=2 POTIM=0.5", "POTIM=0.6", "POTIM=0.7", "POTIM=0.8", "POTIM=0.9", "POTIM=1", "POTIM=1.1"]),
        new("potim", "IBRION=2 NSW=9 POTIM=0.5", ["POTIM=0.25", "POTIM=0.125", "IBRION=3 SMASS=0.75", "POTIM=0.0625", "SYMPREC=1E-8"], "IBRION=-1"), new("positive_energy", "ALGO=Fast IBRION=2 NSW=9", ["ALGO=Normal", "POTIM=0.25", "POTIM=0.125", "POTIM=0.0625", "POTIM=0.03125"]),
        new("nonconverging", "ALGO=VeryFast", ["ALGO=Fast", "ALGO=Normal", "ALGO=All", "AMIX=0.1 BMIX=0.01", "AMIN=0.01 BMIX=3"]), new("frozen", "ALGO=Fast", ["ALGO=Normal", "SYMPREC=1E-8"]),
        new("large_sigma", "ISMEAR=1 SIGMA=0.2", ["SIGMA=0.08", "SIGMA=0.032", "SIGMA=0.0128", "SIGMA=0.00512", "SIGMA=0.002048"], "ISMEAR=-5"), new("walltime", "", GoOn), new("stopped_run", Relaxing, GoOn),
        new("psmaxn", "LREAL=Auto", ["LREAL=.FALSE."], "LREAL=.FALSE."), new("unconverged_electronic", "ALGO=VeryFast", ["ALGO=Fast", "ALGO=Normal", "ALGO=All", .. Gentle]), new("nelm_breach", "ALGO=Fast", ["ALGO=Normal", "ALGO=All", .. Gentle]),
        new("unconverged_ionic", "IBRION=2 NSW=3", ["IBRION=1 resume=structure", "again", "again", "IBRION=2 POTIM=0.3"]),
        new("aliasing", "", [$"NGX=44 NGY=44 NGZ=48 {Dropped}"], ""), new("aliasing_incar", "NGX=20 NGY=20 NGZ=20", [$"NGX= NGY= NGZ= {Dropped}"]),
        new("drift", "EDIFFG=-0.01 NSW=9 IBRION=2 ENCUT=520", ["ENAUG=1040 PREC=High resume=structure", "ENAUG=2080", "ENAUG=4160"], "EDIFFG=0.001 NSW=9"), new("incorrect_smearing", "ISMEAR=-5 NSW=9 IBRION=2", ["ISMEAR=2"]), new("kspacing_metal", "KSPACING=0.5", ["KSPACING=0.22"]),
        new("npt", "MDALGO=3 IBRION=0", None), new("aeccar", "", None), new("xml_overflow", "", None), new("zombie_ranks", "", None), new("killed", "", GoOn), new("crashed", "", Twice), new("mpi_terminated", "", Twice),
        new("did_not_execute", "", Once), new("nostart", "", Once), new("internal_error", "", Once), new("sick_job", "", None), new("did_not_finish", Relaxing, ["resume=all", "again"]), new("files", "", Once), new("vasprun", Relaxing, ["resume=all", "again"]),
    ];

    public static VaspCase Of(string code) => All.SingleOrDefault(c => c.Code == code) ?? throw new InvalidOperationException($"no case for {code}");

    static ImmutableArray<VaspIonicStep> Steps(int count, int electronic) => [.. Enumerable.Range(0, count).Select(k => new VaspIonicStep(electronic, -20 - 0.01 * k))];

    /// <summary>What the rows that look at facts find.</summary>
    public static readonly IReadOnlyDictionary<string, Func<VaspEvidence, VaspEvidence>> Facts = new Dictionary<string, Func<VaspEvidence, VaspEvidence>>
    {
        ["hung_at_end"] = e => e with { Finished = true, QuietSeconds = 301 },
        ["nbands_not_sufficient"] = e => e,
        ["edddav"] = e => e with { Cores = 64 },
        ["auto_nbands"] = e => e with { Bands = 45 },
        ["potim"] = e => e with { Steps = [new(9, -20), new(9, -14.9)] },
        ["positive_energy"] = e => e with { Steps = [new(9, -20), new(9, -19), new(9, 3)] },
        ["nonconverging"] = e => e with { Steps = Steps(10, 60) },
        ["frozen"] = e => e with { QuietSeconds = 21601, SlowestElectronicSeconds = 100 },
        ["large_sigma"] = e => e with { Steps = [new(9, -20, -0.02)] },
        ["walltime"] = e => e with { SecondsLeft = 299, SlowestIonicSeconds = 20 },
        ["stopped_run"] = e => e with { AskedToStop = true, Finished = true },
        ["unconverged_electronic"] = e => e with { Finished = true, Steps = Steps(1, 60) },
        ["nelm_breach"] = e => e with { Finished = true, Steps = [.. Steps(3, 60), new(8, -21)] },
        ["unconverged_ionic"] = e => e with { Finished = true },
        ["aliasing"] = e => e with { AdvisedGrid = (44, 44, 48) },
        ["drift"] = e => e with { Steps = [.. Steps(3, 9).Select(s => s with { DriftEvPerA = 0.02 })] },
        ["incorrect_smearing"] = e => e with { GapEv = 0 },
        ["kspacing_metal"] = e => e with { GapEv = 0 },
        ["npt"] = e => e with { Finished = true },
        ["aeccar"] = e => e with { NegativeCoreDensities = 101 },
        ["xml_overflow"] = e => e with { XmlHasOverflow = true },
        ["zombie_ranks"] = e => e with { Leftovers = 2 },
        ["killed"] = e => e with { Signal = 9 },
        ["crashed"] = e => e with { ExitCode = 139 },
        ["did_not_execute"] = e => e with { Stdout = "", Steps = [], MissingFiles = ["CONTCAR", "OSZICAR", "OUTCAR"] },
        ["nostart"] = e => e with { Stdout = "not VASP", Steps = [] },
        ["files"] = e => e with { MissingFiles = ["CONTCAR"] },
        ["vasprun"] = e => e with { Finished = true, ReachedAccuracy = true, XmlIsBroken = true },
    };
}
