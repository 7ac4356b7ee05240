using System.Globalization;
using System.Reflection;
using IpActors.Science;

namespace IpActors.Workers.Builtin;

/// <summary>Short-range parameters of one pair: A exp(-r/ρ) - C6 g(r); A in eV, ρ in Å, C6 in eV Å⁶. A zero switches its term off.</summary>
public readonly record struct PairParameters(double A, double Rho, double C6);

/// <summary>Charges (formal times a common scale, in e) and pair parameters by element symbol.</summary>
public sealed class ForceFieldParameters
{
    readonly Dictionary<(string, string), PairParameters> _pairs;
    readonly IReadOnlyDictionary<string, double> _formal;

    public ForceFieldParameters(double chargeScale, IReadOnlyDictionary<string, double> formalCharges, IEnumerable<KeyValuePair<(string A, string B), PairParameters>> pairs)
    {
        (ChargeScale, _formal, _pairs) = (chargeScale, formalCharges, []);
        foreach (var (key, value) in pairs) { _pairs[key] = value; _pairs[(key.B, key.A)] = value; }
    }

    public double ChargeScale { get; }
    public IEnumerable<string> Species => _formal.Keys;
    public bool Knows(string species) => _formal.ContainsKey(species);
    /// <summary>Model charge in e.</summary>
    public double Charge(string species) => ChargeScale * _formal[species];
    /// <summary>The pair's parameters; all zero (Coulomb only) where none are given.</summary>
    public PairParameters Pair(string a, string b) => _pairs.TryGetValue((a, b), out var p) ? p : default;
    /// <summary>The same with further species and pairs.</summary>
    public ForceFieldParameters With(IReadOnlyDictionary<string, double> formalCharges, IEnumerable<KeyValuePair<(string A, string B), PairParameters>> pairs)
    {
        var formal = new Dictionary<string, double>(_formal);
        foreach (var (s, z) in formalCharges) formal[s] = z;
        return new(ChargeScale, formal, _pairs.Select(p => new KeyValuePair<(string A, string B), PairParameters>(p.Key, p.Value)).Concat(pairs));
    }

    static readonly Dictionary<string, double> FormalCharges = new() { ["Li"] = 1, ["O"] = -2, ["S"] = -2, ["Se"] = -2, ["Te"] = -2, ["F"] = -1, ["Cl"] = -1, ["Br"] = -1, ["I"] = -1 };

    /// <summary>Model v1 (data/builtin-v1.txt): charges 0.85 times formal, 44 pairs, Li-Li by Coulomb's law alone.</summary>
    public static readonly ForceFieldParameters V1 = Read("builtin-v1.txt");
    /// <summary>Model v2 (data/builtin-v2.txt): the same form, refitted to PBE energies, forces and stresses; docs/builtin-model.md.</summary>
    public static readonly ForceFieldParameters V2 = Read("builtin-v2.txt");


    /// <summary>Lines "qs scale" and "ion ion A rho C6"; a line that begins with # is a remark.</summary>
    static ForceFieldParameters Read(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"the embedded parameters {resource} are missing");
        using var reader = new StreamReader(stream);
        var pairs = new Dictionary<(string, string), PairParameters>();
        var scale = double.NaN;
        static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            var w = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (w.Length == 2) scale = Number(w[1]);
            else if (w.Length == 5) pairs[(w[0], w[1])] = new(Number(w[2]), Number(w[3]), Number(w[4]));
        }
        return new(scale, FormalCharges, pairs.Select(p => new KeyValuePair<(string A, string B), PairParameters>(p.Key, p.Value)));
    }
}
