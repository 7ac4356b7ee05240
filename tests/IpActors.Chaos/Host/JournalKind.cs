using IpActors.Engine.Journals;

namespace IpActors.Chaos.Host;

/// <summary>A kind of journal as the suite needs it; the suite runs on each of <see cref="All"/>. Where it is stands in a file of the campaign's folder, so that every process finds it.</summary>
public abstract class JournalKind
{
    const string AddressName = "journal.txt";

    public static readonly JournalKind Sqlite = new SqliteKind(), Postgres = new PostgresKind();
    public static readonly ImmutableArray<JournalKind> All = [Sqlite, Postgres];

    public static JournalKind Of(string name) => All.Single(k => k.Name == name);

    public abstract string Name { get; }
    /// <summary>Skips the test where it cannot be had.</summary>
    public virtual void Require() { }
    /// <summary>Makes room for a journal that is not there yet; returns its address.</summary>
    protected abstract string Make(string folder);
    /// <summary>Once nobody uses it any more.</summary>
    public virtual void Remove(string folder) { }
    /// <summary>Lets the journal grow by so many KiB and then fail as on a full disk, for the process that calls it.</summary>
    public abstract Task Fill(string folder, int kib);
    /// <summary>There is space again, where a process that has ended does not give it back by itself.</summary>
    public virtual Task Free(string folder) => Task.CompletedTask;
    /// <summary>Keeps every writer waiting for that long, or harms it otherwise; says beforehand what it does.</summary>
    public abstract Task Harm(string folder, TimeSpan time, double chance, Action<string> say);

    public void Prepare(string folder) => File.WriteAllText(Path.Combine(folder, AddressName), Make(folder));
    public static string AddressIn(string folder) => File.ReadAllText(Path.Combine(folder, AddressName));
    public static JournalAddress In(string folder) => JournalAddress.Parse(AddressName, AddressIn(folder));
}
