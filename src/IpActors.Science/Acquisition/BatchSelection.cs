using IpActors.Science.Pareto;

namespace IpActors.Science.Acquisition;

/// <summary>How a batch is filled from the ranking.</summary>
public enum BatchRule
{
    /// <summary>The z best of the ranking, scored one by one (the paper, Table 1).</summary>
    Top,
    /// <summary>One after another, each scored as if those chosen before it had come true.</summary>
    Greedy,
}

/// <summary>What is imagined of a candidate that is under evaluation, or chosen before in the same greedy batch.</summary>
public enum PendingRule
{
    /// <summary>It reaches its bound g = mu + beta sigma: what it may add counts as added. The surrogates stay as they are.</summary>
    Bound,
    /// <summary>
    /// Kriging believer (Ginsbourger, Le Riche, Carraro, 2010): it comes out at mu. The surrogates take that for an observation, at unchanged hyperparameters, so that sigma shrinks around it (and no mu moves, as
    /// what is observed is what was expected).
    /// </summary>
    Believer,
}

/// <summary>What decides a batch. Defaults are the paper's.</summary>
/// <param name="CapPerComposition">at most so many of one composition in a batch; null: no cap</param>
/// <param name="Pending">what is imagined of pending candidates, and of those chosen before by the greedy rule</param>
public sealed record BatchSettings(int Size = 10, double Beta = 1, BatchRule Rule = BatchRule.Top, Criterion Criterion = Criterion.BoundImprovement, int? CapPerComposition = null, PendingRule Pending = PendingRule.Bound);

/// <summary>A chosen candidate as the surrogates see it from the data alone. ConditionalImprovement: the volume that its bound adds to front, pending and the members before it (by the believer with the sigma that those leave it).</summary>
public sealed record BatchMember(int Order, Scored Candidate, double ConditionalImprovement);

/// <summary>The sigma of each candidate, in their order, when the believed ones had been observed at their mu.</summary>
public delegate IReadOnlyList<ImmutableArray<double>> Conditioning(IReadOnlyList<Candidate> candidates, IReadOnlyList<Candidate> believed);

/// <summary>A batch and all it was made from. Equal inputs give an equal decision bit for bit.</summary>
/// <param name="V0">hypervolume of the front</param>
/// <param name="Ranked">every eligible candidate, scored against front and pending, best first</param>
/// <param name="Capped">ids passed over because their composition had its share, in rank order</param>
public sealed record BatchDecision(BatchSettings Settings, ImmutableArray<double> Reference, double V0, ImmutableArray<BatchMember> Members, ImmutableArray<Scored> Ranked, ImmutableArray<string> Capped);

/// <summary>Chooses the next z candidates (Table 1, step 5).</summary>
public static class BatchSelection
{
    /// <param name="candidates">the pool, in any order</param>
    /// <param name="front">known objective values, in any order; dominated ones change nothing</param>
    /// <param name="reference">reference point of the maximise frame</param>
    /// <param name="excluded">ids evaluated or failed: never proposed</param>
    /// <param name="pending">ids under evaluation: never proposed; what is imagined of them counts as reached</param>
    /// <param name="condition">needed by <see cref="PendingRule.Believer"/></param>
    /// <exception cref="ArgumentException">numbers of objectives differ, a number is not finite, an id is given twice, size or cap below 1, a believer without surrogates</exception>
    public static BatchDecision Select(
        IReadOnlyCollection<Candidate> candidates, IReadOnlyList<double[]> front, double[] reference, BatchSettings settings,
        IReadOnlySet<string>? excluded = null, IReadOnlySet<string>? pending = null, Conditioning? condition = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.CapPerComposition ?? 1, 1);
        if (settings.Pending == PendingRule.Believer && condition is null) throw new ArgumentException("a believer needs the surrogates", nameof(condition));
        Candidate[] eligible = [.. candidates.Where(c => excluded?.Contains(c.Id) != true && pending?.Contains(c.Id) != true).OrderBy(c => c.Id, StringComparer.Ordinal)];
        Candidate[] underWay = [.. candidates.Where(c => pending?.Contains(c.Id) == true).OrderBy(c => c.Id, StringComparer.Ordinal)];
        var batch = new Batch(eligible, underWay, front, reference, settings, condition);
        var ranked = batch.Rank();
        if (settings.Rule == BatchRule.Top) batch.FillInOrder(ranked);
        else batch.FillGreedily(ranked);
        return new BatchDecision(settings, [.. reference], Hypervolume.Volume(front, reference), [.. batch.Members], ranked, [.. batch.Capped]);
    }

    sealed class Batch
    {
        readonly Dictionary<string, int> _taken = [];
        readonly Dictionary<string, Candidate> _asPredicted;
        readonly List<double[]> _reached;
        readonly List<Candidate> _imagined;
        readonly double[] _reference;
        readonly BatchSettings _settings;
        readonly Conditioning? _condition;
        List<Candidate> _open;
        BoxDecomposition _boxes;

        public Batch(Candidate[] eligible, Candidate[] underWay, IReadOnlyList<double[]> front, double[] reference, BatchSettings settings, Conditioning? condition)
        {
            (_reference, _settings, _condition) = (reference, settings, condition);
            _asPredicted = eligible.ToDictionary(c => c.Id);
            _imagined = [.. underWay];
            foreach (var c in underWay) _taken[c.Composition] = _taken.GetValueOrDefault(c.Composition) + 1;
            _reached = [.. front, .. underWay.Select(Imagined)];
            _boxes = new(_reached, reference);
            // Where the compositions under way leave nobody, the cap gives way rather than a slot.
            List<Candidate> open = [.. eligible.Where(c => IsOpen(c.Composition))];
            _open = Conditioned(underWay.Length == 0 || open.Count > 0 ? [.. eligible] : [.. eligible.Select(c => c with { Composition = c.Id })]);
        }

        public List<BatchMember> Members { get; } = [];
        public List<string> Capped { get; } = [];

        bool Believes => _settings.Pending == PendingRule.Believer;
        bool IsFull => Members.Count == _settings.Size;
        bool IsOpen(string composition) => _settings.CapPerComposition is not { } cap || _taken.GetValueOrDefault(composition) < cap;
        double[] Imagined(Candidate c) => Believes ? [.. c.Mu] : c.Bound(_settings.Beta);

        public ImmutableArray<Scored> Rank() => Ranking.Rank(_open, _boxes, _reached, _reference, _settings.Beta, _settings.Criterion);

        /// <summary>The same candidates with the sigma that the imagined observations leave them.</summary>
        List<Candidate> Conditioned(List<Candidate> candidates)
        {
            if (!Believes || _imagined.Count == 0 || candidates.Count == 0) return candidates;
            var sigma = _condition!(candidates, _imagined);
            return [.. candidates.Select((c, i) => c with { Sigma = sigma[i] })];
        }

        void Take(Scored scored)
        {
            var own = _asPredicted[scored.Id];
            Members.Add(new BatchMember(Members.Count + 1, scored with { Sigma = own.Sigma, Bound = [.. own.Bound(_settings.Beta)] }, _boxes.Improvement([.. scored.Bound])));
            _taken[scored.Composition] = _taken.GetValueOrDefault(scored.Composition) + 1;
            _reached.Add(Imagined(own));
            _boxes = _boxes.With(_reached[^1]);
            _imagined.Add(own);
        }

        public void FillInOrder(ImmutableArray<Scored> ranked)
        {
            foreach (var scored in ranked)
            {
                if (IsFull) return;
                if (IsOpen(scored.Composition)) Take(scored); else Capped.Add(scored.Id);
            }
        }

        public void FillGreedily(ImmutableArray<Scored> ranked)
        {
            var first = ranked.ToDictionary(s => s.Id);
            Capped.AddRange(ranked.Where(s => !IsOpen(s.Composition)).Select(s => s.Id));
            _open.RemoveAll(c => !IsOpen(c.Composition));
            while (!IsFull && _open.Count > 0)
            {
                var best = _open.Count == ranked.Length ? ranked[0] : Rank()[0];
                // Its own improvement and rank are those before anything was chosen.
                Take(best with { Improvement = first[best.Id].Improvement, Rank = first[best.Id].Rank, Reach = first[best.Id].Reach });
                _open.RemoveAll(c => c.Id == best.Id);
                if (!IsOpen(best.Composition))
                {
                    var closed = _open.Where(c => c.Composition == best.Composition).Select(c => c.Id).ToHashSet();
                    _open.RemoveAll(c => closed.Contains(c.Id));
                    Capped.AddRange(closed.OrderBy(id => first[id].Rank));
                }
                if (!IsFull) _open = Conditioned(_open);
            }
        }
    }
}
