using IpActors.FakeVasp.Inputs;
using IpActors.Science;
using IpActors.Science.Numerics;
using IpActors.Workers.Faults;
using IpActors.Workers.Vasp;

namespace IpActors.FakeVasp.Misdeeds;

/// <summary>Whether a rule applies to this run.</summary>
sealed class Conditions(RunInputs inputs, string scriptPath)
{
    readonly string _formula = Science.Crystals.Formula.Of(inputs.Structure).ToString();

    public bool Apply(Rule rule, int index) =>
        (rule.Formula is null || rule.Formula == _formula) && (rule.Folder is null || Directory.GetCurrentDirectory().Contains(rule.Folder, StringComparison.Ordinal))
        && rule.When.All(Holds) && !rule.Unless.Any(Holds) && Claimed(rule, index);

    /// <summary>Counts by files that only one process can make: runs at the same time share the count.</summary>
    bool Claimed(Rule rule, int index)
    {
        if (rule.Times is null && rule.Probability >= 1) return true;
        var folder = Directory.CreateDirectory(scriptPath + ".counts").FullName;
        var chances = Count($"{index}-{_formula}-asked", int.MaxValue);
        if (rule.Probability < 1 && SeededRandom.Stream(rule.Seed, $"{index}/{_formula}/{chances}").NextDouble() >= rule.Probability) return false;
        return rule.Times is not { } times || Count($"{index}-{_formula}-done", times) is not null;

        int? Count(string name, int most)
        {
            for (var k = 0; k < most; k++)
                try { new FileStream(Path.Combine(folder, $"{name}-{k}"), FileMode.CreateNew).Dispose(); return k; }
                catch (IOException) when (File.Exists(Path.Combine(folder, $"{name}-{k}"))) { }
            return null;
        }
    }

    bool Holds(string condition)
    {
        if (condition.StartsWith("file:", StringComparison.Ordinal)) return File.Exists(condition[5..]);
        if (condition.StartsWith("!file:", StringComparison.Ordinal)) return !File.Exists(condition[6..]);
        var at = condition.AsSpan().IndexOfAny("=<>!");
        if (at <= 0) throw new InputException($"{scriptPath}: '{condition}' is no condition; write TAG=value, TAG<=value or file:NAME");
        var end = at + 1 < condition.Length && condition[at + 1] == '=' ? at + 2 : at + 1;
        var (value, sign, wanted) = (Value(condition[..at].Trim()), condition[at..end], condition[end..].Trim());
        if (sign is "=" or "==") return SettingsView.Same(value, wanted);
        if (sign == "!=") return !SettingsView.Same(value, wanted);
        return SettingsView.Parse(value) is { } x && SettingsView.Parse(wanted) is { } y && sign switch { "<" => x < y, "<=" => x <= y, ">" => x > y, _ => x >= y };
    }

    string Value(string name) => (name, inputs.Kpoints) switch
    {
        ("KPOINTS.centre", Kpoints.Mesh m) => m.Centre == KpointsCentre.Gamma ? "gamma" : "monkhorst",
        ("KPOINTS.mesh", Kpoints.Mesh m) => $"{m.N1} {m.N2} {m.N3}",
        _ => inputs.Tag(name.StartsWith("INCAR.", StringComparison.Ordinal) ? name[6..] : name, ""),
    };
}
