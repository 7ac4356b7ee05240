using System.Globalization;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Cp2k;

/// <summary>The input of each part before the campaign's settings: PBE, DZVP-MOLOPT-SR-GTH, GTH-PBE; lengths in Å, energies in hartree, as CP2K takes them.</summary>
public static class Cp2kTemplate
{
    public const string Project = "P", Input = "cp2k.inp", Output = "cp2k.out", Bands = "bands.bs";
    public const string BasisFile = "BASIS_MOLOPT", PotentialFile = "GTH_POTENTIALS";
    /// <summary>Stored frames of dynamics, fs.</summary>
    const double SampleFs = 25;
    /// <summary>Å; of relaxed structures.</summary>
    const double Symprec = 1e-3;

    static string R(double v) => v.ToString("R", CultureInfo.InvariantCulture);
    static string Vector(Vec3 v) => $"{R(v.X)} {R(v.Y)} {R(v.Z)}";

    public static Cp2kSection Of(Cp2kTask task, PartRequest request, Cp2kStart start, KpointMesh mesh, bool gammaCentred)
    {
        var root = new Cp2kSection("");
        root.Set("GLOBAL/PROJECT", Project).Set("GLOBAL/RUN_TYPE", RunType(task)).Set("GLOBAL/PRINT_LEVEL", "LOW");
        root.Set("GLOBAL/SEED", (1 + (ulong)request.Seed % 1_000_000_000).ToString(CultureInfo.InvariantCulture));
        if (Walltime(request.WalltimeSeconds) is { } limit) root.Set("GLOBAL/WALLTIME", limit.ToString(CultureInfo.InvariantCulture));
        if (task.IsRelaxation()) Relaxation(root, task, request);
        if (task.IsDynamics()) Dynamics(root, task, request);
        root.Set("FORCE_EVAL/METHOD", "QS");
        if (task is not (Cp2kTask.Gap or Cp2kTask.Water)) root.Set("FORCE_EVAL/STRESS_TENSOR", "ANALYTICAL");
        if (task.IsRelaxation()) root.SetSection("FORCE_EVAL/PRINT/FORCES", "ON").SetSection("FORCE_EVAL/PRINT/STRESS_TENSOR", task == Cp2kTask.Water ? "" : "ON");
        Electrons(root, task, start, mesh, gammaCentred);
        Subsystem(root, start.Structure);
        if (task == Cp2kTask.ConstantPressure) Reference(root, start.Structure.Cell);
        return root;
    }

    static string RunType(Cp2kTask task) => task switch { Cp2kTask.Gap => "ENERGY", Cp2kTask.Water => "GEO_OPT", _ when task.IsDynamics() => "MD", _ => "CELL_OPT" };

    /// <summary>What is left of the time for CP2K to end by itself with its restart files written: a tenth less, at least half a minute and at most ten.</summary>
    public static int? Walltime(double? seconds) => seconds is { } s ? (int)Math.Max(s / 2, s - Math.Clamp(s / 10, 30, 600)) : null;

    static void Relaxation(Cp2kSection root, Cp2kTask task, PartRequest request)
    {
        var optimisation = root.Section(task == Cp2kTask.Water ? "MOTION/GEO_OPT" : "MOTION/CELL_OPT");
        var force = R(Math.Round(request.Number("fmax_eV_per_A", 0.01) / Cp2kUnits.EvPerA, 9));
        optimisation.Set("OPTIMIZER", "BFGS").Set("MAX_ITER", R(request.Number("max_steps", 200))).Set("MAX_FORCE", force).Set("RMS_FORCE", force).Set("MAX_DR", "3E-3").Set("RMS_DR", "1.5E-3");
        if (task != Cp2kTask.Water) optimisation.Set("TYPE", "DIRECT_CELL_OPT").Set("EXTERNAL_PRESSURE", "0.0").Set("PRESSURE_TOLERANCE", "200");
        // Hydrogen and its vacancy have no symmetry to keep.
        if (task is Cp2kTask.Relaxation or Cp2kTask.HydrationHost or Cp2kTask.Hydroxide) optimisation.Set("KEEP_SPACE_GROUP", "T");
        Printing(root, task == Cp2kTask.Water ? "GEO_OPT" : "CELL_OPT", 1);
    }

    static void Dynamics(Cp2kSection root, Cp2kTask task, PartRequest request)
    {
        var step = request.Number("timestep_fs", 1);
        var temperature = R(request.Number("temperature_K"));
        var length = request.Number(task == Cp2kTask.ConstantPressure ? "npt_ps" : "nvt_ps");
        var md = root.Section("MOTION/MD");
        md.Set("ENSEMBLE", task == Cp2kTask.ConstantPressure ? "NPT_F" : "NVT").Set("STEPS", R(Math.Max(1, Math.Round(1000 * length / step)))).Set("TIMESTEP", R(step)).Set("TEMPERATURE", temperature);
        md.Set("THERMOSTAT/TYPE", task == Cp2kTask.ConstantPressure ? "CSVR" : "NOSE").Set("THERMOSTAT/REGION", "GLOBAL");
        md.Set(task == Cp2kTask.ConstantPressure ? "THERMOSTAT/CSVR/TIMECON" : "THERMOSTAT/NOSE/TIMECON", "100");
        if (task == Cp2kTask.ConstantPressure) md.Set("BAROSTAT/PRESSURE", "0.0").Set("BAROSTAT/TIMECON", "500");
        Printing(root, "MD", Sample(step));
    }

    /// <summary>Steps between stored frames.</summary>
    public static int Sample(double stepFs) => Math.Max(1, (int)Math.Round(SampleFs / stepFs));

    static void Printing(Cp2kSection root, string each, int every)
    {
        var n = every.ToString(CultureInfo.InvariantCulture);
        root.Set("MOTION/PRINT/TRAJECTORY/FORMAT", "XMOL").Set($"MOTION/PRINT/TRAJECTORY/EACH/{each}", n);
        root.Set($"MOTION/PRINT/CELL/EACH/{each}", n);
        root.Set("MOTION/PRINT/RESTART/BACKUP_COPIES", "1").Set($"MOTION/PRINT/RESTART/EACH/{each}", each == "MD" ? "25" : "1");
        root.SetSection("MOTION/PRINT/RESTART_HISTORY", "OFF");
    }

    static void Electrons(Cp2kSection root, Cp2kTask task, Cp2kStart start, KpointMesh mesh, bool gammaCentred)
    {
        var dft = root.Section("FORCE_EVAL/DFT");
        dft.Set("BASIS_SET_FILE_NAME", BasisFile).Set("POTENTIAL_FILE_NAME", PotentialFile);
        if (start.Charge != 0) dft.Set("CHARGE", start.Charge.ToString(CultureInfo.InvariantCulture));
        if ((start.Structure.Species.Sum(e => Cp2kKinds.Of(e).Valence) - start.Charge) % 2 != 0) dft.Set("LSD", "T");
        dft.Set("MGRID/CUTOFF", "500").Set("MGRID/REL_CUTOFF", "60");
        dft.Set("QS/EPS_DEFAULT", "1.0E-12");
        // With k points CP2K would start every step anew from atoms, at two to three times the cycles.
        if (task.IsRelaxation() && !task.IsLarge()) dft.Set("QS/EXTRAPOLATION", "USE_PREV_P");
        dft.SetSection("XC/XC_FUNCTIONAL", "PBE");
        if (!task.IsLarge()) KPoints(dft, mesh, gammaCentred);
        dft.Set("SCF/SCF_GUESS", "ATOMIC").Set("SCF/EPS_SCF", task == Cp2kTask.Gap ? "1.0E-5" : "1.0E-6");
        if (task.IsLarge())
        {
            dft.Set("SCF/MAX_SCF", "30").SetSection("SCF/OT", "ON").Set("SCF/OT/MINIMIZER", "DIIS").Set("SCF/OT/PRECONDITIONER", "FULL_SINGLE_INVERSE");
            dft.SetSection("SCF/OUTER_SCF", "ON").Set("SCF/OUTER_SCF/MAX_SCF", "10").Set("SCF/OUTER_SCF/EPS_SCF", "1.0E-6");
        }
        else
        {
            dft.Set("SCF/MAX_SCF", "100");
            if (task == Cp2kTask.Gap) dft.Set("SCF/ADDED_MOS", "4");
            dft.SetSection("SCF/DIAGONALIZATION", "ON").Set("SCF/DIAGONALIZATION/ALGORITHM", "STANDARD");
            dft.SetSection("SCF/MIXING", "ON").Set("SCF/MIXING/METHOD", "BROYDEN_MIXING").Set("SCF/MIXING/ALPHA", "0.4").Set("SCF/MIXING/NBROYDEN", "8");
        }
        dft.Set("SCF/PRINT/RESTART/BACKUP_COPIES", "0");
        dft.SetSection("SCF/PRINT/RESTART_HISTORY", "OFF");
        if (task == Cp2kTask.Gap) BandStructure(dft, [.. mesh.Even.Irreducible(KpointMesh.Rotations(start.Structure, Symprec)).Select(p => p.Point)]);
    }

    /// <summary>Monkhorst and Pack's mesh, or the same divisions moved onto Gamma: MACDONALD takes the shift in fractions of a reciprocal vector.</summary>
    static void KPoints(Cp2kSection dft, KpointMesh mesh, bool gammaCentred)
    {
        static string Shift(int n) => n % 2 == 0 ? R(0.5 / n) : "0";
        if (mesh.IsGamma) return;
        dft.Set("KPOINTS/SCHEME", gammaCentred ? $"MACDONALD {mesh} {Shift(mesh.A)} {Shift(mesh.B)} {Shift(mesh.C)}" : $"MONKHORST-PACK {mesh}");
        dft.Set("KPOINTS/PARALLEL_GROUP_SIZE", "-1");
    }

    static void BandStructure(Cp2kSection dft, ImmutableArray<Vec3> points)
    {
        var bands = dft.Section("PRINT/BAND_STRUCTURE");
        bands.Set("ADDED_MOS", "4").Set("FILE_NAME", Bands);
        // One set whose special points are all the points there are.
        var set = bands.Section("KPOINT_SET");
        set.Set("NPOINTS", "1");
        for (var i = 0; i < points.Length; i++) set.Lines.Add(("SPECIAL_POINT", $"{(i == 0 ? "GAMMA" : $"K{i}")} {Vector(points[i])}"));
    }

    static void Subsystem(Cp2kSection root, Structure s)
    {
        var subsystem = root.Section("FORCE_EVAL/SUBSYS");
        subsystem.Set("CELL/A", Vector(s.Cell.A)).Set("CELL/B", Vector(s.Cell.B)).Set("CELL/C", Vector(s.Cell.C)).Set("CELL/PERIODIC", "XYZ");
        var coordinates = subsystem.Section("COORD");
        coordinates.Set("SCALED", "T");
        for (var i = 0; i < s.Count; i++) coordinates.Lines.Add((s.Species[i], Vector(s.Fractional[i])));
        foreach (var (element, _) in s.Composition().OrderBy(c => c.Element, StringComparer.Ordinal))
        {
            var kind = Cp2kKinds.Of(element);
            subsystem.Section($"KIND[{element}]").Set("ELEMENT", element).Set("BASIS_SET", kind.Basis).Set("POTENTIAL", kind.Potential);
        }
    }

    /// <summary>The grid of a cell a twentieth longer, kept while the cell breathes: a grid that changes with the cell would make steps in the energy.</summary>
    static void Reference(Cp2kSection root, Mat3 cell)
    {
        var reference = root.Section("FORCE_EVAL/SUBSYS/CELL/CELL_REF");
        var larger = 1.05 * cell;
        reference.Set("A", Vector(larger.A)).Set("B", Vector(larger.B)).Set("C", Vector(larger.C)).Set("PERIODIC", "XYZ");
    }
}

/// <summary>CODATA 2006, as CP2K 2023.1 has it (it prints them at PRINT_LEVEL MEDIUM).</summary>
public static class Cp2kUnits
{
    public const double HartreeEv = 27.2113838565563, BohrA = 0.529177208590;
    /// <summary>hartree/bohr in eV/Å.</summary>
    public const double EvPerA = HartreeEv / BohrA;
    public const double BarGPa = 1e-4, GPaEvPerA3 = 160.21766;
}
