using IpActors.Domain.DftRuns;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Faults;

/// <summary>All faults of a program, the first row first: pure functions from evidence to what is wrong and what to change.</summary>
/// <param name="defaults">The program's own values of settings that rows look at.</param>
/// <param name="scheme">Whether a change of that setting makes energies of another scheme.</param>
public sealed class FaultTable<T>(ImmutableArray<FaultRow<T>> rows, IReadOnlyDictionary<string, string> defaults, Func<string, bool> scheme) where T : RunEvidence
{
    static readonly FaultWhere[] Texts = [FaultWhere.Stdout, FaultWhere.Stderr, FaultWhere.Outcar, FaultWhere.Scheduler];
    readonly Dictionary<string, FaultRow<T>> _byCode = rows.ToDictionary(r => r.Code);

    public ImmutableArray<FaultRow<T>> Rows => rows;
    public FaultRow<T> this[string code] => _byCode[code];

    /// <summary>What is wrong, in the order of the table, what says little at the end. Empty: nothing (yet); after the run: it is a success.</summary>
    public ImmutableArray<FoundFault> Diagnose(T evidence)
    {
        var context = new FaultContext<T>(evidence, new(evidence.Settings, defaults), 0);
        var squashed = Texts.ToDictionary(t => t, t => SquashedText.Of(evidence.Text(t)));
        var isGood = evidence is { Ended: true, Finished: true, Converged: true };
        var found = new List<FoundFault>();
        foreach (var row in rows)
        {
            if (row.When == FaultWhen.End && !evidence.Ended || row.Weight != FaultWeight.Quality && isGood || row.Weight is FaultWeight.Warning or FaultWeight.LastResort && !evidence.Ended) continue;
            if (!row.IsFound(context, squashed)) continue;
            var isWeak = row.Weight == FaultWeight.LastResort;
            if (row.Guard is { } guard && !guard.Holds(context))
            {
                if (!evidence.Ended || isGood || row.Triggers.IsEmpty) continue;
                isWeak = true;
            }
            found.Add(new(row.Code, row.Kind, row.Says, row.Action, isWeak));
        }
        return found.Any(f => !f.IsWeak) ? [.. found.Where(f => !f.IsWeak)] : [.. found];
    }

    /// <summary>
    /// The next rung of the fault's ladder: the first whose guard holds, that this meeting may use, and that changes something. Null: the ladder is exhausted, or there is none.
    /// </summary>
    /// <param name="met">How many times each fault was corrected before.</param>
    public Correction? Correct(FoundFault found, ImmutableSortedDictionary<string, string> settings, T evidence, IReadOnlyDictionary<string, int> met)
    {
        var row = _byCode[found.Code];
        var before = rows.Where(r => r.Climbs == row.Climbs).Sum(r => met.GetValueOrDefault(r.Code));
        if (before >= row.Cap) return null;
        var view = new SettingsView(settings, defaults);
        var context = new FaultContext<T>(evidence, view, before);
        if (row.Guard?.Holds(context) == false) return null;
        foreach (var rung in row.Ladder)
        {
            if (before >= rung.Until || rung.Guard is { } guard && !guard.Holds(context)) continue;
            var after = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            foreach (var (key, value) in rung.Changes.SelectMany(c => c.Make(context)))
                if (!SettingsView.Same(value.Length == 0 ? view.Raw(key) : view.Text(key), value)) after[key] = value;
            if (after.Count == 0 && !rung.Changes.Any(c => c.Moves)) continue;
            return new(row.Code, $"{row.Says}: {string.Join(", ", rung.Changes.Select(c => c.Says))}", after.Keys.ToImmutableSortedDictionary(k => k, view.Raw, StringComparer.Ordinal), after.ToImmutable(), after.Keys.Any(scheme));
        }
        return null;
    }

    /// <summary>
    /// The first fault for which something can be done, with its correction; where nothing can be done for any, the first, as fatal. Of
    /// faults that say little only the first is looked at. A fault of the machine is retried unchanged within its budget where its
    /// ladder has nothing for it. Null: nothing is wrong (yet).
    /// </summary>
    public ProgramOutcome.Failed? Decide(T evidence, ImmutableSortedDictionary<string, string> settings, IReadOnlyDictionary<string, int> met)
    {
        var found = Diagnose(evidence).Where(f => f.Action == FaultAction.End).ToList();
        if (found.All(f => f.IsWeak)) found = [.. found.Take(1)];
        foreach (var fault in found)
        {
            if (fault.Kind == FaultKind.Fatal) return new(fault.ToFault());
            if (Correct(fault, settings, evidence, met) is { } correction) return new(fault.ToFault(), correction);
            if (fault.Kind == FaultKind.Infrastructure && !this[fault.Code].StopsWhenExhausted) return new(fault.ToFault());
        }
        return found.Count == 0 ? null : new(new(found[0].Code, FaultKind.Fatal, $"{found[0].Message}; {(this[found[0].Code].Ladder.IsEmpty ? "no correction is known" : "its corrections are used up")}"));
    }
}
