using IpActors.Domain.DftRuns;

namespace IpActors.App.Faults;

/// <summary>A correction in words.</summary>
static class CorrectionText
{
    /// <summary>What is changed, without the fault's own message, which the note may begin with.</summary>
    public static string Next(Fault fault, Correction c) =>
        (c.Note.StartsWith(fault.Message + ": ", StringComparison.Ordinal) ? c.Note[(fault.Message.Length + 2)..] : c.Note).TrimEnd('.');

    /// <summary>Every setting that changes, from what to what.</summary>
    public static string Changes(Correction c) => string.Join(", ", c.After.Select(a => $"{a.Key} from {Set(c.Before.GetValueOrDefault(a.Key, ""))} to {Set(a.Value)}"));

    static string Set(string value) => value.Length == 0 ? "not set" : value;
}
