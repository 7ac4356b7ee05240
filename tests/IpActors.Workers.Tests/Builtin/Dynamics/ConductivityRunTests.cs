using System.Text.Json;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Transport;
using IpActors.Workers.Builtin;

namespace IpActors.Workers.Tests.Builtin.Dynamics;

public class ConductivityRunTests
{
    static readonly ConductivityProtocol Short = new(7.5, 0.3, 1.5, [1000], [1], [LithiumDefect.Interstitial]);
    static readonly ConductivityPartKey Key = new(LithiumDefect.Interstitial, 1000, 1);

    [Fact]
    public void The_same_part_gives_the_same_bits_and_another_seed_other_ones()
    {
        string Once(long seed) => JsonSerializer.Serialize(ConductivityRun.Run(Perovskites.Li3OCl(1), Key with { Seed = seed }, Short));
        Assert.Equal(Once(1), Once(1));
        Assert.NotEqual(Once(1), Once(2));
    }

    [Fact]
    public void A_part_is_small_finite_and_says_what_was_run()
    {
        var p = ConductivityRun.Run(Perovskites.Li3OCl(1), Key, Short);
        Assert.Equal(Key, p.Key);
        Assert.Equal(p.Atoms, 5 * (p.LithiumIons - 1) / 3 + 1);
        Assert.Equal(1.0 / (p.LithiumIons - 1), p.DefectsPerLithium, 12);
        Assert.Equal(1.5, p.RunPs, 9);
        Assert.InRange(p.MeanTemperatureK, 800, 1200);
        Assert.InRange(p.VolumeA3 / (p.Atoms - 1) * 5, 52, 66); // per formula unit
        Assert.Null(p.SlabNormal);
        Assert.False(p.Melted);
        Assert.InRange(p.LagsPs.Length, 10, 50);
        Assert.True(p.Diffusion.UpperBound95 > 0);
        Assert.Equal(["x", "y", "z"], p.Details!.Axes.Select(a => a.Direction));
        Assert.True(p.Details.Collective!.Charge.UpperBound95 > 0);
        Assert.True(JsonSerializer.Serialize(p).Length < 8000);
    }

    [Fact]
    public void Diffusion_in_a_slab_compound_is_counted_in_its_plane()
    {
        // I4/mmm Li4SCl2, conventional cell turned so that the slabs stack along x.
        Vec3[] basis = [new(0, 0, 0), new(0.352, 0, 0), new(0.648, 0, 0), new(0, 0, 0.5), new(0, 0.5, 0), new(0.155, 0, 0), new(0.845, 0, 0)];
        string[] species = ["S", "Cl", "Cl", "Li", "Li", "Li", "Li"];
        var s = new Structure(Mat3.Diagonal(14.6, 4.5, 4.5), [.. species, .. species], [.. basis, .. basis.Select(b => (b + new Vec3(0.5, 0.5, 0.5)).Wrapped())]);
        var p = ConductivityRun.Run(s, Key with { TemperatureK = 700 }, Short);
        Assert.Equal(2, p.Diffusion.Dimensions);
        Assert.True(Math.Abs(p.SlabNormal!.Value.X) > 0.99);
        Assert.All(Enumerable.Range(0, p.LagsPs.Length), k => Assert.True(p.MsdInSpaceA2[k] < p.MsdA2[k]));
    }

    [Fact]
    public void A_compound_far_above_its_melting_point_is_flagged_or_a_fault()
    {
        try { Assert.True(ConductivityRun.Run(Perovskites.Li3OCl(1), Key with { TemperatureK = 4000 }, Short with { NptPs = 2, NvtPs = 3 }).Melted); }
        catch (DynamicsFaultException e) { Assert.Contains("framework", e.Message); }
    }

    [Fact]
    public void Atoms_on_top_of_each_other_are_a_fault_with_a_reason_or_relax_away()
    {
        var s = Perovskites.Li3OCl(1);
        var broken = s with { Cell = 0.2 * s.Cell };
        Assert.Throws<DynamicsFaultException>(() => ConductivityRun.Run(broken, Key, Short with { MinimumEdgeA = 0.7 }));
    }

    [Fact]
    public void A_cancelled_part_stops() =>
        Assert.ThrowsAny<OperationCanceledException>(() => ConductivityRun.Run(Perovskites.Li3OCl(1), Key, Short, new CancellationToken(true)));

    [Fact]
    public void The_paper_protocol_has_ten_parts_and_bad_lengths_are_refused()
    {
        Assert.Equal(10, ConductivityProtocol.Paper.Parts().Length);
        Assert.Equal(6, ConductivityProtocol.Quickstart.Parts().Select(p => p.Name).Distinct().Count());
        Assert.Throws<InputException>(() => (Short with { NvtPs = 0.1 }).Validate());
        Assert.Throws<InputException>(() => (Short with { TemperaturesK = [] }).Validate());
    }
}
