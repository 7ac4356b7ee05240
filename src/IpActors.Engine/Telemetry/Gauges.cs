using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using IpActors.Domain.Views;

namespace IpActors.Engine.Telemetry;

/// <summary>What is read off the engines of this process when somebody asks. Each engine is told apart by its number.</summary>
static class Gauges
{
    sealed record Watched(Func<EngineStatus> Status, Func<IEnumerable<CampaignView>> Views) : IDisposable
    {
        public int Number { get; init; }
        public KeyValuePair<string, object?> Tag => new("ipactors.engine", Number);
        public void Dispose() => Engines.TryRemove(Number, out _);
    }

    static readonly ConcurrentDictionary<int, Watched> Engines = [];
    static int _engines;

    public static IDisposable Watch(Func<EngineStatus> status, Func<IEnumerable<CampaignView>> views)
    {
        var watched = new Watched(status, views) { Number = Interlocked.Increment(ref _engines) };
        return Engines[watched.Number] = watched;
    }

    public static void CreateIn(Meter meter)
    {
        void OfStatus(string name, string unit, string what, Func<EngineStatus, long> value) =>
            meter.CreateObservableGauge(name, () => Engines.Values.Select(e => new Measurement<long>(value(e.Status()), e.Tag)), unit, what);
        OfStatus("ipactors.entities.live", "{entity}", "Entities in memory", s => s.LiveEntities);
        OfStatus("ipactors.entities.quarantined", "{entity}", "Entities that the engine has given up on", s => s.Quarantined.Length);
        OfStatus("ipactors.works.owed", "{work}", "Works owed, those under way included", s => s.Owed);
        OfStatus("ipactors.works.queued", "{work}", "Works waiting for slots or for their back-off", s => s.Queued);
        OfStatus("ipactors.slots.used", "{slot}", "Compute slots in use", s => s.SlotsUsed);
        meter.CreateObservableCounter("ipactors.dead_letters", () => Engines.Values.Select(e => new Measurement<long>(e.Status().DeadLetters, e.Tag)), "{command}", "Commands that came to nothing");
        meter.CreateObservableGauge("ipactors.campaign.hypervolume", () => Views().Where(v => Volume(v) is not null).Select(v => new Measurement<double>(Volume(v)!.Value, Of(v))), null, "The hypervolume of what has been evaluated, in the maximise frame");
        meter.CreateObservableGauge("ipactors.campaign.compounds", () => Views().SelectMany(v => v.CandidateStages.Select(s => new Measurement<long>(s.Value, Of(v), new("ipactors.stage", s.Key.ToString())))), "{compound}", "Candidates by stage");
        meter.CreateObservableGauge("ipactors.campaign.evaluations", () => Views().Select(v => new Measurement<long>(v.Coordinator.Evaluations.Count, Of(v))), "{compound}", "Compounds evaluated");
    }

    static IEnumerable<CampaignView> Views() => Engines.Values.SelectMany(e => e.Views());
    static double? Volume(CampaignView v) => v.Coordinator.Result?.Hypervolume ?? v.Coordinator.Iterations.LastOrDefault()?.Hypervolume;
    static KeyValuePair<string, object?> Of(CampaignView v) => new("ipactors.campaign", v.Campaign);
}
