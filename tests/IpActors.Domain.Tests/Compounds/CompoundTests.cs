using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Works;

namespace IpActors.Domain.Tests.Compounds;

public class CompoundTests
{
    static readonly Spec<Compound> Compounds = new(Compound.Decider);
    static readonly CompoundIdentity Identity = new("c", "A", CompoundRole.Candidate, "Li3OCl", "Li3XZ", "Pm-3m", 221, 1e-3, 1, "A");
    static readonly PropertyPlan Relax = Plan("relaxation", 0, "relax"), Gap = Plan("band-gap", 0, "gap"), Hydration = Plan("hydration-energy", 1, "host", "cell-0", "cell-1");
    static readonly CompoundGenerated Generated = new(Identity, 7, RestartPolicy.Default, [Relax, Gap]);
    static readonly CompoundRelaxed Relaxed = new(PartResult.Of("builtin v1", [("energy_eV_per_atom", -4)]));
    static readonly PartKnown GapPart = new("band-gap", "gap", PartResult.Of("builtin v1", [("gap_eV", 5)]));
    static readonly PropertyKnown GapKnown = new(Value("band-gap", 5));
    static readonly HullEvaluated OnHull = new("h", -0.03, 0, [], true);
    static readonly CompoundSelected Selected = new(2, 1, [Hydration]);

    static PropertyPlan Plan(string property, int tolerated, params string[] parts) => new(property, "builtin", [.. parts.Select(p => new PartPlan(p, ImmutableSortedDictionary<string, double>.Empty))], tolerated);
    static PropertyValue Value(string property, double value) => new(property, value, double.NaN, Properties.Unit(property), [], ImmutableSortedDictionary<string, double>.Empty, "builtin v1");

    [Fact] public void A_generated_compound_owes_its_relaxation_first() => Compounds.Given().When(new Generate(Identity, 7, RestartPolicy.Default, [Relax, Gap])).Then(Generated).Owes("tell/relaxation:relax@1");
    [Fact] public void The_gap_follows_from_the_relaxed_structure() => Compounds.Given(Generated).When(new ReportPart("relaxation", "relax", Relaxed.Result, null)).Then(Relaxed).Owes("tell/band-gap:gap@1");
    [Fact] public void The_last_part_owes_the_combination() => Compounds.Given(Generated, Relaxed).When(new ReportPart("band-gap", "gap", GapPart.Result, null)).Then(GapPart).Owes("combine/band-gap@1");
    [Fact] public void A_combined_property_is_owed_no_more() => Compounds.Given(Generated, Relaxed, GapPart).When(new RecordProperty(Value("band-gap", 5))).Then(GapKnown).Owes();
    [Fact] public void A_part_nobody_asked_for_is_refused() => Compounds.Given(Generated).When(new ReportPart("hydration-energy", "host", GapPart.Result, null)).ThenRefusedBecause("not asked for");
    [Fact] public void A_failed_relaxation_ends_the_compound_with_its_reason() => Compounds.Given(Generated).When(new ReportPart("relaxation", "relax", null, "collapsed"))
        .Then(new PartFailed("relaxation", "relax", "collapsed"), new CompoundAbandoned("relaxation relax: collapsed")).Owes();
    [Fact] public void A_compound_above_the_limit_cannot_be_selected() => Compounds.Given(Generated, Relaxed, GapPart, GapKnown, OnHull with { Passes = false }).When(new SelectCompound(2, 1, [Hydration])).ThenRefusedBecause("Unstable");
    [Fact] public void Selection_owes_every_part_of_the_properties() => Compounds.Given(Generated, Relaxed, GapPart, GapKnown, OnHull).When(new SelectCompound(2, 1, [Hydration])).Then(Selected)
        .Owes("tell/hydration-energy:host@1", "tell/hydration-energy:cell-0@1", "tell/hydration-energy:cell-1@1");
    [Fact] public void A_part_waits_for_the_part_it_starts_from()
    {
        var plan = Hydration with { Parts = [Hydration.Parts[0], Hydration.Parts[1] with { After = "host" }] };
        Compounds.Given(Generated, Relaxed, GapPart, GapKnown, OnHull, new CompoundSelected(2, 1, [plan])).Owes("tell/hydration-energy:host@1")
            .When(new ReportPart("hydration-energy", "host", GapPart.Result, null)).Owes("tell/hydration-energy:cell-0@1");
    }
    [Fact] public void A_property_bears_as_many_failed_parts_as_its_plan_says()
    {
        var s = Compounds.Given(Generated, Relaxed, GapPart, GapKnown, OnHull, Selected, new PartKnown("hydration-energy", "host", GapPart.Result), new PartKnown("hydration-energy", "cell-0", GapPart.Result));
        s.When(new ReportPart("hydration-energy", "cell-1", null, "x")).Then(new PartFailed("hydration-energy", "cell-1", "x")).Owes("combine/hydration-energy@1");
    }
    [Fact] public void The_last_property_is_told_to_the_coordinator_until_it_has_answered()
    {
        var s = Compounds.Given(Generated, Relaxed, GapPart, GapKnown, OnHull, Selected, new PartKnown("hydration-energy", "host", GapPart.Result), new PartKnown("hydration-energy", "cell-0", GapPart.Result), new PartFailed("hydration-energy", "cell-1", "x"))
            .When(new RecordProperty(Value("hydration-energy", 3))).Owes("tell/evaluation@1");
        Assert.Equal(CompoundStage.PropertiesKnown, s.State!.Stage);
        Assert.Equal(new[] { "band-gap", "decomposition-energy", "hydration-energy" }, s.State.Values.Keys);
        s.When(new AcknowledgeEvaluation()).Then(new EvaluationDelivered()).Owes().When(new RankCompound(1, 0.5)).Then(new CompoundRanked(1, 0.5));
    }
    [Fact] public void A_selected_compound_that_fails_is_told_to_the_coordinator_too()
    {
        var s = Compounds.Given(Generated, Relaxed, GapPart, GapKnown, OnHull, Selected, new PartFailed("hydration-energy", "cell-1", "x"), new PartFailed("hydration-energy", "cell-0", "y"), new CompoundAbandoned("y")).Owes("tell/evaluation@1");
        Assert.Equal("y", Assert.IsType<RecordEvaluation>(Assert.IsType<Tell>(Compound.Decider.Owes(s.State!).Single()).Command).Failure);
    }
}
