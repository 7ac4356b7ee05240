using System.Runtime.Intrinsics;
using IpActors.Science.Numerics;

namespace IpActors.Science.Tests.Numerics;

/// <summary>Against values of mpmath at 40 digits, rounded to double.</summary>
public class VectorMathTests
{
    [Theory]
    [InlineData(-650.25, 3.9811921806329143e-283)]
    [InlineData(-37.5, 5.175555005801869e-17)]
    [InlineData(-1.0, 0.36787944117144233)]
    [InlineData(-1e-9, 0.999999999)]
    [InlineData(0.3, 1.3498588075760032)]
    [InlineData(1.0, 2.718281828459045)]
    [InlineData(20.7, 977002725.8269073)]
    [InlineData(600.5, 6.22065882492659e+260)]
    public void Exp_is_exact_to_rounding(double x, double expected) => Assert.Equal(1, VectorMath.Exp(x) / expected, 4e-16);

    [Fact]
    public void Exp_of_very_negative_numbers_is_zero() => Assert.Equal(0, VectorMath.Exp(-1e6));

    [Fact]
    public void Exp_agrees_with_the_runtime_everywhere()
    {
        for (var x = -699.9; x < 699; x += 0.777) Assert.Equal(1, VectorMath.Exp(x) / Math.Exp(x), 7e-16);
    }

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(0.01, 0.9887165844441503)]
    [InlineData(0.3, 0.6713732405408726)]
    [InlineData(1.0, 0.15729920705028513)]
    [InlineData(1.75, 0.013328328780817557)]
    [InlineData(2.5, 0.0004069520174449589)]
    [InlineData(3.8, 7.700392745696424e-08)]
    [InlineData(4.77, 1.5218750400522597e-11)]
    [InlineData(5.9, 7.190409783550478e-17)]
    public void Erfc_is_exact_to_two_roundings(double x, double expected) => Assert.Equal(1, VectorMath.Erfc(x) / expected, 2e-15);

    [Fact]
    public void Erfc_far_out_is_nothing() => Assert.InRange(VectorMath.Erfc(8), 0, 3e-17);

    [Fact]
    public void Cosine_and_sine_of_turns_agree_with_the_runtime_in_all_lanes()
    {
        for (var f = -3.3; f < 3.3; f += 0.0137)
        {
            var lanes = Vector256.Create(f, -f, f + 0.25, 0.5 * f);
            var (c, s) = VectorMath.CosSinTwoPi(lanes);
            for (var k = 0; k < 4; k++)
            {
                Assert.Equal(Math.Cos(2 * Math.PI * lanes[k]), c[k], 4e-15); // the runtime's argument is rounded
                Assert.Equal(Math.Sin(2 * Math.PI * lanes[k]), s[k], 4e-15);
            }
        }
        Assert.Equal((0.0, 1.0), VectorMath.CosSinTwoPi(0.25));
        Assert.Equal((-1.0, 0.0), VectorMath.CosSinTwoPi(-0.5));
    }
}
