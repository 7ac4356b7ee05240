using System.Globalization;
using IpActors.Domain.DftRuns;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Transport;
using IpActors.Workers.Builtin;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;

namespace IpActors.Workers.Vasp;

enum VaspKind { Relaxation, Static, Molecule, ConstantPressure, ConstantVolume }

/// <summary>One part of a property as a calculation: its structure before any correction, how it is run, and its charge (e).</summary>
sealed record VaspPart(VaspKind Kind, Structure Structure, int Charge = 0)
{
    public bool IsDynamics => Kind is VaspKind.ConstantPressure or VaspKind.ConstantVolume;

    public static VaspPart Of(PartRequest r) => r.Property switch
    {
        Properties.Relaxation => new(VaspKind.Relaxation, r.Start),
        Properties.BandGap => new(VaspKind.Static, r.Start),
        Properties.HydrationEnergy when r.Part == "host" => new(VaspKind.Relaxation, Host(r)),
        Properties.HydrationEnergy when r.Part == "LiOH" => new(VaspKind.Relaxation, BuiltinModel.V1.Hydration.LithiumHydroxide("O")),
        Properties.HydrationEnergy when r.Part == "H2O" => new(VaspKind.Molecule, Water()),
        Properties.HydrationEnergy when r.Part.StartsWith("cell-", StringComparison.Ordinal) => new(VaspKind.Relaxation, Placement(r).Nudged),
        Properties.Conductivity => Dynamics(r),
        _ => throw Refused(r),
    };

    static PartFaultException Refused(PartRequest r) => new(new("no-such-part", FaultKind.Fatal, $"VASP computes no part '{r.Part}' of {r.Property}"));

    /// <summary>The supercell, nudged as the placements are, so that both may leave a saddle.</summary>
    static Structure Host(PartRequest r) => Hydration.Nudged(Hydration.Supercell(r.Start, r.Parameters["minimum_edge_A"]), Hydration.PlacementNudgeA, SeededRandom.Stream(r.Seed, "vasp/host"));

    /// <summary>The placement of a cell-k in the relaxed host.</summary>
    public static (Structure Start, Structure Nudged, int Lithium, int Anion) Placement(PartRequest r) =>
        Hydration.Place(r.Prior?.Structure ?? throw new PartFaultException(new("no-host", FaultKind.Fatal, "the host was not relaxed")), SeededRandom.Stream(r.Seed, $"vasp/{r.Part}"));

    /// <summary>H2O in a box of 12 × 12.5 × 13 Å: no symmetry but the molecule's own; 0.972 Å, 104.5°, PBE's.</summary>
    static Structure Water()
    {
        var (sin, cos) = Math.SinCos(104.5 / 2 * Math.PI / 180);
        var cell = Mat3.Diagonal(12, 12.5, 13);
        Vec3 At(double x, double z) => new Vec3(6 + x, 6.25, 6.5 + z) * cell.Inverse;
        return new(cell, ["O", "H", "H"], [At(0, 0), At(0.972 * sin, 0.972 * cos), At(-0.972 * sin, 0.972 * cos)]);
    }

    static VaspPart Dynamics(PartRequest r)
    {
        var defect = Defect(r, Supercell(r));
        if (r.Part.EndsWith(Combination.Equilibration, StringComparison.Ordinal)) return new(VaspKind.ConstantPressure, defect.Structure, defect.FormalCharge);
        var start = r.Prior?.Structure ?? (r.Parameters["npt_ps"] == 0 ? defect.Structure : throw new PartFaultException(new("no-equilibration", FaultKind.Fatal, "the run at constant pressure that this one starts from has no result")));
        return new(VaspKind.ConstantVolume, start, defect.FormalCharge);
    }

    public static Structure Supercell(PartRequest r) => RightHanded(Science.Crystals.Supercell.Make(r.Start, DefectsSupercell.Smallest(r.Start.Cell, r.Parameters["minimum_edge_A"])));

    public static DefectCell Defect(PartRequest r, Structure supercell) => Defects.Make(supercell, Mechanism(r), SeededRandom.Stream(r.Seed, $"vasp/defect/{Mechanism(r)}"));

    public static LithiumDefect Mechanism(PartRequest r) =>
        r.Part.StartsWith("vacancy.", StringComparison.Ordinal) ? LithiumDefect.Vacancy : r.Part.StartsWith("interstitial.", StringComparison.Ordinal) ? LithiumDefect.Interstitial : throw Refused(r);

    /// <summary>Steps of molecular dynamics in all attempts together.</summary>
    public int Steps(PartRequest r) => (int)Math.Max(1, Math.Round(r.Parameters[Kind == VaspKind.ConstantPressure ? "npt_ps" : "nvt_ps"] * 1000 / Pace(r).StepFs));

    /// <summary>Time step (fs) and steps between the frames of XDATCAR: the part's own and 1, unless POTIM and NBLOCK are set over them.</summary>
    public static (double StepFs, int Block) Pace(PartRequest r) =>
        (Number(r, "POTIM") ?? r.Parameters["timestep_fs"], (int)Math.Max(1, Number(r, "NBLOCK") ?? 1));

    static double? Number(PartRequest r, string tag) => r.Settings.GetValueOrDefault(VaspOverrides.Incar + tag) is { Length: > 0 } v ? IncarValue.Number(v) : null;

    /// <summary>As POSCAR has it: right-handed, atoms of an element together.</summary>
    public Structure Written => Poscar.Grouped(RightHanded(Structure));

    /// <summary>A left-handed cell turned about the origin, atoms where they were: VASP refuses a negative triple product.</summary>
    public static Structure RightHanded(Structure s) => s.Cell.Determinant > 0 ? s : new(-1.0 * s.Cell, s.Species, [.. s.Fractional.Select(f => -f)]);

    /// <summary>Axes exchanged and lengths strained as corrections ask.</summary>
    public static Structure Corrected(Structure s, IReadOnlyDictionary<string, string> settings)
    {
        if (settings.GetValueOrDefault(VaspOverrides.Strain) is { Length: > 0 } strain) s = s with { Cell = IncarValue.Number(strain)!.Value * s.Cell };
        if (settings.GetValueOrDefault(VaspOverrides.Axes) is not { Length: > 0 } axes) return s;
        var (a, b, c) = VaspOverrides.AxesOf(axes);
        return s with { Cell = new(s.Cell[a], s.Cell[b], s.Cell[c]), Fractional = [.. s.Fractional.Select(f => new Vec3(f[a], f[b], f[c]))] };
    }

    /// <summary>What corrections have done to a structure, for the comment of its POSCAR, which CONTCAR repeats: "[acb*1.2] "; "" where nothing.</summary>
    public static string Mark(IReadOnlyDictionary<string, string> settings)
    {
        var axes = settings.GetValueOrDefault(VaspOverrides.Axes, "").Replace(" ", "", StringComparison.Ordinal);
        var strain = settings.GetValueOrDefault(VaspOverrides.Strain, "");
        return axes.Length + strain.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"[{axes}*{strain}] ");
    }
}
