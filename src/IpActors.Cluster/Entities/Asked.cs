using IpActors.Cluster.Wire;

namespace IpActors.Cluster.Entities;

/// <summary>
/// What an entity has been asked, by the ids of requests: one that is asked again while it is in progress waits for the first's outcome and does not stand in line behind it, and a decision whose answer was lost is given again
/// as it was. What ended without a decision is forgotten, as it is to be tried anew.
/// </summary>
sealed class Asked
{
    /// <summary>Decisions remembered: of the askers that may still ask again, which are few at a time.</summary>
    const int Remembered = 64;
    readonly Lock _gate = new();
    readonly Dictionary<Guid, List<Action<EntityReply>>> _now = [];
    readonly Dictionary<Guid, EntityReply> _decided = [];
    readonly Queue<Guid> _order = [];

    /// <summary>True where it is to be carried out; otherwise the asker has been answered, or will be together with the first.</summary>
    public bool Begin(Guid request, Action<EntityReply> answer)
    {
        EntityReply? known;
        lock (_gate)
            if (!_decided.TryGetValue(request, out known))
            {
                if (_now.TryGetValue(request, out var askers)) { askers.Add(answer); return false; }
                _now[request] = [answer];
                return true;
            }
        answer(known);
        return false;
    }

    public void End(Guid request, EntityReply reply)
    {
        List<Action<EntityReply>>? askers;
        lock (_gate)
        {
            _now.Remove(request, out askers);
            if (reply.Kind == ReplyKind.Decision)
            {
                _decided[request] = reply;
                _order.Enqueue(request);
                if (_order.Count > Remembered) _decided.Remove(_order.Dequeue());
            }
        }
        foreach (var answer in askers ?? []) answer(reply);
    }

    /// <summary>It could not be begun: whoever asks asks again.</summary>
    public void Forget(Guid request)
    {
        lock (_gate) _now.Remove(request);
    }
}
