using System.Diagnostics;
using IpActors.App.Campaigns;

namespace IpActors.App.Clusters;

/// <summary>
/// Whether nodes on this machine are well, by the files that each changes whenever the keeper of the journal has acknowledged it: so a node counts as well that lives, is in the cluster, and belongs to a part of it that has a keeper.
/// </summary>
static class NodeHealth
{
    /// <summary>The lease of a node; without a change for so long it has lost it.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(15);

    public static string Folder(CampaignAt at) => Path.GetFullPath(JournalLocation.Beside(at.Journal, at.Name, ".nodes"));
    public static string FileOf(CampaignAt at, int process) => Path.Combine(Folder(at), $"{Environment.MachineName}-{process}.lease");

    /// <summary>Of each of the campaign's nodes that live on this machine how long ago it was acknowledged.</summary>
    public static ImmutableArray<(int Process, TimeSpan Ago)> Look(CampaignAt at, DateTime now)
    {
        var (folder, before) = (new DirectoryInfo(Folder(at)), $"{Environment.MachineName}-");
        if (!folder.Exists) return [];
        return [.. from file in folder.EnumerateFiles($"{before}*.lease")
                   let process = int.TryParse(Path.GetFileNameWithoutExtension(file.Name)[before.Length..], out var id) ? id : 0
                   where process > 0 && IsAlive(process)
                   orderby process
                   select (process, now - file.LastWriteTimeUtc)];
    }

    static bool IsAlive(int process)
    {
        try { using var p = Process.GetProcessById(process); return !p.HasExited; }
        catch (ArgumentException) { return false; }
    }

    /// <summary>0 where there are nodes and all are well, else 1.</summary>
    public static int Say(CampaignAt at)
    {
        var nodes = Look(at, DateTime.UtcNow);
        foreach (var (process, ago) in nodes) Console.WriteLine($"process {process}: {(ago <= Fresh ? "well" : "cut off")}, acknowledged {ago.TotalSeconds:0} s ago");
        if (nodes.IsEmpty) Console.WriteLine($"no node of {at.Name} lives on this machine, or none has been acknowledged yet");
        return !nodes.IsEmpty && nodes.All(n => n.Ago <= Fresh) ? 0 : 1;
    }
}
