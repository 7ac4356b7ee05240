using IpActors.App.Programs;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Works;
using IpActors.Workers.Builtin;

namespace IpActors.App.Campaigns;

/// <summary>Every key of a campaign file: its type, range, default and meaning. The one table behind reader, schema and differences.</summary>
static class CampaignKeys
{
    public static readonly ImmutableArray<string> CalculatedProperties = [Properties.Relaxation, Properties.BandGap, Properties.HydrationEnergy, Properties.Conductivity];
    public static readonly ImmutableArray<string> ObjectiveProperties = [Properties.BandGap, Properties.HydrationEnergy, Properties.Conductivity, Properties.DecompositionEnergy];

    public static readonly ImmutableArray<string> ConstraintProperties = [.. ObjectiveProperties, Properties.ToleranceFactor, Properties.Synthesizability];

    /// <summary>Sections whose changes leave every decision as it is.</summary>
    public static readonly ImmutableArray<string> WithoutInfluence = ["engine", "journal", "launcher", "log", "programs", "restart", "telemetry"];

    static readonly Key With = new("with", new ChoiceKind("calculator", ["builtin", .. ProgramsSection.Names]), Presence.Required,
        "the calculator: builtin (the physical model that comes with IpActors), or a program of the section programs: vasp, cp2k, command (an executable of your own)");
    /// <summary>Only for programs: the reader refuses them for the built-in model.</summary>
    static readonly Key Settings = new("settings", new MapKind(@"^[A-Za-z0-9_.+-]+([/.][A-Za-z0-9_.+-]+)*$", "a name such as INCAR.ENCUT, KPOINTS.mesh or CP2K.FORCE_EVAL/DFT/MGRID/CUTOFF"), Presence.Defaulted,
        "vasp, cp2k, command: settings in the program's own words, over the planned ones, such as INCAR.ENCUT: 600 or CP2K.FORCE_EVAL/DFT/MGRID/CUTOFF: 600");
    static readonly Key Model = new("model", new ChoiceKind("model", [.. BuiltinModel.All.Select(m => m.Key)]), Presence.Optional,
        "version of the built-in model, docs/builtin-model.md; default: the relaxation's, and v1 there; one campaign takes one version");
    static readonly Key MinimumEdge = new("minimum_edge_A", new NumberKind(4, 40), Presence.Defaulted, "the supercell's edges are at least this long (angstrom)", 10.0);
    static Key Tolerated(int most) => new("tolerated_failures", new IntegerKind(0, most), Presence.Defaulted, "how many of the property's calculations may fail before the compound is given up", 0L);

    static SectionKind Calculators => new([
        new(Properties.Relaxation, new SectionKind([
            With, Model, Settings,
            new("fmax_eV_per_A", new NumberKind(0, 1, AboveMin: true), Presence.Defaulted, "relaxed when no force exceeds this (eV/angstrom)", 0.01),
            new("max_steps", new IntegerKind(1, 100_000), Presence.Defaulted, "steps after which the relaxation counts as not converged", 500L)]),
            Presence.Required, "positions and cell of every compound and reference phase"),
        new(Properties.BandGap, new SectionKind([With, Model, Settings]), Presence.Optional, "E_g of the relaxed structure (eV)"),
        new(Properties.HydrationEnergy, new SectionKind([
            With, Model, Settings,
            new("configurations", new IntegerKind(1, 1000), Presence.Defaulted, "random placements of H for Li, of which the lowest counts", 10L),
            MinimumEdge, Tolerated(999)]), Presence.Optional, "E_h: Li -> H exchange with water (kJ/mol)"),
        new(Properties.Conductivity, new SectionKind([
            With, Model, Settings,
            new("mechanisms", new ListKind(new ChoiceKind("mechanism", ["vacancy", "interstitial"]), 1, 2), Presence.Defaulted, "the defects that carry the Li; the larger conductivity counts", ImmutableArray.Create<object>("vacancy", "interstitial")),
            new("temperatures_K", new ListKind(new IntegerKind(100, 5000), 2, 50), Presence.Defaulted, "temperatures of the Arrhenius fit (K); its error needs three", ImmutableArray.Create<object>(700L, 800L, 900L, 1000L, 1200L)),
            new("seeds", new IntegerKind(1, 100), Presence.Defaulted, "independent trajectories per mechanism and temperature", 1L),
            new("npt_ps", new NumberKind(0.1, 10_000), Presence.Defaulted, "equilibration at constant pressure (ps)", 10.0),
            new("nvt_ps", new NumberKind(0.5, 100_000), Presence.Defaulted, "production at constant volume (ps)", 50.0),
            new("timestep_fs", new NumberKind(0, 10, AboveMin: true), Presence.Defaulted, "time step (fs)", 1.0),
            MinimumEdge, Tolerated(9999)]), Presence.Optional, "sigma of Li at 400 K from molecular dynamics (S/cm)"),
    ]);

    public const string Akka = "akka";

    public static readonly SectionKind Root = new([
        new("name", new TextKind("^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", "a name of letters, digits, '-', '_' and '.', at most 64 long, beginning with a letter or digit"), Presence.Required, "the campaign's name; it is part of every id in the journal"),
        new("seed", new IntegerKind(0, long.MaxValue), Presence.Defaulted, "the seed of all chance: same file, same seed, same decisions", 1L),
        new("engine", new ChoiceKind("engine", ["embedded", Akka]), Presence.Defaulted, "embedded: one process, no server; akka: a cluster of processes, in builds that have it", "embedded"),
        new("journal", new TextKind(@"^\S.*$", JournalLocation.Help), Presence.Optional, "sqlite:PATH, relative to the current folder, or postgresql://USER@HOST:PORT/DATABASE?schema=NAME, without the password; default sqlite:campaigns/NAME.db"),
        new("space", new ForeignKind(SpaceSection.Schema), Presence.Optional, "the chemical space; default: the paper's 10,200 compounds"),
        new("references", new SectionKind([
            new("set", new ChoiceKind("reference set", ["binaries", "none"]), Presence.Defaulted, "binaries: the Li2X and LiZ of the space's ions, which span all its charge-balanced compounds, computed with the campaign's own calculator; none: imported phases alone", "binaries"),
            new("exclude", new ListKind(new TextKind(@"^\S+$", "a formula such as LiF"), 0, 1000), Presence.Defaulted, "formulas of phases to leave out"),
            new("import", new ListKind(new TextKind(@"^\S.*$", "a file name"), 0, 100), Presence.Defaulted, "files of further phases, relative to this file: CSV with formula, energy_eV_per_atom and scheme, or a JSON list of entries; their scheme must be that of the relaxations")]), Presence.Defaulted, "the phases of the hull that E_d is measured from"),
        new("screening", new SectionKind([
            new("max_decomposition_energy_eV_per_atom", new NumberKind(0, 10, AboveMin: true), Presence.Defaulted, "a compound passes with E_d below this (eV/atom)", 0.1),
            new("pool_by", new ChoiceKind("pool criterion", [SynthesizabilitySection.ByEd, SynthesizabilitySection.ByEdAndLs]), Presence.Defaulted, "e_d: the pool is chosen by E_d alone; e_d_and_l_s: by E_d, and by L_s where it is known", SynthesizabilitySection.ByEd),
            new("synthesizability", new SectionKind([
                new("file", new TextKind(@"^\S.*$", "a file name"), Presence.Required, "CSV with the columns id_or_formula and score, relative to this file; of compounds that are not in it L_s is not available"),
                new("min", new NumberKind(0, 1), Presence.Defaulted, "for pool_by e_d_and_l_s: a compound passes with L_s of at least this, or where it is not available", 0.5)]), Presence.Optional, "imported synthesizability scores L_s")]), Presence.Defaulted, "which compounds enter the pool"),
        new("objectives", new ListKind(new SectionKind([
            new("property", new ChoiceKind("objective", ObjectiveProperties), Presence.Required, "what is maximised"),
            new("transform", new ChoiceKind("transform", ["linear", "log10"]), Presence.Defaulted, "linear: f = scale x value; log10: f = scale x log10(value)", "linear"),
            new("scale", new NumberKind(-1e6, 1e6, NotZero: true), Presence.Defaulted, "factor in the maximise frame; negative to minimise", 1.0),
            new("reference", new NumberKind(-1e9, 1e9), Presence.Required, "the hypervolume's reference point, in the frame")]), 1, 4), Presence.Defaulted,
            "default: the paper's (E_g, E_h / 100, 10 sigma) with reference (0, -10, 0)"),
        new("surrogate", new SectionKind([
            new("latent", new IntegerKind(1, 200), Presence.Defaulted, "latent variables per descriptor group (kernel PCA)", 30L),
            new("starts", new IntegerKind(1, 1000), Presence.Defaulted, "seeded starts of the likelihood's maximisation", 4L)]), Presence.Defaulted, "the Gaussian process of each objective"),
        new("acquisition", new SectionKind([
            new("rule", new ChoiceKind("rule", ["uhvi", "greedy", "ehvi", "random"]), Presence.Defaulted, "uhvi: the paper's independent ranking; greedy: pending points fantasised; ehvi: ranking by expected improvement; random: the baseline", "uhvi"),
            new("beta", new NumberKind(0, 100), Presence.Defaulted, "bound g = mu + beta sigma", 1.0),
            new("batch", new IntegerKind(1, 10_000), Presence.Defaulted, "compounds per iteration", 10L),
            new("initial", new IntegerKind(1, 10_000), Presence.Defaulted, "compounds of the first, space-filling set", 20L),
            new("cap_per_composition", new IntegerKind(1, 10_000), Presence.Optional, "at most so many of one reduced formula in a batch after the first; default: no cap"),
            new("known_objectives", new FlagKind(), Presence.Defaulted, "true: band-gap and decomposition-energy, known for every relaxed compound, count as known (sigma 0) instead of predicted", false),
            new("mode", new ChoiceKind("mode", [AcquisitionSettings.Synchronous, AcquisitionSettings.Rolling]), Presence.Defaulted, "synchronous: a batch is selected when the one before is evaluated; rolling: 'batch' compounds are always under evaluation, and new ones are selected as soon as select_after of them are in", AcquisitionSettings.Synchronous),
            new("select_after", new IntegerKind(1, 10_000), Presence.Defaulted, "rolling: results between selections", 1L),
            new("refit_every", new IntegerKind(1, 10_000), Presence.Defaulted, "rolling: results between fits of the hyperparameters; between them the models get the new data alone", 1L),
            new("pending", new ChoiceKind("pending rule", [AcquisitionSettings.AtBound, AcquisitionSettings.Believer]), Presence.Defaulted, "what is imagined of compounds under evaluation (rolling) and chosen before in the batch (greedy): bound: they reach mu + beta sigma; believer: they come out at mu, and sigma shrinks around them", AcquisitionSettings.AtBound),
            new("censored", new ChoiceKind("rule for censored values", [AcquisitionSettings.Excluded, AcquisitionSettings.AtBound]), Presence.Defaulted, "excluded: a compound of which a value is only a bound takes no part in front and hypervolume; bound: it counts at its bound, which is optimistic", AcquisitionSettings.Excluded),
            new("constraints", new ListKind(new SectionKind([
                new("property", new ChoiceKind("constraint property", ConstraintProperties), Presence.Required, "what is limited"),
                new("min", new NumberKind(-1e9, 1e9), Presence.Optional, "at least this, in the property's unit"),
                new("max", new NumberKind(-1e9, 1e9), Presence.Optional, "at most this, in the property's unit"),
                new("mode", new ChoiceKind("constraint mode", [Constraint.Hard, Constraint.Probable]), Presence.Optional, "hard: others are never candidates, for what is known of the whole pool; probability: the improvement is multiplied by the predicted probability; default: hard where the property is known")]), 0, 20), Presence.Defaulted, "what every compound of the front must satisfy"),
            new("initial_ids", new ListKind(new TextKind(@"^\S+$", "a compound's id as in 'export'"), 0, 10_000), Presence.Defaulted, "compounds that come first in the initial set; space filling adds what is missing to 'initial'"),
            new("initial_file", new TextKind(@"^\S.*$", "a file name"), Presence.Optional, "CSV with a column id of more such compounds, relative to this file")]), Presence.Defaulted, "how the next compounds are chosen"),
        new("stop", new SectionKind([
            new("unchanged_iterations", new IntegerKind(1, 10_000), Presence.Defaulted, "stop when no best value changed for so many iterations in a row", 3L),
            new("max_iterations", new IntegerKind(1, 1_000_000), Presence.Optional, "stop after so many iterations"),
            new("max_evaluations", new IntegerKind(1, 10_000_000), Presence.Optional, "stop after so many evaluated compounds"),
            new("unchanged_volume_iterations", new IntegerKind(1, 10_000), Presence.Optional, "stop when the hypervolume grew by at most volume_tolerance of itself over so many iterations"),
            new("volume_tolerance", new NumberKind(0, 1), Presence.Defaulted, "the fraction of the hypervolume for unchanged_volume_iterations", 0.001)]), Presence.Defaulted, "when the sampling ends"),
        new("calculators", Calculators, Presence.Required, "by property: who calculates it, and how"),
        new("programs", ProgramsSection.Keys, Presence.Defaulted, "the programs that calculate, and how they are started here"),
        new("launcher", LauncherSection.Keys, Presence.Defaulted, "where calculations run"),
        new("restart", new SectionKind([
            new("physics_attempts", new IntegerKind(1, 100), Presence.Defaulted, "attempts when the physics fails (not converged)", 3L),
            new("infrastructure_attempts", new IntegerKind(1, 1000), Presence.Defaulted, "attempts when the machine fails", 5L),
            new("backoff_first_s", new NumberKind(0, 86_400), Presence.Defaulted, "wait before the second attempt (s); doubles each time", 1.0),
            new("backoff_longest_s", new NumberKind(0, 604_800), Presence.Defaulted, "the longest wait (s)", 300.0)]), Presence.Defaulted, "what happens to a calculation that fails"),
        new("log", Logging.LogSettings.Keys, Presence.Defaulted, "the log file beside the journal"),
        new("telemetry", Telemetry.TelemetryExport.Keys, Presence.Defaulted, "who is told of metrics and traces; default: nobody"),
    ]);
}
