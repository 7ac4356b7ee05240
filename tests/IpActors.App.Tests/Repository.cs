namespace IpActors.App.Tests;

/// <summary>Files of the repository, and goldens: committed expected outputs, rewritten when UPDATE_GOLDEN=1 is set.</summary>
static class Repository
{
    public static readonly string Root = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);
    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    public static void Golden(string relative, string actual)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(PathOf(relative), actual);
        Assert.True(File.Exists(PathOf(relative)), $"{relative} is missing; run the tests with UPDATE_GOLDEN=1 and read what they wrote");
        Assert.Equal(Read(relative), actual);
    }

    static string FindRoot()
    {
        for (var d = new DirectoryInfo(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "IpActors.sln"))) return d.FullName;
        throw new InvalidOperationException("the tests run outside the repository");
    }
}
