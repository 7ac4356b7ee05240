using System.Globalization;
using IpActors.Science.Phases;

namespace IpActors.Science.Tests.Phases;

/// <summary>data/mp_legacy_formation.csv: formation energies of 3,456 compositions with their published decomposition energies.</summary>
static class MaterialsProject
{
    public sealed record Row(HullEntry Entry, double DecompositionEvPerAtom);

    public static readonly Row[] Rows = [.. RepositoryFile.Read("data/mp_legacy_formation.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line =>
    {
        var cells = line.Trim().Split(',');
        return new Row(new HullEntry(Composition.Parse(cells[0]), double.Parse(cells[2], CultureInfo.InvariantCulture), cells[0]), double.Parse(cells[3], CultureInfo.InvariantCulture));
    })];

    public static PhaseHull Hull(params string[] exclude) => new(Rows.Select(r => r.Entry), elementsAreZero: true, exclude.Select(Composition.Parse));
}
