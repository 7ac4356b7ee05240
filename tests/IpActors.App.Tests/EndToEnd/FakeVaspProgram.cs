namespace IpActors.App.Tests.EndToEnd;

/// <summary>The stand-in for VASP as built beside these tests, of the same configuration.</summary>
static class FakeVaspProgram
{
    public static string Dll { get; } = Find();
    public static string Potcars { get; } = Repository.PathOf("tests/FakeVasp/potcars");
    public static string Misdeeds { get; } = Repository.PathOf("tests/FakeVasp/misdeeds.json");

    static string Find()
    {
        var bin = AppContext.BaseDirectory.TrimEnd('/');
        return Repository.PathOf($"tests/FakeVasp/bin/{Path.GetFileName(Path.GetDirectoryName(bin))}/{Path.GetFileName(bin)}/FakeVasp.dll");
    }
}
