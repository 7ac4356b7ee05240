using System.Text.RegularExpressions;

namespace IpActors.Engine.Journals;

/// <summary>SQLite's write-ahead log needs memory shared between processes, which network file systems do not give.</summary>
public static class FileSystems
{
    static readonly HashSet<string> Network = ["nfs", "nfs4", "lustre", "cifs", "smb3", "smbfs", "gpfs", "beegfs", "ceph", "afs", "pvfs2", "orangefs", "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.beegfs"];

    public static bool IsNetwork(string type) => Network.Contains(type);

    /// <summary>The type of the file system that holds the path, from the text of <c>/proc/self/mountinfo</c>; null when none fits.</summary>
    public static string? TypeOf(string fullPath, string mountInfo)
    {
        string? type = null;
        var longest = -1;
        foreach (var line in mountInfo.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split(' ');
            var separator = Array.IndexOf(fields, "-");
            if (separator < 6 || fields.Length <= separator + 1) continue;
            var mount = Regex.Replace(fields[4], @"\\([0-7]{3})", m => ((char)Convert.ToInt32(m.Groups[1].Value, 8)).ToString());
            // A later mount on the same point hides the earlier one.
            if (mount.Length < longest || !(mount == "/" || fullPath == mount || fullPath.StartsWith(mount + "/", StringComparison.Ordinal))) continue;
            (longest, type) = (mount.Length, fields[separator + 1]);
        }
        return type;
    }

    /// <summary>The type of the file system of a path on this machine, links in its folder resolved; null where it cannot be told.</summary>
    public static string? TypeOf(string path)
    {
        try { return TypeOf(Resolve(Path.GetFullPath(path)), File.ReadAllText("/proc/self/mountinfo")); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return null; }
    }

    static string Resolve(string path)
    {
        if (Path.GetDirectoryName(path) is not { } parent) return path;
        var here = Path.Combine(Resolve(parent), Path.GetFileName(path));
        return File.ResolveLinkTarget(here, returnFinalTarget: true)?.FullName ?? here;
    }
}
