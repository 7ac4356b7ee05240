using IpActors.Workers.Builtin;

namespace IpActors.App.Reports;

/// <summary>What each calculator can and cannot tell, in its own words.</summary>
static class AboutCalculators
{
    public static readonly IReadOnlyDictionary<string, string> Texts = new Dictionary<string, string> { ["builtin"] = BuiltinModel.Disclaimer };
}
