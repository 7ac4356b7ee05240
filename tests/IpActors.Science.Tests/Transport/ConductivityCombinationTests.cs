using System.Text.Json;
using IpActors.Science.Transport;

namespace IpActors.Science.Tests.Transport;

public class ConductivityCombinationTests
{
    static ConductivityPart Part(LithiumDefect mechanism, double t, double? d, double relative = 0.15, bool melted = false, long seed = 1) => new(
        new(mechanism, t, seed), t, 477, 39, 23, 1 / 24.0, null, 50,
        new(d, (d ?? 0) * relative, d * 1.3 ?? 2e-7, d is null ? "too few hops" : null, 3, 20, 10, 0.4, 2, 20, false), 12, [1, 2], [0.5, 0.8], [0.5, 0.8], [0.1, 0.1], 0.06, melted);

    static double D(double t, double e = 0.35, double d0 = 1e-4) => d0 * Math.Exp(-e / (Arrhenius.BoltzmannEvPerK * t));
    static IEnumerable<ConductivityPart> Line(LithiumDefect m, double e) => new double[] { 700, 800, 900, 1000, 1200 }.Select(t => Part(m, t, D(t, e)));

    [Fact]
    public void The_larger_of_two_mechanisms_is_taken_and_both_are_reported()
    {
        var c = ConductivityCombination.Combine([.. Line(LithiumDefect.Vacancy, 0.45), .. Line(LithiumDefect.Interstitial, 0.30)], new(UsePrefactorPrior: false));
        Assert.Equal(LithiumDefect.Interstitial, c.Taken);
        Assert.Equal(NernstEinstein.SiemensPerCm(NernstEinstein.MolPerCm3(23, 477), D(400, 0.30), 400), c.SiemensPerCm!.Value, 9);
        Assert.Equal(2, c.Mechanisms.Length);
        Assert.Equal(0.45, c.Mechanisms[0].ActivationEv!.Value, 6);
        Assert.False(c.Censored);
        Assert.Contains("extrapolated", c.Flags);
        Assert.Equal(LithiumDefect.Vacancy, ConductivityCombination.Combine([.. Line(LithiumDefect.Vacancy, 0.45), .. Line(LithiumDefect.Interstitial, 0.30)], new(Take: MechanismChoice.Vacancy)).Taken);
    }

    [Fact]
    public void Nothing_resolved_is_an_upper_bound_and_no_failure()
    {
        var c = ConductivityCombination.Combine([Part(LithiumDefect.Vacancy, 800, null), Part(LithiumDefect.Vacancy, 1000, null)], new());
        Assert.True(c.Censored);
        Assert.Contains("censored", c.Flags);
        Assert.InRange(c.SiemensPerCm!.Value, 1e-6, 1);
        Assert.Null(c.Mechanisms[0].ActivationEv);
    }

    [Fact]
    public void A_value_goes_before_a_bound_however_high()
    {
        var c = ConductivityCombination.Combine([Part(LithiumDefect.Vacancy, 1000, null), .. Line(LithiumDefect.Interstitial, 0.8)], new());
        Assert.Equal(LithiumDefect.Interstitial, c.Taken);
        Assert.False(c.Censored);
    }

    [Fact]
    public void A_melted_part_takes_no_part_in_the_fit_and_is_flagged()
    {
        var solid = Line(LithiumDefect.Vacancy, 0.4).Where(p => p.Key.TemperatureK < 1100).ToArray();
        var with = ConductivityCombination.Combine([.. solid, Part(LithiumDefect.Vacancy, 1200, 1e-4, melted: true)], new());
        Assert.Equal(ConductivityCombination.Combine(solid, new()).SiemensPerCm, with.SiemensPerCm);
        Assert.Contains("melted", with.Flags);
        var all = ConductivityCombination.Combine([Part(LithiumDefect.Vacancy, 1200, 1e-4, melted: true)], new());
        Assert.Null(all.SiemensPerCm);
        Assert.Contains("melted", all.Unavailable);
    }

    [Fact]
    public void The_order_of_arrival_does_not_matter_to_the_last_bit()
    {
        ConductivityPart[] parts = [.. Line(LithiumDefect.Vacancy, 0.45), .. Line(LithiumDefect.Interstitial, 0.30), Part(LithiumDefect.Vacancy, 800, 3e-7, seed: 2)];
        var forward = ConductivityCombination.Combine(parts, new());
        var backward = ConductivityCombination.Combine([.. parts.Reverse()], new());
        Assert.Equal(JsonSerializer.Serialize(forward), JsonSerializer.Serialize(backward));
    }

    [Fact]
    public void Failed_parts_are_counted_and_all_failed_is_no_value()
    {
        var c = ConductivityCombination.Combine([.. Line(LithiumDefect.Vacancy, 0.4)], new(), failedParts: 2);
        Assert.Equal(2, c.FailedParts);
        Assert.Contains("failed parts", c.Flags);
        Assert.Null(ConductivityCombination.Combine([], new(), failedParts: 10).SiemensPerCm);
    }

    [Fact]
    public void Few_and_noisy_temperatures_lean_on_the_prefactor_and_say_so()
    {
        ConductivityPart[] parts = [Part(LithiumDefect.Vacancy, 900, D(900), 0.5), Part(LithiumDefect.Vacancy, 1000, D(1000), 0.5)];
        var m = ConductivityCombination.Combine(parts, new()).Mechanisms[0];
        Assert.True(m.ErrorDecades < m.PlainErrorDecades);
        Assert.Contains("prefactor prior", m.Flags);
        Assert.Contains("few points", m.Flags);
    }

    static ConductivityPart WithHaven(ConductivityPart p, double h, double error) => p with
    {
        Details = new([new("x", 1e-6, 1e-7, 2e-6, null)], new(new(p.Diffusion.D / h, 1e-7, 1e-5, null, 3, 20, 10, 0.4, 2, 20, false), h, error, 0.1), new(1e-6, 1e-7, 5, 10, 1, 4)),
    };

    [Fact]
    public void The_Haven_ratio_is_reported_beside_a_value_that_it_does_not_change()
    {
        ConductivityPart[] plain = [.. Line(LithiumDefect.Vacancy, 0.4)];
        ConductivityPart[] parts = [.. plain.Select((p, i) => i == 0 ? WithHaven(p, 0.5, 0.1) : i == 1 ? WithHaven(p, 0.8, 0.4) : p)];
        var (without, with) = (ConductivityCombination.Combine(plain, new()), ConductivityCombination.Combine(parts, new()));
        Assert.Equal((without.SiemensPerCm, without.ErrorDecades, without.Censored), (with.SiemensPerCm, with.ErrorDecades, with.Censored));
        Assert.Null(without.Mechanisms[0].HavenRatio);
        // Relative errors 0.2 and 0.5: weights 25 and 4.
        Assert.Equal(Math.Exp((25 * Math.Log(0.5) + 4 * Math.Log(0.8)) / 29), with.Mechanisms[0].HavenRatio!.Value, 12);
        Assert.Equal(1 / Math.Sqrt(29) / Math.Log(10), with.Mechanisms[0].HavenErrorDecades!.Value, 12);
    }

    [Fact]
    public void Parts_of_versions_without_details_are_read()
    {
        var now = JsonSerializer.Serialize(WithHaven(Part(LithiumDefect.Vacancy, 900, 1e-6), 0.5, 0.1));
        var then = System.Text.RegularExpressions.Regex.Replace(now, ",\"Details\":.*$", "}");
        Assert.NotEqual(now, then);
        Assert.Null(JsonSerializer.Deserialize<ConductivityPart>(then)!.Details);
        Assert.Equal(now, JsonSerializer.Serialize(JsonSerializer.Deserialize<ConductivityPart>(now)));
    }

    [Fact]
    public void Parts_and_results_survive_json()
    {
        var part = Part(LithiumDefect.Vacancy, 900, 1e-6);
        Assert.Equal(JsonSerializer.Serialize(part), JsonSerializer.Serialize(JsonSerializer.Deserialize<ConductivityPart>(JsonSerializer.Serialize(part))));
        Assert.Contains("\"Vacancy\"", JsonSerializer.Serialize(part));
        var result = ConductivityCombination.Combine([part], new());
        Assert.Equal(JsonSerializer.Serialize(result), JsonSerializer.Serialize(JsonSerializer.Deserialize<Conductivity>(JsonSerializer.Serialize(result))));
    }
}
