// Stand-ins until the Science parts land.
namespace IpActors.Science.Surrogates { public sealed record Hyperparameters(double Mean); }
namespace IpActors.Science.Pareto { public static class Hypervolume { public static double Compute(double[][] points, double[] reference) => 0; } }
