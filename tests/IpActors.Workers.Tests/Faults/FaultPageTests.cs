using IpActors.Workers.Cp2k;
using IpActors.Workers.Vasp;

namespace IpActors.Workers.Tests.Faults;

public class FaultPageTests
{
    /// <summary>Between the marks of docs/faults.md stands what the code says; UPDATE_GOLDEN=1 writes it anew.</summary>
    [Theory]
    [InlineData("vasp"), InlineData("cp2k")]
    public void The_page_shows_the_table(string program)
    {
        var path = FaultPages.PathOf("docs/faults.md");
        var (page, begin, end) = (File.ReadAllText(path), $"<!-- {program}: generated -->\n", $"<!-- {program}: end -->");
        var from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = page.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= begin.Length && to >= from, $"docs/faults.md lost its marks of {program}");
        var table = program == "vasp" ? FaultPages.Table(VaspFaults.Table) : FaultPages.Table(Cp2kFaults.Table);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(path, page[..from] + table + page[to..]);
        else Assert.Equal(table, page[from..to]);
    }
}
