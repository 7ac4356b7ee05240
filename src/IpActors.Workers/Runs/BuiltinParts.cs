using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;
using IpActors.Science.Numerics;
using IpActors.Science.Transport;
using IpActors.Workers.Builtin;

namespace IpActors.Workers.Runs;

/// <summary>The parts of every property that the built-in model computes.</summary>
public static class BuiltinParts
{
    /// <param name="aristotypes">The campaign's own parents, from which starting structures are built.</param>
    public static PartResult Compute(Compound compound, LaunchRun run, ImmutableArray<Aristotype> aristotypes, CancellationToken cancel) => run.Spec.Property switch
    {
        Properties.Relaxation => Relax(Start(compound.Identity!, aristotypes), compound.Identity!.SymprecA, run),
        Properties.BandGap => Gap(Relaxed(compound), Model(run)),
        Properties.HydrationEnergy when run.Spec.Part == "host" => HydrationHost(Relaxed(compound), run),
        Properties.HydrationEnergy => HydrationPlacement(compound, run),
        Properties.Conductivity => Conductivity(Relaxed(compound), run, cancel),
        _ => throw new PartFaultException(new("no-such-part", FaultKind.Fatal, $"the built-in model does not compute {run.Spec.Property}")),
    };

    static Structure Relaxed(Compound compound) => compound.Relaxation?.Structure ?? throw new PartFaultException(new("not-relaxed", FaultKind.Fatal, "the compound has no relaxed structure"));

    static BuiltinModel Model(LaunchRun run) => BuiltinModel.Of(run.Parameters);

    static PartResult Relax(Structure start, double symprecA, LaunchRun run)
    {
        var model = Model(run);
        var settings = new RelaxationSettings(run.Parameters["fmax_eV_per_A"], MaxSteps: (int)run.Parameters["max_steps"]);
        var relaxed = Relaxation.Run(start, Spglib.Operations(start, symprecA), model, settings);
        if (!relaxed.Converged)
        {
            var fault = new Fault("not-converged", FaultKind.Physics, relaxed.Fault ?? "not converged");
            throw new PartFaultException(fault, run.Parameters.SetItem("max_steps", 2 * run.Parameters["max_steps"]));
        }
        return PartResult.Of(model.Name,
        [
            ("energy_eV", relaxed.EnergyEv), ("energy_eV_per_atom", relaxed.EnergyEvPerAtom), ("volume_A3_per_atom", relaxed.Structure.VolumeA3 / relaxed.Structure.Count), ("steps", relaxed.Steps),
            ("max_force_eV_per_A", relaxed.MaxForceEvPerA), ("max_stress_eV_per_A3", relaxed.MaxStressEvPerA3), ("pressure_GPa", relaxed.PressureGPa),
        ], relaxed.Structure, texts: [("scheme", model.Name)]);
    }

    /// <summary>The structure that a compound's relaxation starts from, built from its identity and the campaign's aristotypes.</summary>
    public static Structure Start(CompoundIdentity identity, ImmutableArray<Aristotype> aristotypes) => identity.Role == CompoundRole.Reference
        ? (ReferencePhases.Find(identity.Origin) ?? throw new PartFaultException(new("unknown-reference", FaultKind.Fatal, $"no reference phase {identity.Origin}"))).ToStructure()
        : Candidate.Parse(identity.Origin, aristotypes, identity.SymprecA).ToStructure();

    static PartResult Gap(Structure relaxed, BuiltinModel model)
    {
        var gap = BandGap.Of(relaxed, model);
        return PartResult.Of(model.Name, [("gap_eV", gap.GapEv), ("vbm_eV", gap.ValenceBandMaximumEv), ("cbm_eV", gap.ConductionBandMinimumEv)]);
    }

    // Chance belongs to campaign, compound, property and part: no two runs share it, and no order matters.
    static SeededRandom Stream(LaunchRun run) => SeededRandom.Stream(run.Spec.Seed, $"{run.Spec.Compound}/{run.Spec.Property}/{run.Spec.Part}");

    static PartResult HydrationHost(Structure relaxed, LaunchRun run)
    {
        var host = Hydration.Host(relaxed, run.Parameters["minimum_edge_A"], Stream(run), Model(run));
        if (host.Fault is { } fault) throw new PartFaultException(new("not-converged", FaultKind.Fatal, fault));
        return PartResult.Of(Model(run).Name, [("energy_eV", host.EnergyEv), ("gain_eV_per_atom", host.GainEvPerAtom), ("steps", host.Steps)], host.Structure);
    }

    static PartResult HydrationPlacement(Compound compound, LaunchRun run)
    {
        if (!compound.Parts.TryGetValue($"{Properties.HydrationEnergy}:host", out var host)) throw new PartFaultException(new("no-host", FaultKind.Fatal, "the host was not relaxed"));
        var model = Model(run);
        var placement = Hydration.Placement(host.Structure!, (int)run.Parameters["configuration"], Stream(run), model);
        if (placement.Fault is { } fault) throw new PartFaultException(new("not-converged", FaultKind.Fatal, fault));
        var anchor = Anchors.GetOrAdd((model, placement.Anchor), a => new(() => Hydration.Anchor(a.X, a.Model))).Value;
        return PartResult.Of(model.Name,
        [
            ("index", placement.Index), ("lithium", placement.Lithium), ("anion", placement.Anion), ("energy_eV", placement.EnergyEv), ("bond_A", placement.BondLengthA), ("steps", placement.Steps),
            ("anchor_difference_eV", anchor.DifferenceEv), ("anchor_enthalpy_kJ_per_mol", anchor.EnthalpyKJPerMol),
        ], texts: [("anchor", anchor.X)]);
    }

    /// <summary>LiXH against Li2X, the same for every compound: computed once a process and version.</summary>
    static readonly ConcurrentDictionary<(BuiltinModel Model, string X), Lazy<HydrationAnchor>> Anchors = new();

    /// <summary>Curves and errors of a molecular-dynamics part travel whole, as the record's JSON under this name.</summary>
    public const string Record = "record";
    public static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, IgnoreReadOnlyProperties = true };

    static PartResult Conductivity(Structure relaxed, LaunchRun run, CancellationToken cancel)
    {
        var p = run.Parameters;
        var protocol = new ConductivityProtocol(p["minimum_edge_A"], p["npt_ps"], p["nvt_ps"], [p["temperature_K"]], [(long)p["seed"]], [LithiumDefect.Vacancy, LithiumDefect.Interstitial], StepFs: p["timestep_fs"]) { Model = Model(run) };
        var seed = (long)(Stream(run).NextUInt64() >> 12);
        var key = new ConductivityPartKey(run.Spec.Part.StartsWith("vacancy", StringComparison.Ordinal) ? LithiumDefect.Vacancy : LithiumDefect.Interstitial, p["temperature_K"], seed);
        ConductivityPart part;
        try { part = ConductivityRun.Run(relaxed, key, protocol, cancel); }
        catch (DynamicsFaultException e) { throw new PartFaultException(new("dynamics", FaultKind.Physics, e.Message), p.SetItem("timestep_fs", p["timestep_fs"] / 2)); }
        return OfConductivity(protocol.Model.Name, part);
    }

    /// <summary>A molecular-dynamics part as its result, whatever program moved the ions.</summary>
    public static PartResult OfConductivity(string calculator, ConductivityPart part, IEnumerable<string>? flags = null, IEnumerable<(string, string)>? texts = null) => PartResult.Of(calculator,
        [
            ("temperature_K", part.Key.TemperatureK), ("mean_temperature_K", part.MeanTemperatureK), ("D_cm2_per_s", part.Diffusion.D ?? double.NaN), ("D_error_cm2_per_s", part.Diffusion.StandardError),
            ("D_upper_bound_95_cm2_per_s", part.Diffusion.UpperBound95), ("hops", part.CountedHops), ("defects_per_Li", part.DefectsPerLithium), ("lindemann", part.Lindemann), ("atoms", part.Atoms),
            .. Numbers(part.Details!),
        ], flags: [.. part.Melted ? ["melted"] : Array.Empty<string>(), .. flags ?? []], texts: [(Record, JsonSerializer.Serialize(part, Json)), .. texts ?? []]);

    /// <summary>Of the charge, by axis and by blocks; what was refused is NaN beside its bound.</summary>
    static IEnumerable<(string, double)> Numbers(TransportDetails d) =>
    [
        ("D_charge_cm2_per_s", d.Collective!.Charge.D ?? double.NaN), ("D_charge_error_cm2_per_s", d.Collective.Charge.StandardError), ("D_charge_upper_bound_95_cm2_per_s", d.Collective.Charge.UpperBound95),
        ("haven_ratio", d.Collective.HavenRatio ?? double.NaN), ("haven_error", d.Collective.HavenError),
        ("D_block_average_cm2_per_s", d.Blocks?.D ?? double.NaN), ("D_block_error_cm2_per_s", d.Blocks?.StandardError ?? double.NaN),
        .. d.Axes.SelectMany(a => new[] { ($"D_{a.Direction}_cm2_per_s", a.D ?? double.NaN), ($"D_{a.Direction}_error_cm2_per_s", a.StandardError) }),
    ];
}
