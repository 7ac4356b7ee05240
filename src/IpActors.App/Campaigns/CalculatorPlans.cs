using IpActors.App.Programs;
using IpActors.Domain.Works;
using IpActors.Workers.Builtin;
using IpActors.Workers.Commands;
using IpActors.Workers.Cp2k;
using IpActors.Workers.Runs;
using IpActors.Workers.Vasp;

namespace IpActors.App.Campaigns;

/// <summary>From the <c>calculators</c> section to the calculations that each property takes: a pure function, the same file gives the same plans in the same order.</summary>
static class CalculatorPlans
{
    public static ImmutableArray<PropertyPlan> Of(Checked calculators) =>
        [.. CampaignKeys.CalculatedProperties.Where(calculators.Has).Select(p => WithSettings(Versioned(Of(p, calculators.Section(p)), calculators), calculators.Section(p)))];

    static PropertyPlan WithSettings(PropertyPlan plan, Checked c)
    {
        var settings = c.Map("settings");
        if (settings.IsEmpty) return plan;
        if (plan.Calculator == BuiltinRunWorker.Calculator) throw c.Error("settings", "the built-in model has no settings of this kind; leave them out, or write 'with: vasp', 'cp2k' or 'command'");
        try
        {
            if (plan.Calculator == ProgramsSection.Vasp) VaspOverrides.Check(settings);
            if (plan.Calculator == ProgramsSection.Cp2k) Cp2kSettings.Check(settings);
        }
        catch (Science.InputException e) { throw c.Error("settings", e.Message); }
        return plan with { Parts = [.. plan.Parts.Select(p => p with { Settings = settings })] };
    }

    /// <summary>The version of the built-in model that a property is computed with: what its section says, else the relaxation's, else v1. Another one than the relaxation's is refused.</summary>
    public static BuiltinModel ModelOf(string property, Checked calculators)
    {
        var relaxation = BuiltinModel.Called(calculators.Section(Properties.Relaxation).TextOrNull("model") ?? BuiltinModel.V1.Key);
        var section = calculators.Section(property);
        var own = section.TextOrNull("model") is { } key ? BuiltinModel.Called(key) : relaxation;
        return own == relaxation || calculators.Section(Properties.Relaxation).Text("with") != BuiltinRunWorker.Calculator ? own
            : throw section.Error("model", $"{own.Key}, but the relaxation has {relaxation.Key}: a property is computed on the structures of its own model; write the same version in both, or in relaxation alone");
    }

    /// <summary>Parts carry the version beyond the first as a setting; those of the first carry none, as in journals from before there was a choice.</summary>
    static PropertyPlan Versioned(PropertyPlan plan, Checked calculators)
    {
        if (plan.Calculator != BuiltinRunWorker.Calculator || ModelOf(plan.Property, calculators) is not { Version: > 1 } model) return plan;
        return plan with { Parts = [.. plan.Parts.Select(p => p with { Parameters = p.Parameters.SetItem(BuiltinModel.Parameter, model.Version) })] };
    }

    static PropertyPlan Of(string property, Checked c) => c.Text("with") switch
    {
        BuiltinRunWorker.Calculator => OfBuiltin(property, c),
        CommandProgram.Calculator => OfCommand(property, c),
        _ => OfProgram(property, c),
    };

    /// <summary>A program of density-functional theory: hydration with LiOH and H2O of the same scheme, and each trajectory in two runs, first at constant pressure.</summary>
    static PropertyPlan OfProgram(string property, Checked c) => property switch
    {
        Properties.HydrationEnergy => OfBuiltin(property, c) is var plan ? plan with { Parts = [.. plan.Parts, Part(DftHydration.Hydroxide), Part(DftHydration.Water)] } : null!,
        Properties.Conductivity => new(property, c.Text("with"), [.. Conductivity(c).SelectMany(p => (PartPlan[])[p with { Part = p.Part + Combination.Equilibration }, p with { After = p.Part + Combination.Equilibration }])], c.Int("tolerated_failures")),
        _ => OfBuiltin(property, c),
    };

    /// <summary>One run gives the whole value.</summary>
    static PropertyPlan OfCommand(string property, Checked c) => property switch
    {
        Properties.HydrationEnergy => new(property, c.Text("with"), [Part(CommandProgram.ValuePart, ("configurations", c.Integer("configurations")), ("minimum_edge_A", c.Number("minimum_edge_A")))], c.Int("tolerated_failures")),
        Properties.Conductivity => new(property, c.Text("with"), [Part(CommandProgram.ValuePart, [.. c.List("temperatures_K").Cast<long>().Select((t, k) => ($"temperature_{k + 1}_K", (double)t)), ("seeds", c.Integer("seeds")),
            ("npt_ps", c.Number("npt_ps")), ("nvt_ps", c.Number("nvt_ps")), ("minimum_edge_A", c.Number("minimum_edge_A")), ("timestep_fs", c.Number("timestep_fs"))])], c.Int("tolerated_failures")),
        _ => OfBuiltin(property, c),
    };

    static PropertyPlan OfBuiltin(string property, Checked c) => property switch
    {
        Properties.Relaxation => new(property, c.Text("with"), [Part("relax", ("fmax_eV_per_A", c.Number("fmax_eV_per_A")), ("max_steps", c.Integer("max_steps")))]),
        Properties.BandGap => new(property, c.Text("with"), [Part("gap")]),
        Properties.HydrationEnergy => new(property, c.Text("with"), Hydration(c), c.Int("tolerated_failures")),
        Properties.Conductivity => new(property, c.Text("with"), Conductivity(c), c.Int("tolerated_failures")),
        _ => throw new ArgumentOutOfRangeException(nameof(property), property, "unknown property"),
    };

    /// <summary>The host, and each placement of H for Li as a calculation of its own.</summary>
    static ImmutableArray<PartPlan> Hydration(Checked c)
    {
        var n = c.Int("configurations");
        var edge = ("minimum_edge_A", c.Number("minimum_edge_A"));
        return [Part("host", edge), .. Enumerable.Range(0, n).Select(k => Part($"cell-{k}", edge, ("configuration", k), ("configurations", n)) with { After = "host" })];
    }

    /// <summary>Mechanisms x temperatures x seeds, named like <c>vacancy.1000K.s1</c>.</summary>
    static ImmutableArray<PartPlan> Conductivity(Checked c) =>
    [
        .. from mechanism in c.List("mechanisms").Cast<string>()
           from temperature in c.List("temperatures_K").Cast<long>()
           from seed in Enumerable.Range(1, c.Int("seeds"))
           select Part($"{mechanism}.{temperature}K.s{seed}", ("temperature_K", temperature), ("seed", seed), ("npt_ps", c.Number("npt_ps")), ("nvt_ps", c.Number("nvt_ps")),
               ("minimum_edge_A", c.Number("minimum_edge_A")), ("timestep_fs", c.Number("timestep_fs"))),
    ];

    static PartPlan Part(string name, params (string Name, double Value)[] parameters) => new(name, parameters.ToImmutableSortedDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal));
}
