using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Cp2k;

/// <summary>Cell and positions as CP2K's inputs and restart files hold them.</summary>
public static class Cp2kStructures
{
    /// <summary>The structure of a folder's last restart file, or its .gz; null where there is none yet, or only a half-written one without the backup before it.</summary>
    public static Structure? LastOf(string folder)
    {
        foreach (var name in (string[])[Cp2kInputs.Restart, Cp2kInputs.Restart + ".bak-1"])
        {
            using var text = Cp2kFiles.Find(folder, name);
            if (text is null) continue;
            try { return Of(Cp2kInputReader.Read(text, name), name); }
            catch (InputException) { } // cut short: the one before it
        }
        return null;
    }

    public static Structure Of(Cp2kSection root, string source)
    {
        var subsystem = root.Find("FORCE_EVAL/SUBSYS") ?? throw new InputException($"{source}: no FORCE_EVAL/SUBSYS; is this an input or restart file of CP2K?");
        var cell = CellOf(subsystem.Find("CELL") ?? throw new InputException($"{source}: no cell"), source);
        var coordinates = subsystem.Find("COORD") ?? throw new InputException($"{source}: no COORD; coordinates in a file of their own are not followed");
        var scaled = coordinates["SCALED"] is { } s && s is "" or "T" or "TRUE" or ".TRUE.";
        if (coordinates["UNIT"] is { } unit && !unit.Equals("angstrom", StringComparison.OrdinalIgnoreCase)) throw new InputException($"{source}: coordinates in {unit}; angstrom or SCALED are read");
        var (species, fractional, inverse) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<Vec3>(), cell.Inverse);
        foreach (var (keyword, value) in coordinates.Lines.Where(l => l.Keyword.ToUpperInvariant() is not ("SCALED" or "UNIT")))
        {
            var element = subsystem.Find($"KIND[{keyword}]")?["ELEMENT"] ?? keyword;
            if (!Elements.Exists(element)) throw new InputException($"{source}: unknown element '{element}'");
            var v = Three(value, source);
            species.Add(element);
            fractional.Add(scaled ? v : v * inverse);
        }
        return species.Count > 0 ? new(cell, species.ToImmutable(), fractional.ToImmutable()) : throw new InputException($"{source}: no atoms");
    }

    static Mat3 CellOf(Cp2kSection cell, string source)
    {
        if (cell["A"] is { } a && cell["B"] is { } b && cell["C"] is { } c) return new(Three(a, source), Three(b, source), Three(c, source));
        if (cell["ABC"] is { } edges && cell["ALPHA_BETA_GAMMA"] is null or "90 90 90") { var v = Three(edges, source); return Mat3.Diagonal(v.X, v.Y, v.Z); }
        throw new InputException($"{source}: the cell is not given by its vectors A, B and C");
    }

    static Vec3 Three(string text, string source)
    {
        var w = text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (w.Length > 0 && w[0].StartsWith('[')) w = w[0].Equals("[angstrom]", StringComparison.OrdinalIgnoreCase) ? w[1..] : throw new InputException($"{source}: a length in {w[0]}; angstrom is read");
        if (w.Length < 3) throw new InputException($"{source}: three numbers expected, found '{text}'");
        return new(Cp2kFiles.Number(w[0], source), Cp2kFiles.Number(w[1], source), Cp2kFiles.Number(w[2], source));
    }
}

/// <summary>A line of P-1.ener.</summary>
/// <param name="TimeFs">From the start of the first run.</param>
public sealed record Cp2kEnergyLine(long Step, double TimeFs, double KineticEv, double TemperatureK, double PotentialEv, double ConservedEv);

/// <summary>Steps, time, temperature and energies of dynamics. A run that was gone on with appends to the same file: its first step is the one the run before ended on, or an earlier one where it died between restarts.</summary>
public static class Cp2kEnergies
{
    /// <summary>Every step once, in order, with the newest of its lines; a half-written last line is left out. O(steps) memory.</summary>
    public static ImmutableArray<Cp2kEnergyLine> Read(TextReader text, string source)
    {
        var lines = new List<Cp2kEnergyLine>();
        foreach (var line in Cp2kFiles.Lines(text))
        {
            var w = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (w.Length == 0 || w[0][0] == '#') continue;
            if (w.Length < 7 || !long.TryParse(w[0], out var step)) continue;
            double N(int i) => Cp2kFiles.Number(w[i], source);
            while (lines.Count > 0 && lines[^1].Step >= step) lines.RemoveAt(lines.Count - 1);
            lines.Add(new(step, N(1), N(2) * Cp2kUnits.HartreeEv, N(3), N(4) * Cp2kUnits.HartreeEv, N(5) * Cp2kUnits.HartreeEv));
        }
        return [.. lines];
    }
}
