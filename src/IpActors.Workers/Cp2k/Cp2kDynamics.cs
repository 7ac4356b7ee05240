using System.Text.Json;
using IpActors.Domain.Works;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Trajectories;
using IpActors.Science.Transport;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;

namespace IpActors.Workers.Cp2k;

/// <summary>Runs of molecular dynamics, over all the folders they went through.</summary>
static class Cp2kDynamics
{
    const string Positions = Cp2kTemplate.Project + "-pos-1.xyz", Cells = Cp2kTemplate.Project + "-1.cell", Energies = Cp2kTemplate.Project + "-1.ener";
    const int LongestChain = 1000;

    /// <summary>The folders of one run, oldest first, by the notes that attempts leave of where they went on from.</summary>
    public static ImmutableArray<string> Chain(string folder)
    {
        var chain = new List<string> { folder };
        while (chain.Count < LongestChain && Path.Combine(chain[^1], Cp2kInputs.ResumedFrom) is var note && File.Exists(note) && File.ReadAllText(note).Trim() is { Length: > 0 } before && Directory.Exists(before) && !chain.Contains(before))
            chain.Add(before);
        chain.Reverse();
        return [.. chain];
    }

    /// <summary>The run at constant pressure: its last positions, in fractions, in the mean cell of its second half.</summary>
    public static PartResult Equilibrated(PartRequest request, Cp2kStart start, string folder, Cp2kOutput output, string scheme)
    {
        var chain = Chain(folder);
        var energies = EnergiesOf(chain);
        var last = Cp2kStructures.LastOf(folder) ?? throw Cp2kResults.Missing(Cp2kInputs.Restart);
        var cells = new SortedDictionary<long, Mat3>();
        foreach (var f in chain)
            using (var text = Cp2kFiles.Find(f, Cells))
                if (text is not null)
                    foreach (var (step, cell) in CellLines(text, Path.Combine(f, Cells))) cells[step] = cell;
        if (cells.Count == 0 || energies.Length == 0) throw Cp2kResults.Missing(Cells);
        var half = cells.Keys.Last() / 2;
        var late = cells.Where(c => c.Key > half).Select(c => c.Value).DefaultIfEmpty(cells.Values.Last()).ToArray(); // of a run too short for a second frame, the first
        var mean = (1.0 / late.Length) * late.Aggregate((a, b) => a + b);
        return PartResult.Of(Cp2kProgram.Calculator,
        [
            ("temperature_K", request.Number("temperature_K")), ("mean_temperature_K", energies.Skip(energies.Length / 2).Average(e => e.TemperatureK)), ("volume_A3", mean.Determinant), ("volume_A3_per_atom", mean.Determinant / last.Count),
            ("steps", energies[^1].Step), ("energy_eV", output.Last!.EnergyEv!.Value), ("defects_per_Li", start.DefectsPerLithium ?? double.NaN), ("atoms", last.Count),
        ], last with { Cell = mean, Fractional = [.. last.Fractional.Select(f => f.Wrapped())] }, texts: [("scheme", scheme)]);
    }

    /// <summary>D and all else of <see cref="ConductivityPart"/> from the run at constant volume, as for the built-in model.</summary>
    public static PartResult Conductivity(PartRequest request, Cp2kStart start, string folder, string scheme)
    {
        var chain = Chain(folder);
        var cell = start.Structure.Cell;
        var files = chain.Where(f => new RunFolder(f).Has(Positions)).Select(f => (Func<TrajectoryReader>)(() => new XyzReader(Cp2kFiles.Find(f, Positions)!, Path.Combine(f, Positions), new(Cell: cell)))).ToList();
        if (files.Count == 0) throw Cp2kResults.Missing(Positions);
        var paths = PathReading.Read(files, new("Li"));
        var energies = EnergiesOf(chain);
        var perfect = start.Perfect!;
        // The slabs are found in the relaxed compound; their planes are the same in every cell that follows from it.
        Vec3? normal = SlabNormal.Find(request.Start) is { } n ? TrajectoryConductivity.Deformed(n, perfect.Cell, cell) : null;
        var key = new ConductivityPartKey(Cp2kParts.Mechanism(request), request.Number("temperature_K"), (long)request.Number("seed", 1));
        var part = TrajectoryConductivity.Of(paths, cell.Determinant, start.Structure.Count, energies.Average(e => e.TemperatureK), key, perfect, start.DefectsPerLithium!.Value, normal, paths.Charge);
        return BuiltinParts.OfConductivity(Cp2kProgram.Calculator, part, texts: [("scheme", scheme)]);
    }

    static ImmutableArray<Cp2kEnergyLine> EnergiesOf(ImmutableArray<string> chain)
    {
        var texts = chain.Select(f => Cp2kFiles.Find(f, Energies)).OfType<TextReader>().ToArray();
        try { return Cp2kEnergies.Read(new StringReader(string.Join('\n', texts.Select(t => string.Join('\n', Cp2kFiles.Lines(t))))), Energies) is { Length: > 0 } lines ? lines : throw Cp2kResults.Missing(Energies); }
        finally { foreach (var t in texts) t.Dispose(); }
    }

    static IEnumerable<(long Step, Mat3 Cell)> CellLines(TextReader text, string source)
    {
        foreach (var line in Cp2kFiles.Lines(text))
        {
            var w = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (w.Length < 12 || w[0][0] == '#' || !long.TryParse(w[0], out var step)) continue; // the last line may be cut short
            double N(int i) => Cp2kFiles.Number(w[i], source);
            yield return (step, new(new(N(2), N(3), N(4)), new(N(5), N(6), N(7)), new(N(8), N(9), N(10))));
        }
    }
}
