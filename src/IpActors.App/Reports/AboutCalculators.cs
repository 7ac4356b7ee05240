using IpActors.Domain.Works;
using IpActors.Workers.Builtin;
using IpActors.Workers.Runs;

namespace IpActors.App.Reports;

/// <summary>What each calculator can and cannot tell, in its own words.</summary>
static class AboutCalculators
{
    public static readonly IReadOnlyDictionary<string, string> Texts = BuiltinModel.All.ToDictionary(m => m == BuiltinModel.V1 ? BuiltinRunWorker.Calculator : m.Name, m => m.Disclaimer);

    /// <summary>The name under which a plan's calculator is described: the calculator's, with the version of the built-in model where the plan names one.</summary>
    public static string NameOf(PropertyPlan plan) => plan.Parts.Length > 0 && plan.Parts[0].Parameters.ContainsKey(BuiltinModel.Parameter) ? BuiltinModel.Of(plan.Parts[0].Parameters).Name : plan.Calculator;
}
