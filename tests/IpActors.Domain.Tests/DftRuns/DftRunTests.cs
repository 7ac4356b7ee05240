using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Works;

namespace IpActors.Domain.Tests.DftRuns;

public class DftRunTests
{
    static readonly Spec<DftRun> Runs = new(DftRun.Decider);
    static readonly ImmutableSortedDictionary<string, double> Loose = ImmutableSortedDictionary<string, double>.Empty.Add("max_steps", 200);
    static readonly ImmutableSortedDictionary<string, double> Tighter = ImmutableSortedDictionary<string, double>.Empty.Add("max_steps", 800);
    static readonly RunSpec Spec = new("c", "A", "relaxation", "relax", "builtin", Loose, 7, new RestartPolicy(2, 3, 4, 10));
    static readonly PartResult Energy = PartResult.Of("builtin v1", [("energy_eV", -3.5)]);
    static readonly Fault Unconverged = new("not-converged", FaultKind.Physics, "200 steps");
    static readonly Fault NodeLost = new("node-lost", FaultKind.Infrastructure, "n1");

    [Fact] public void A_request_owes_the_first_attempt() => Runs.Given().When(new RequestRun(Spec)).Then(new RunRequested(Spec)).Owes("launch/relax@1");

    [Fact] public void The_attempt_is_stored_before_the_launch_and_still_owed() => Runs.Given(new RunRequested(Spec))
        .When(new StartRun(1, "n1", "f")).Then(new RunStarting(1, "n1", "f")).Owes("launch/relax@1");

    [Fact] public void Another_request_for_the_same_run_with_other_settings_is_refused() => Runs.Given(new RunRequested(Spec)).When(new RequestRun(Spec with { Seed = 8 })).ThenRefusedBecause("other settings");

    [Fact] public void A_result_under_another_nonce_is_ignored() => Runs.Given(new RunRequested(Spec), new RunStarting(1, "n1", "f")).When(new SucceedRun("stranger", Energy)).Then();

    [Fact] public void A_second_start_under_another_nonce_is_refused() => Runs.Given(new RunRequested(Spec), new RunStarting(1, "n1", "f")).When(new StartRun(1, "n2", "f")).ThenRefusedBecause("another nonce");

    [Fact] public void A_result_is_owed_to_the_compound_until_it_has_answered()
    {
        var known = Runs.Given(new RunRequested(Spec), new RunStarting(1, "n1", "f")).When(new SucceedRun("n1", Energy)).Then(new RunSucceeded(1, "n1", Energy)).Owes("tell/report@1");
        var tell = Assert.IsType<Tell>(Assert.Single(DftRun.Decider.Owes(known.State!)));
        Assert.Equal(new ReportPart("relaxation", "relax", Energy, null), tell.Command);
        Assert.Equal("c/compound/A", tell.To.PersistenceId);
        known.When(new AcknowledgeRun()).Then(new RunDelivered()).Owes();
    }

    [Fact] public void A_physics_fault_is_corrected_and_tried_again_after_a_back_off()
    {
        var next = Runs.Given(new RunRequested(Spec), new RunStarting(1, "n1", "f")).When(new FailRun("n1", Unconverged, Tighter)).Then(new RunFailed(1, "n1", Unconverged, Tighter)).Owes("launch/relax@2");
        var launch = Assert.IsType<LaunchRun>(Assert.Single(DftRun.Decider.Owes(next.State!)));
        Assert.Equal(Tighter, launch.Parameters);
        Assert.Equal(TimeSpan.FromSeconds(4), launch.Delay);
    }

    [Fact] public void Infrastructure_faults_do_not_spend_the_budget_of_physics()
    {
        var s = Runs.Given(new RunRequested(Spec));
        foreach (var attempt in new[] { 1, 2 }) s = s.Given(new RunStarting(attempt, $"n{attempt}", "f"), new RunFailed(attempt, $"n{attempt}", NodeLost, null));
        s.Given(new RunStarting(3, "n3", "f")).When(new FailRun("n3", Unconverged)).Then(new RunFailed(3, "n3", Unconverged, null)).Owes("launch/relax@4");
        s.Given(new RunStarting(3, "n3", "f")).When(new FailRun("n3", NodeLost)).Then(new RunFailed(3, "n3", NodeLost, null), new RunAbandoned("node-lost: n1 (attempt 3)")).Owes("tell/report@1");
    }

    [Fact] public void A_fatal_fault_ends_the_run_at_once() => Runs.Given(new RunRequested(Spec), new RunStarting(1, "n1", "f"))
        .When(new FailRun("n1", new Fault("unknown-element", FaultKind.Fatal, "Xe"))).Then(new RunFailed(1, "n1", new("unknown-element", FaultKind.Fatal, "Xe"), null), new RunAbandoned("unknown-element: Xe (attempt 1)"));
}
