using IpActors.App.Progress;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Views;
using Spectre.Console;

namespace IpActors.App.Tests.Progress;

public class CampaignProgressTests
{
    static readonly SampleCampaign Sample = new();

    static CampaignView After<T>(int count = 1)
    {
        var view = new CampaignView("sample");
        foreach (var e in Sample.Events)
        {
            view = view.Apply(e.Entity, e.Event);
            if (e.Event is T && --count == 0) break;
        }
        return view;
    }

    [Fact]
    public void Each_stage_has_its_words()
    {
        Assert.Equal("enumerating the space: 0 compounds so far", CampaignProgress.Of(After<CampaignCreated>()).Headline);
        Assert.Equal("screening: 0 of 5 compounds relaxed, hull not fixed yet", CampaignProgress.Of(After<SpaceEnumerated>()).Headline);
        Assert.Equal("seeding: describing the pool of 3", CampaignProgress.Of(After<PoolClosed>()).Headline);
        Assert.Equal("iteration 0: 0 of 2 compounds evaluated", CampaignProgress.Of(After<BatchSelected>()).Headline);
        Assert.Equal("iteration 1: fitting and selecting", CampaignProgress.Of(After<IterationCompleted>()).Headline);
        Assert.Equal("ranking", CampaignProgress.Of(After<SamplingEnded>()).Headline);
        Assert.Equal("the budget of 1 iterations is spent", CampaignProgress.Of(Sample.View).Headline);
    }

    [Fact]
    public void A_line_says_what_runs_what_was_reached_and_how_long_it_takes() =>
        Assert.Equal("iteration 1: fitting and selecting; 0 running, 0 queued, 0 done, 1 given up; hypervolume 226.25; about 2 min left in this stage", CampaignProgress.Of(After<IterationCompleted>()).Line(TimeSpan.FromSeconds(119)));

    [Fact]
    public void The_best_values_come_with_unit_and_formula() => Assert.Equal(["E_g (eV) 4.5 (Li3OCl)", "E_h (kJ/mol) 12.5 (Li3SI)", "σ(400 K) (S/cm) 0.02 (Li3SI)"], CampaignProgress.Of(Sample.View).Best.ToArray());

    sealed class Clock : TimeProvider
    {
        public double Seconds;
        public override long TimestampFrequency => 1000;
        public override long GetTimestamp() => 1 + (long)(1000 * Seconds);
    }

    [Fact]
    public void Time_left_is_the_rest_at_the_pace_so_far()
    {
        var clock = new Clock();
        var left = new TimeLeft(clock);
        var p = CampaignProgress.Of(After<SpaceEnumerated>()) with { Total = 100 };
        Assert.Null(left.Estimate(p with { Done = 10 }));
        clock.Seconds = 30;
        Assert.Null(left.Estimate(p with { Done = 11 }));
        Assert.Equal(TimeSpan.FromSeconds(30 * 70 / 20.0), left.Estimate(p with { Done = 30 }));
        Assert.Null(left.Estimate(p with { Done = 100 }));
        Assert.Null(left.Estimate(p with { Done = 50, Iteration = 3 })); // another stage begins anew
    }

    [Theory, InlineData(0.2, "1 s"), InlineData(59.1, "60 s"), InlineData(61, "2 min"), InlineData(7200, "2.0 h"), InlineData(3e5, "3.5 days")]
    public void Durations_are_short(double seconds, string text) => Assert.Equal(text, TimeLeft.Text(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task Without_a_terminal_a_line_comes_every_five_seconds_or_with_another_stage()
    {
        var (clock, writer) = (new Clock(), new StringWriter());
        var display = new IpActors.App.Progress.LiveDisplay(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) }), isTerminal: false, clock);
        await display.Run(show =>
        {
            foreach (var (second, view) in new[] { (0.0, After<SpaceEnumerated>()), (1, After<SpaceEnumerated>()), (4.9, After<SpaceEnumerated>()), (5.1, After<SpaceEnumerated>()), (5.2, After<PoolClosed>()) })
            {
                clock.Seconds = second;
                show(view, null);
            }
            return Task.CompletedTask;
        });
        Assert.Equal(["screening", "screening", "seeding"], writer.ToString().TrimEnd('\n').Split('\n').Select(l => l.Split(':')[0]));
    }

    [Fact]
    public async Task In_a_terminal_a_table_is_drawn()
    {
        var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Interactive = InteractionSupport.No, Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = 160;
        await new IpActors.App.Progress.LiveDisplay(console, isTerminal: true, new Clock()).Run(show => { show(After<IterationCompleted>(), null); return Task.CompletedTask; });
        Assert.Contains("iteration 1: fitting and selecting", writer.ToString());
        Assert.Contains("226.25", writer.ToString());
    }
}
