namespace IpActors.Engine.Tests.Toys;

/// <summary>A folder of a test's own, removed afterwards.</summary>
public sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ipactors-").FullName;
    public string this[string name] => System.IO.Path.Combine(Path, name);
    public void Empty() { Dispose(); Directory.CreateDirectory(Path); }
    public void Dispose() => Directory.Delete(Path, recursive: true);
}

public static class Patience
{
    /// <summary>Waits until it is so; fails after a minute, which no healthy run comes near.</summary>
    public static async Task Until(Func<bool> so, string what = "it never happened")
    {
        for (var i = 0; i < 6000; i++)
        {
            if (so()) return;
            await Task.Delay(10);
        }
        Assert.Fail(what);
    }

    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(TimeSpan.FromMinutes(1));
    public static Task InTime(this Task task) => task.WaitAsync(TimeSpan.FromMinutes(1));
}
