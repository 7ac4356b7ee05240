using IpActors.App.Cli;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Works;
using IpActors.Science;

namespace IpActors.App.Campaigns;

/// <summary>The campaign file's <c>acquisition</c> section: keys that fit each other, the objectives and the calculators.</summary>
static class AcquisitionSection
{
    /// <summary>Known of every compound of the pool before it is selected.</summary>
    static readonly ImmutableArray<string> Facts = [Properties.BandGap, Properties.DecompositionEnergy, Properties.ToleranceFactor, Properties.Synthesizability];

    /// <param name="objectives">Of the campaign.</param>
    /// <param name="hasScores">Scores L_s are imported.</param>
    /// <param name="folder">What files are relative to.</param>
    public static AcquisitionSettings Read(Checked a, ImmutableArray<Objective> objectives, Checked calculators, bool hasScores, string folder)
    {
        var settings = new AcquisitionSettings(a.Text("rule"), a.Number("beta"), a.Int("batch"), a.Int("initial"), a.IntOrNull("cap_per_composition"), a.Flag("known_objectives"))
        {
            Mode = a.Text("mode"), SelectAfter = a.Int("select_after"), RefitEvery = a.Int("refit_every"), Pending = a.Text("pending"), Censored = a.Text("censored"), InitialIds = InitialIds(a, folder),
        };
        if (settings.Rule == "ehvi" && objectives.Length > 3) throw a.Error("rule", "ehvi is exact for up to 3 objectives; write uhvi or greedy, or list fewer objectives");
        foreach (var key in (string[])["select_after", "refit_every"])
            if (!settings.IsRolling && a.Int(key) != 1) throw a.Error(key, "has a meaning in the mode rolling alone; write 'mode: rolling', or leave it out");
        if (settings.SelectAfter > settings.Batch) throw a.Error("select_after", $"more than the {settings.Batch} compounds under evaluation; write at most {settings.Batch}");
        if (settings.Believes && (settings.Rule == "random" || (settings.Rule != "greedy" && !settings.IsRolling))) throw a.Error("pending", "nothing is imagined by this rule in this mode; write 'rule: greedy' or 'mode: rolling', or leave it out");
        return settings with { Constraints = [.. a.List("constraints").Cast<Checked>().Select(c => ConstraintOf(c, settings, objectives, calculators, hasScores))] } is var done && Twice(a, done.Constraints) is { } twice
            ? throw twice.Error("property", $"{twice.Text("property")} is limited twice; write one constraint with min and max") : done;
    }

    static Checked? Twice(Checked a, ImmutableArray<Constraint> constraints) => a.List("constraints").Cast<Checked>().Where((c, i) => constraints.Take(i).Any(d => d.Property == c.Text("property"))).FirstOrDefault();

    static Constraint ConstraintOf(Checked c, AcquisitionSettings settings, ImmutableArray<Objective> objectives, Checked calculators, bool hasScores)
    {
        var property = c.Text("property");
        var (min, max) = (c.Has("min") ? c.Number("min") : (double?)null, c.Has("max") ? c.Number("max") : (double?)null);
        if (min is null && max is null) throw c.Error("property", "neither min nor max; write at least one");
        if (min > max) throw c.Error("min", $"above max; write at most {c.Number("max")}");
        var isFact = Facts.Contains(property);
        var mode = c.TextOrNull("mode") ?? (isFact ? Constraint.Hard : Constraint.Probable);
        if (mode == Constraint.Hard && !isFact) throw c.Error("mode", $"{property} is not known before a compound is evaluated; write 'mode: probability'");
        var isModelled = settings.Rule != "random" && (!isFact || (objectives.Any(o => o.Property == property) && !(settings.KnownObjectives && PoolFacts.KnownProperties.Contains(property))));
        if (mode == Constraint.Probable && !isModelled)
            throw c.Error("mode", isFact ? $"{property} is known of the whole pool and not predicted; write 'mode: hard'" : "the rule random predicts nothing; take another rule, or leave the constraint out");
        if (CampaignKeys.CalculatedProperties.Contains(property) && !calculators.Has(property)) throw c.Error("property", $"{property} has no calculator; add '{property}: {{with: builtin}}' under calculators");
        if (property == Properties.Synthesizability && !hasScores) throw c.Error("property", "no scores are imported; add 'synthesizability: {file: scores.csv}' under screening");
        return new(property, min, max, mode);
    }

    static ImmutableArray<string> InitialIds(Checked a, string folder)
    {
        var ids = a.List("initial_ids").Cast<string>().ToList();
        if (a.TextOrNull("initial_file") is not { } file) return [.. ids];
        var csv = Csv.Read(Path.Combine(folder, file));
        var column = csv.Column("id");
        for (var row = 0; row < csv.Rows.Count; row++)
        {
            if (ids.Contains(csv.Rows[row][column])) throw new InputException($"{csv.Source}:{csv.Line(row)}: {csv.Rows[row][column]} is there twice; keep one");
            ids.Add(csv.Rows[row][column]);
        }
        return [.. ids];
    }

    /// <summary>Refuses ids of the initial set that are not in the space.</summary>
    public static void RequireInitial(CampaignFile file)
    {
        if (file.Settings.Acquisition.InitialIds.IsEmpty) return;
        var ids = Science.Enumeration.Space.Enumerate(file.Settings.Space).Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        if (file.Settings.Acquisition.InitialIds.FirstOrDefault(id => !ids.Contains(id)) is { } unknown)
            throw new InputException($"{file.Source}: acquisition.initial_ids: '{unknown}' is no compound of this space; the nearest is '{NearestName.Of(unknown, ids)}'");
    }
}
