using IpActors.Science.Numerics;

namespace IpActors.Science.Trajectories;

/// <summary>One stored step of somebody's dynamics.</summary>
/// <param name="Cell">Rows are lattice vectors, Å.</param>
/// <param name="Fractional">[atom·3 + axis], folded or not; the frame's own, never written again by the reader.</param>
/// <param name="Clock">The file's own time or step number, null where it has none; see <see cref="TrajectoryReader.ClockUnitFs"/>.</param>
/// <param name="StartsRun">The first frame of a run within the file, which may repeat the last of the run before.</param>
/// <param name="Line">Where the frame starts in the file.</param>
public sealed record TrajectoryFrame(Mat3 Cell, double[] Fractional, double? Clock, bool StartsRun, int Line);

/// <summary>What a reader is told that files do not say.</summary>
/// <param name="Cell">For files without a cell (plain and CP2K xyz).</param>
/// <param name="Cells">CP2K's cell file: the cell of each step.</param>
/// <param name="Types">Elements of LAMMPS types 1, 2, … in order.</param>
/// <param name="TimestepFs">Of LAMMPS.</param>
public sealed record TrajectoryHints(Mat3? Cell = null, Cp2kCells? Cells = null, ImmutableArray<string> Types = default, double? TimestepFs = null);

/// <summary>
/// Frames of one file, one at a time: memory is that of a frame. Malformed text is an <see cref="InputException"/> with file and line; a file that ends in the middle of a frame keeps its finished frames and
/// says so in <see cref="Notes"/>.
/// </summary>
public abstract class TrajectoryReader(TextReader text, string source) : IDisposable
{
    public string Source { get; } = source;
    public abstract string Format { get; }
    /// <summary>Element of each atom, the same in all frames; known with the first frame.</summary>
    public ImmutableArray<string> Species { get; protected set; } = [];
    /// <summary>Positions continue over cell boundaries: no minimum image is to be taken.</summary>
    public bool Unwrapped { get; protected set; }
    /// <summary>Femtoseconds in a unit of <see cref="TrajectoryFrame.Clock"/>, null where the file does not say.</summary>
    public double? ClockUnitFs { get; protected set; }
    /// <summary>Time between frames where frames carry no clock; known at the end.</summary>
    public double? FrameStepFs { get; protected set; }
    /// <summary>What the thermostat was set to, where the file says.</summary>
    public double? TemperatureK { get; protected set; }
    /// <summary>What was left out or assumed; complete at the end.</summary>
    public List<string> Notes { get; } = [];

    public abstract IEnumerable<TrajectoryFrame> Frames();

    public void Dispose()
    {
        text.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The end came inside a frame.</summary>
    protected void Unfinished(int finished)
    {
        if (finished == 0) throw new InputException($"{Source}: ends before its first frame is finished; give a file with at least two frames");
        Notes.Add($"{Source}: ends in the middle of frame {finished + 1}; its {finished} finished frames are used");
    }

    protected void SetSpecies(string[] species, int line)
    {
        if (Species.Length == 0) { Species = [.. species]; return; }
        if (species.Length != Species.Length) throw new InputException($"{Source}:{line}: {species.Length} atoms, but {Species.Length} in the frames before; the atoms of a trajectory may not change");
        for (var i = 0; i < species.Length; i++)
            if (species[i] != Species[i]) throw new InputException($"{Source}:{line}: atom {i + 1} is {species[i]}, but {Species[i]} in the frames before; the atoms of a trajectory may not change");
    }

    protected string Element(ReadOnlySpan<char> name, int line)
    {
        // POTCAR-like names (Li_sv, O/3a2b...) and labels (Li1) stand for their elements.
        var end = name.IndexOfAny('_', '/');
        var symbol = (end > 0 ? name[..end] : name).TrimEnd("0123456789").ToString();
        return Crystals.Elements.Exists(symbol) ? symbol : throw new InputException($"{Source}:{line}: unknown element '{Crystals.TextFields.Shown(name.ToString())}'; write symbols such as Li O Cl");
    }

    /// <summary>A right-handed cell that spans a volume.</summary>
    public static Mat3 RightHanded(Mat3 cell, string source, int line)
    {
        _ = Crystals.TextFields.Cell(cell, source, line);
        return cell.Determinant > 0 ? cell : throw new InputException($"{source}:{line}: the cell is left-handed (a x b . c = {FormattableString.Invariant($"{cell.Determinant:0.###}")} A3); exchange two of its vectors, and the coordinates with them");
    }
}
