using System.Globalization;
using System.Xml;
using IpActors.Science.Numerics;

namespace IpActors.Science.Trajectories;

/// <summary>
/// VASP's vasprun.xml: one frame for each finished ionic step (also steps of a machine-learned force field, which stand outside calculations). A file cut off keeps its finished steps. The time between
/// frames is POTIM, or POTIM times NBLOCK or ML_OUTBLOCK where the number of steps shows that only every such step was written.
/// </summary>
public sealed class VasprunReader(TextReader text, string source) : TrajectoryReader(text, source)
{
    const string Remedy = "give the vasprun.xml of a molecular-dynamics run";
    readonly XmlReader _xml = XmlReader.Create(text, new() { DtdProcessing = DtdProcessing.Ignore, CheckCharacters = false, IgnoreComments = true, IgnoreWhitespace = true });
    readonly Dictionary<string, double> _settings = [];
    int _frames;
    bool _cutOff;

    public override string Format => "VASP vasprun.xml";

    int LineNumber => ((IXmlLineInfo)_xml).LineNumber;

    public override IEnumerable<TrajectoryFrame> Frames()
    {
        while (Next() is { } frame)
        {
            _frames++;
            yield return frame;
        }
        if (_frames == 0) throw new InputException($"{Source}: no finished ionic step in it; {Remedy}");
        if (_settings.TryGetValue("IBRION", out var ibrion) && ibrion != 0) throw new InputException($"{Source}: IBRION = {ibrion:0} is no molecular dynamics; {Remedy} (IBRION = 0)");
        if (_settings.TryGetValue("TEBEG", out var from) && (!_settings.TryGetValue("TEEND", out var to) || to == from || to < 0)) TemperatureK = from;
        FrameStepFs = StepFs();
    }

    /// <summary>POTIM where every step was written; where NBLOCK or ML_OUTBLOCK thin the file the number of frames must say by how much.</summary>
    double? StepFs()
    {
        if (!_settings.TryGetValue("POTIM", out var potim) || !(potim > 0)) return null;
        var blocks = new[] { "NBLOCK", "ML_OUTBLOCK" }.Select(k => _settings.GetValueOrDefault(k, 1)).Where(b => b > 1).Distinct().Order().ToArray();
        if (blocks.Length == 0) return potim;
        var steps = _settings.GetValueOrDefault("NSW");
        if (_frames > steps / blocks[0] + 1) return potim;
        var matching = blocks.Where(b => !_cutOff && Math.Abs(_frames - Math.Floor(steps / b)) <= 1).ToArray();
        if (matching.Length != 1) return null;
        Notes.Add(string.Create(CultureInfo.InvariantCulture, $"{Source}: {_frames} of {steps:0} steps are stored, every {matching[0]:0}th: {potim * matching[0]} fs between frames"));
        return potim * matching[0];
    }

    TrajectoryFrame? Next()
    {
        try { return Advance(); }
        catch (Exception e) when (e is XmlException or InvalidDataException)
        {
            if (_frames == 0) throw new InputException($"{Source}:{Math.Max(1, LineNumber)}: not readable as XML before the first step is finished ({e.Message}); {Remedy}");
            Notes.Add($"{Source}:{LineNumber}: cut off or damaged from here on; its {_frames} finished steps are used");
            _cutOff = true;
            return null;
        }
    }

    TrajectoryFrame? Advance()
    {
        TrajectoryFrame? waiting = null;
        var inCalculation = false;
        while (_xml.Read())
        {
            if (_xml.NodeType == XmlNodeType.EndElement && _xml.Name == "calculation")
            {
                return waiting ?? throw new InputException($"{Source}:{LineNumber}: an ionic step without a structure, so frames are not evenly spaced; {Remedy}");
            }
            if (_xml.NodeType != XmlNodeType.Element) continue;
            switch (_xml.Name)
            {
                case "calculation": inCalculation = true; break;
                case "i" when _frames == 0 && !inCalculation && _xml.GetAttribute("name") is { } name && Wanted.Contains(name): ReadSetting(name); break;
                case "array" when _xml.GetAttribute("name") == "atoms": ReadAtoms(); break;
                case "structure" when _xml.GetAttribute("name") is null:
                    waiting = ReadStructure();
                    if (!inCalculation) return waiting;
                    break;
            }
        }
        return null;
    }

    static readonly HashSet<string> Wanted = ["POTIM", "NBLOCK", "ML_OUTBLOCK", "NSW", "IBRION", "TEBEG", "TEEND"];

    void ReadSetting(string name)
    {
        // To the text and no further: the element after it may be wanted too.
        if (!_xml.IsEmptyElement && _xml.Read() && _xml.NodeType == XmlNodeType.Text) _settings[name] = Number(_xml.Value, LineNumber);
    }

    void ReadAtoms()
    {
        var line = LineNumber;
        var species = new List<string>();
        using var atoms = _xml.ReadSubtree();
        while (atoms.Read())
        {
            if (atoms.NodeType != XmlNodeType.Element || atoms.Name != "rc") continue;
            if (!atoms.ReadToDescendant("c")) continue;
            species.Add(Element(atoms.ReadElementContentAsString().Trim(), LineNumber));
        }
        SetSpecies([.. species], line);
    }

    TrajectoryFrame ReadStructure()
    {
        var line = LineNumber;
        Mat3? cell = null;
        double[]? positions = null;
        using var structure = _xml.ReadSubtree();
        while (structure.Read())
        {
            if (structure.NodeType != XmlNodeType.Element || structure.Name != "varray") continue;
            var name = structure.GetAttribute("name");
            if (name == "basis")
            {
                var v = ReadVectors(structure, 3);
                cell = RightHanded(new(new(v[0], v[1], v[2]), new(v[3], v[4], v[5]), new(v[6], v[7], v[8])), Source, LineNumber);
            }
            else if (name == "positions") positions = ReadVectors(structure, Species.Length);
        }
        if (Species.Length == 0) throw new InputException($"{Source}:{line}: a structure before the list of atoms; {Remedy}");
        return new(cell ?? throw new InputException($"{Source}:{line}: a structure without basis; {Remedy}"), positions ?? throw new InputException($"{Source}:{line}: a structure without positions; {Remedy}"), null, false, line);
    }

    double[] ReadVectors(XmlReader parent, int count)
    {
        var line = LineNumber;
        var (v, n) = (new double[3 * count], 0);
        using var vectors = parent.ReadSubtree();
        vectors.Read();
        vectors.Read();
        while (!vectors.EOF)
        {
            if (vectors.NodeType != XmlNodeType.Element || vectors.Name != "v") { vectors.Read(); continue; }
            var at = LineNumber;
            var fields = Crystals.TextFields.Split(vectors.ReadElementContentAsString());
            if (fields.Length != 3) throw new InputException($"{Source}:{at}: {fields.Length} numbers where three make a vector; {Remedy}");
            if (n == count) throw new InputException($"{Source}:{at}: more than {count} vectors; the atoms of a trajectory may not change");
            for (var i = 0; i < 3; i++) v[3 * n + i] = Number(fields[i], at);
            n++;
        }
        return n == count ? v : throw new InputException($"{Source}:{line}: {n} vectors, {count} expected; the atoms of a trajectory may not change");
    }

    double Number(string text, int line) => Crystals.TextFields.Number(text.Trim(), Source, line, Remedy);
}
