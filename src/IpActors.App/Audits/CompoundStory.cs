using IpActors.App.Exports;
using IpActors.App.Faults;
using IpActors.App.Reports;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Views;
using IpActors.Domain.Works;
using IpActors.Engine;

namespace IpActors.App.Audits;

/// <summary>The life of one compound as sentences, from the campaign's events in journal order: its own, its calculations', and every batch that chose it or passed it over.</summary>
/// <param name="blobs">For the predictions of the batches.</param>
sealed class CompoundStory(string campaign, string id, IBlobs blobs)
{
    readonly List<string> _sentences = [];
    Campaign _coordinator = Campaign.Decider.Initial;
    CompoundIdentity? _identity;
    bool _selected, _unfit, _imagined;

    /// <summary>In the order of the journal; empty when the compound is not in it.</summary>
    public IReadOnlyList<string> Sentences => _identity is null ? [] : _sentences;

    public void Follow(StoredEvent stored)
    {
        if (stored.Entity.Campaign != campaign) return;
        if (stored.Entity.Kind == "campaign")
        {
            if (stored.Event is BatchSelected b && _identity?.Role == CompoundRole.Candidate) 
            {
                Say(BatchStory.Tell(id, b.Batch, _coordinator, blobs, _unfit || _selected));
                if (!_imagined && b.Batch.Pending.Contains(id)) { _imagined = true; Say(BatchStory.Imagined(b.Batch, _coordinator.Settings!.Acquisition)); }
            }
            if (stored.Event is PoolClosed && !_unfit && _identity?.Role == CompoundRole.Candidate) Say(Scored());
            if (stored.Event is EvaluationRecorded e && e.Compound == id) Say(Evaluated(e));
            _coordinator = Campaign.Decider.Evolve(_coordinator, stored.Event);
        }
        else if (stored.Entity.Kind == "compound" && stored.Entity.Key == id) Say(Own(stored.Event));
        else if (stored.Entity.Kind == "run" && stored.Entity.Key.StartsWith(id + ":", StringComparison.Ordinal)) Say(Run(stored.Entity.Key[(id.Length + 1)..].Replace(':', ' '), stored.Event));
    }

    void Say(string? sentence) { if (sentence is not null) _sentences.Add(sentence); }

    string? Own(Domain.Entities.IEvent e)
    {
        switch (e)
        {
            case CompoundGenerated g:
                _identity = g.Identity;
                var i = g.Identity;
                return i.Role == CompoundRole.Reference ? $"{i.Formula} ({i.Aristotype}, {i.SpaceGroup}) is a reference phase of the hull."
                    : $"{i.Formula} was generated as a candidate: an ordering of {i.Aristotype} over {i.Index} primitive cell{(i.Index == 1 ? "" : "s")}, space group {i.SpaceGroup} (number {i.SpaceGroupNumber}, found at {Html.Number(i.SymprecA)} A).";
            case CompoundRelaxed r: return $"It was relaxed by {r.Result.Calculator}: {Html.Number(r.Result["energy_eV_per_atom"], 8)} eV/atom{Flags(r.Result.Flags)}.";
            case HullEvaluated h:
                _unfit = !h.Passes;
                var limit = Html.Number(_coordinator.Settings?.Screening.MaxDecompositionEnergyEvPerAtom ?? double.NaN);
                return $"Its decomposition energy is {Html.Number(h.EdEvPerAtom)} eV/atom (signed {Html.Number(h.SignedEvPerAtom)}), against {string.Join(" + ", h.Products.Select(p => $"{Html.Number(p.Fraction)} {p.Formula}"))}; it {(h.Passes ? "passed" : "did not pass")} the screening, whose limit is {limit} eV/atom.";
            case PartFailed f: return $"The calculation {f.Property} {f.Part} was given up: {f.Reason}.";
            case PropertyKnown p: return $"{Capital(p.Value.Property)}: {Value(p.Value)}, by {p.Value.Calculator}.";
            case CompoundSelected s:
                _selected = true;
                return $"It was queued for {string.Join(" and ", s.Plans.Select(p => $"{p.Property} ({p.Parts.Length} calculation{(p.Parts.Length == 1 ? "" : "s")})"))}.";
            case CompoundRanked { Front: 0 }: return $"It takes no part in the final ranking: {(_coordinator.Evaluations.TryGetValue(id, out var mine) ? BatchDecisions.WhyNotCounted(_coordinator.Settings!, mine) : "its values do not count")}.";
            case CompoundRanked r: return $"In the final ranking it is on front {r.Front}{(r.Front == 1 ? " (non-dominated)" : "")} and alone contributes {Html.Number(r.ExclusiveHypervolume)} of hypervolume.";
            case CompoundAbandoned a:
                _unfit = true;
                return $"It was given up: {a.Reason}.";
            default: return null; // deliveries and single parts: the sentences around them say what they lead to
        }
    }

    /// <summary>What the imported scores said of it, where there are any.</summary>
    string? Scored()
    {
        if (_coordinator.Settings!.Screening.Synthesizability is not { } s) return null;
        var score = SynthesizabilityScores.FromBytes(blobs.Get(s.Digest)).Of(id, _identity!.Formula);
        if (double.IsNaN(score)) return "Its synthesizability L_s is not available.";
        _unfit = s.FiltersPool && score < s.Min;
        return $"Its synthesizability L_s is {Html.Number(score)} (imported){(_unfit ? $", below the limit of {Html.Number(s.Min)}: it did not enter the pool" : "")}.";
    }

    static string? Run(string part, Domain.Entities.IEvent e) => e switch
    {
        RunFailed f => $"{Capital(part)}, attempt {f.Attempt}, failed with {f.Fault.Code} ({f.Fault.Kind.ToString().ToLowerInvariant()}): {f.Fault.Message.TrimEnd('.')}{(f.Corrected is { } c ? $"; corrected for the next attempt to {string.Join(", ", c.Select(p => $"{p.Key} = {Html.Number(p.Value)}"))}" : "")}{(f.Correction is { } next ? $"; for the next attempt: {CorrectionText.Next(f.Fault, next)} ({CorrectionText.Changes(next)})" : "")}.",
        RunStarting { Attempt: > 1 } s => $"{Capital(part)} was started again, attempt {s.Attempt}.",
        RunSucceeded { Attempt: > 1 } s => $"{Capital(part)} succeeded in attempt {s.Attempt}.",
        RunAbandoned a => $"{Capital(part)} was abandoned: {a.Reason.TrimEnd('.')}.",
        _ => null,
    };

    string Evaluated(EvaluationRecorded e) => e.Failure is { } f ? $"The coordinator recorded that its evaluation failed: {f}."
        : $"The coordinator recorded its evaluation: {string.Join(", ", _coordinator.Settings!.Objectives.Select(o => e.Values.TryGetValue(o.Property, out var v) ? $"{o.Property} {Value(v)}" : $"{o.Property} missing"))}.";

    static string Value(PropertyValue v) => $"{(v.IsCensored ? "at most " : "")}{Html.Number(v.Value)}{ParetoTable.Error(v, e => Html.Number(e, 3))} {v.Unit}{Flags(v.Flags)}";
    static string Flags(ImmutableArray<string> flags) => flags.IsDefaultOrEmpty ? "" : $" ({string.Join(", ", flags)})";
    static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
