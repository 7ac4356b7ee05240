using System.Text;

namespace IpActors.Cluster.Tests.Processes;

/// <summary>A copy of the program that calls itself by another version, as long as the old one's name.</summary>
sealed class NewerBuild : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("ipactors-newer-").FullName;

    public string Program => Path.Combine(_folder, "ipactors.dll");

    public static NewerBuild Of(string program, string from, string to)
    {
        var made = new NewerBuild();
        var source = Path.GetDirectoryName(program)!;
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(source, file);
            if (relative.Split(Path.DirectorySeparatorChar)[0] is "runtimes" && !relative.Contains("linux-x64", StringComparison.Ordinal)) continue;
            var target = Path.Combine(made._folder, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (Path.GetFileName(file) is "ipactors.dll" || Path.GetFileName(file) is ['I', 'p', 'A', 'c', 't', 'o', 'r', 's', '.', ..] and [.., '.', 'd', 'l', 'l']) File.WriteAllBytes(target, Renamed(File.ReadAllBytes(file), from, to));
            else File.Copy(file, target);
        }
        return made;
    }

    /// <summary>In the attributes' strings, which are UTF-8.</summary>
    static byte[] Renamed(byte[] bytes, string from, string to)
    {
        var (old, name) = (Encoding.UTF8.GetBytes(from), Encoding.UTF8.GetBytes(to));
        Assert.Equal(old.Length, name.Length);
        for (var at = bytes.AsSpan().IndexOf(old); at >= 0;)
        {
            name.CopyTo(bytes, at);
            var next = bytes.AsSpan(at + 1).IndexOf(old);
            at = next < 0 ? -1 : at + 1 + next;
        }
        return bytes;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
