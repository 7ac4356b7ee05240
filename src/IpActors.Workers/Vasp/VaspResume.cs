using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Trajectories;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Vasp;

/// <summary>What an attempt takes over from earlier ones.</summary>
/// <param name="Text">A POSCAR to be used as it is, with velocities; null: write <paramref name="Structure"/>.</param>
/// <param name="Structure">Null: nothing is taken over.</param>
/// <param name="StepsDone">Of molecular dynamics, in the chain of attempts that led here.</param>
sealed record VaspResume(string? Text, Structure? Structure, int StepsDone, ImmutableArray<FileCopy> Copies)
{
    public static readonly VaspResume Nothing = new(null, null, 0, []);

    /// <param name="planned">The part's own start: an earlier structure of other atoms is not taken.</param>
    public static VaspResume Of(VaspPart part, Structure planned, PartRequest r)
    {
        var how = Mode(r);
        if (how == "none" || r.Earlier.IsEmpty) return Nothing;
        var found = Nothing;
        if (part.Kind != VaspKind.Static)
            for (var i = r.Earlier.Length - 1; i >= 0 && found.Structure is null; i--)
                found = Structures(r.Earlier[i], planned, r, part.IsDynamics ? r.Earlier[..i] : default) ?? Nothing;
        if (how != "all") return found;
        var drop = r.Settings.GetValueOrDefault(VaspOverrides.Drop, "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return found with { Copies = [.. new[] { "WAVECAR", "CHGCAR" }.Where(f => !drop.Contains(f)).Select(f => Newest(r.Earlier, f)).OfType<FileCopy>()] };
    }

    public static string Mode(PartRequest r) => r.Settings.GetValueOrDefault(VaspOverrides.Resume) is { Length: > 0 } how ? how : "structure";

    static FileCopy? Newest(ImmutableArray<string> earlier, string file) =>
        earlier.Reverse().SelectMany(f => new[] { Path.Combine(f, file), Path.Combine(f, file + ".gz") }).FirstOrDefault(p => File.Exists(p) && new FileInfo(p).Length > 0) is { } path ? new(file, [path]) : null;

    /// <summary>
    /// The folder's last structure where its CONTCAR is whole, of the planned atoms, and corrected in the same way (or not at all: then it is corrected now). Dynamics goes on from the very text, velocities and all, or not.
    /// </summary>
    /// <param name="before">The attempts before it, of dynamics.</param>
    static VaspResume? Structures(string folder, Structure planned, PartRequest r, ImmutableArray<string> before)
    {
        var settings = r.Settings;
        if (ReadText(folder, "CONTCAR") is not { } text) return null;
        var (mark, own) = (VaspPart.Mark(settings), text.StartsWith('[') && text.IndexOf("] ", StringComparison.Ordinal) is > 0 and var end ? text[..(end + 2)] : "");
        if (own.Length > 0 && own != mark) return null;
        Structure s;
        try { s = Poscar.Read(text, Path.Combine(folder, "CONTCAR")); }
        catch (InputException) { return null; }
        if (!s.Species.AsSpan().SequenceEqual(planned.Species.AsSpan())) return null;
        if (before.IsDefault) return new(null, own == mark ? s : VaspPart.Corrected(s, settings), 0, []);
        return own != mark || text.Contains('*', StringComparison.Ordinal) || text.Contains("NaN", StringComparison.OrdinalIgnoreCase) ? null
            : new(text, s, Pace(folder) is { } pace && pace == VaspPart.Pace(r) ? Chain(folder, before).Sum(Frames) * pace.Block : 0, []);
    }

    /// <summary>The attempts whose frames make one run that ends with that folder, oldest first: each began from the last structure of the one before it, letter for letter, and ran at the same pace.</summary>
    public static ImmutableArray<string> Chain(string folder, ImmutableArray<string> earlier)
    {
        var chain = new Stack<string>([folder]);
        for (var i = earlier.Length - 1; i >= 0; i--)
            if (earlier[i] != chain.Peek() && ReadText(chain.Peek(), "POSCAR") is { } start && ReadText(earlier[i], "CONTCAR") == start && Pace(earlier[i]) == Pace(folder)) chain.Push(earlier[i]);
        return [.. chain];
    }

    /// <summary>Time step and steps between frames by the folder's INCAR, null where it has none.</summary>
    static (double StepFs, int Block)? Pace(string folder) => ReadText(folder, "INCAR") is { } text && Incar.Read(text) is var incar && incar.Number("POTIM") is { } potim ? (potim, incar.Integer("NBLOCK") ?? 1) : null;

    /// <summary>Finished frames of the folder's XDATCAR.</summary>
    public static int Frames(string folder)
    {
        var run = new RunFolder(folder);
        try
        {
            using var stream = run.Open("XDATCAR");
            if (stream is null) return 0;
            using var reader = new XdatcarReader(new StreamReader(stream), run.PathOf("XDATCAR"));
            return reader.Frames().Count();
        }
        catch (InputException) { return 0; }
    }

    public static string? ReadText(string folder, string file)
    {
        using var stream = new RunFolder(folder).Open(file);
        if (stream is null) return null;
        try { return new StreamReader(stream).ReadToEnd() is { Length: > 0 } text ? text : null; }
        catch (InvalidDataException) { return null; }
    }
}
