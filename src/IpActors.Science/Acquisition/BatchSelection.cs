using IpActors.Science.Pareto;

namespace IpActors.Science.Acquisition;

/// <summary>How a batch is filled from the ranking.</summary>
public enum BatchRule
{
    /// <summary>The z best of the ranking, scored one by one against the known front (the paper, Table 1).</summary>
    Top,
    /// <summary>One after another, each scored against the front together with the bounds of pending and already chosen candidates, as if those had come true.</summary>
    Greedy,
}

/// <summary>What decides a batch. Defaults are the paper's.</summary>
/// <param name="CapPerComposition">at most so many of one composition in a batch; null: no cap</param>
public sealed record BatchSettings(int Size = 10, double Beta = 1, BatchRule Rule = BatchRule.Top, Criterion Criterion = Criterion.BoundImprovement, int? CapPerComposition = null);

/// <summary>A chosen candidate. ConditionalImprovement: the volume that its bound adds to front, pending and the members before it.</summary>
public sealed record BatchMember(int Order, Scored Candidate, double ConditionalImprovement);

/// <summary>A batch and all it was made from. Equal inputs give an equal decision bit for bit.</summary>
/// <param name="V0">hypervolume of the front</param>
/// <param name="Ranked">every eligible candidate against the front alone, best first</param>
/// <param name="Capped">ids passed over because their composition had its share, in rank order</param>
public sealed record BatchDecision(BatchSettings Settings, ImmutableArray<double> Reference, double V0, ImmutableArray<BatchMember> Members, ImmutableArray<Scored> Ranked, ImmutableArray<string> Capped);

/// <summary>Chooses the next z candidates (Table 1, step 5).</summary>
public static class BatchSelection
{
    /// <param name="candidates">the pool, in any order</param>
    /// <param name="front">known objective values, in any order; dominated ones change nothing</param>
    /// <param name="reference">reference point of the maximise frame</param>
    /// <param name="excluded">ids evaluated or failed: never proposed</param>
    /// <param name="pending">ids under evaluation: never proposed; their bounds count as reached where the rule is greedy</param>
    /// <exception cref="ArgumentException">numbers of objectives differ, a number is not finite, an id is given twice, size or cap below 1</exception>
    public static BatchDecision Select(
        IReadOnlyCollection<Candidate> candidates, IReadOnlyList<double[]> front, double[] reference, BatchSettings settings,
        IReadOnlySet<string>? excluded = null, IReadOnlySet<string>? pending = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.CapPerComposition ?? 1, 1);
        var eligible = candidates.Where(c => excluded?.Contains(c.Id) != true && pending?.Contains(c.Id) != true).ToArray();
        var fantasies = candidates.Where(c => pending?.Contains(c.Id) == true).Select(c => c.Bound(settings.Beta));
        var ranked = Ranking.Rank(eligible, front, reference, settings.Beta, settings.Criterion);
        var batch = new Batch([.. front, .. fantasies], reference, settings);
        if (settings.Rule == BatchRule.Top) batch.FillInOrder(ranked);
        else batch.FillGreedily(eligible.ToDictionary(c => c.Id), ranked);
        return new BatchDecision(settings, [.. reference], Hypervolume.Volume(front, reference), [.. batch.Members], ranked, [.. batch.Capped]);
    }

    sealed class Batch(List<double[]> reached, double[] reference, BatchSettings settings)
    {
        readonly Dictionary<string, int> _taken = [];
        BoxDecomposition _boxes = new(reached, reference);
        public List<BatchMember> Members { get; } = [];
        public List<string> Capped { get; } = [];

        bool IsFull => Members.Count == settings.Size;
        bool IsOpen(string composition) => settings.CapPerComposition is not { } cap || _taken.GetValueOrDefault(composition) < cap;

        void Take(Scored scored)
        {
            double[] bound = [.. scored.Bound];
            Members.Add(new BatchMember(Members.Count + 1, scored, _boxes.Improvement(bound)));
            _taken[scored.Composition] = _taken.GetValueOrDefault(scored.Composition) + 1;
            reached.Add(bound);
            _boxes = _boxes.With(bound);
        }

        public void FillInOrder(ImmutableArray<Scored> ranked)
        {
            foreach (var scored in ranked)
            {
                if (IsFull) return;
                if (IsOpen(scored.Composition)) Take(scored); else Capped.Add(scored.Id);
            }
        }

        public void FillGreedily(Dictionary<string, Candidate> remaining, ImmutableArray<Scored> ranked)
        {
            var unconditional = ranked.ToDictionary(s => s.Id);
            while (!IsFull && remaining.Count > 0)
            {
                var best = Ranking.Rank(remaining.Values, _boxes, reached, reference, settings.Beta, settings.Criterion)[0];
                Take(unconditional[best.Id]);
                remaining.Remove(best.Id);
                if (IsOpen(best.Composition)) continue;
                var closed = remaining.Values.Where(c => c.Composition == best.Composition).Select(c => c.Id).ToArray();
                foreach (var id in closed) remaining.Remove(id);
                Capped.AddRange(closed.OrderBy(id => unconditional[id].Rank));
            }
        }
    }
}
