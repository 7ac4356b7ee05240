using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Model;

/// <summary>
/// The engine contract in a few dictionaries: what each toy's events are, what it owes, who is given up. It knows nothing of mailboxes, commits or threads.
/// </summary>
sealed class Oracle
{
    public sealed class ToyOf
    {
        /// <summary>As text, sorted: works report in no order among each other.</summary>
        public readonly List<string> Events = [];
        public readonly HashSet<string> Ids = [], Jobs = [];
        public readonly Dictionary<string, (int To, bool Acknowledged)> Letters = [];
        public int Total;
        public bool Poisoned;
    }

    public ToyOf[] Toys { get; } = [.. Enumerable.Range(0, Operation.Toys).Select(_ => new ToyOf())];
    public bool Started { get; set; }
    public bool Paused { get; set; }

    public ToyOf this[int toy] => Toys[toy];

    /// <summary>Whether it is a new event.</summary>
    public bool Add(int toy, string id, int n)
    {
        if (n < 0 || !this[toy].Ids.Add(id)) return false;
        this[toy].Total += n;
        this[toy].Events.Add($"{new Added(id, n)}");
        return true;
    }

    public void Open(int toy, string name, int slots) { this[toy].Jobs.Add(name); this[toy].Events.Add($"{new JobOpened(name, slots, 0, 0)}"); }
    public void Close(int toy, string name) { if (this[toy].Jobs.Remove(name)) this[toy].Events.Add($"{new JobClosed(name)}"); }

    public void Write(int from, int to, string id, bool acknowledged)
    {
        this[from].Letters.Add(id, (to, acknowledged));
        this[from].Events.Add($"{new LetterWritten($"t{to}", id, 1, acknowledged)}");
    }

    /// <summary>All that can go on by itself goes on: jobs are closed, letters delivered and settled; not those of toys that are given up, nor letters to them; jobs not while paused.</summary>
    public void ComeToRest()
    {
        if (!Started) return;
        for (var t = 0; t < Toys.Length; t++)
        {
            if (Toys[t].Poisoned) continue;
            if (!Paused) foreach (var job in Toys[t].Jobs.ToList()) Close(t, job);
            foreach (var (id, (to, acknowledged)) in Toys[t].Letters.ToList())
            {
                if (Toys[to].Poisoned) continue;
                Add(to, id, 1);
                if (!acknowledged) continue;
                Toys[t].Letters.Remove(id);
                Toys[t].Events.Add($"{new LetterSettled(id)}");
            }
        }
    }

    public void Reborn()
    {
        (Started, Paused) = (false, false);
        foreach (var t in Toys) t.Poisoned = false;
    }

    public int Owed => Toys.Sum(t => t.Jobs.Count + t.Letters.Count);
}
