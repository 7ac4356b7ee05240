using System.Globalization;
using System.Xml;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Vasp;

/// <summary>Fills a <see cref="Vasprun"/> from the elements of the file in their order.</summary>
sealed class VasprunParser(Vasprun run)
{
    // Large, and of no use here.
    static readonly HashSet<string> Passed = ["projected", "total", "partial", "dielectricfunction", "dynmat", "eigenvalues_kpoints_opt", "projected_kpoints_opt", "kpoints_labels", "stepenergies", "symops"];

    XmlReader _xml = null!;
    // Where we are.
    bool _incar, _parameters, _generator, _atomsArray, _typesArray, _kpoints, _calculation, _scstep, _energy, _eigenvalues, _dos, _structure;
    string? _structureName, _varray;
    // The step under way.
    int _scsteps;
    double _scE0, _scWithout, _stepFree, _stepWithout, _stepE0, _scFree;
    List<Vec3> _vectors = [];
    Mat3? _cell, _stress;
    ImmutableArray<Vec3> _positions = [], _forces = [];
    Structure? _stepStructure;
    BandCollector? _bands;
    BandCollector? _lastBands;
    readonly List<string> _species = [];
    int _column;

    public void Read(Stream stream)
    {
        try
        {
            using (_xml = XmlReader.Create(stream, new() { DtdProcessing = DtdProcessing.Ignore, CheckCharacters = false, IgnoreComments = true, IgnoreWhitespace = true }))
            {
                var more = _xml.Read();
                while (more)
                {
                    if (_xml.NodeType == XmlNodeType.Element && Passed.Contains(_xml.Name)) { _xml.Skip(); more = !_xml.EOF; continue; }
                    if (_xml.NodeType == XmlNodeType.Element) Begin();
                    else if (_xml.NodeType == XmlNodeType.EndElement) End(_xml.Name);
                    more = _xml.Read();
                }
            }
        }
        catch (Exception e) when (e is XmlException or InvalidDataException or IOException)
        {
            run.Damage = e is XmlException x ? $"line {x.LineNumber}: {x.Message.ReplaceLineEndings(" ")}" : e.Message;
        }
        run.Bands = (_lastBands ?? (_bands is { Any: true } && run.Complete ? _bands : null))?.Edges(run.FermiEv);
    }

    void Begin()
    {
        var empty = _xml.IsEmptyElement;
        switch (_xml.Name)
        {
            case "generator": _generator = !empty; break;
            case "incar": _incar = !empty; break;
            case "parameters": _parameters = !empty; break;
            case "kpoints": _kpoints = !empty && _xml.GetAttribute("comment") is null; break;
            case "array":
                _atomsArray = _xml.GetAttribute("name") == "atoms";
                _typesArray = _xml.GetAttribute("name") == "atomtypes";
                break;
            case "rc": _column = 0; break;
            case "c": Cell(); break;
            case "structure": (_structure, _structureName, _cell, _positions) = (true, _xml.GetAttribute("name"), null, []); break;
            case "calculation": Start(); break;
            case "scstep": (_scstep, _scE0, _scWithout, _scFree) = (true, double.NaN, double.NaN, double.NaN); break;
            case "energy": _energy = true; break;
            case "eigenvalues" when !empty: (_eigenvalues, _bands) = (true, new(run.Weights.Count > 0 ? run.Weights : null)); break;
            case "set" when _eigenvalues: Set(_xml.GetAttribute("comment")); break;
            case "r" when _eigenvalues: Level(Text()); break;
            case "dos": _dos = !empty; break;
            case "varray": (_varray, _vectors) = (_xml.GetAttribute("name"), []); break;
            case "v": Vector(); break;
            case "i": Item(); break;
        }
    }

    void End(string name)
    {
        switch (name)
        {
            case "modeling": run.Complete = true; break;
            case "generator": _generator = false; break;
            case "incar": _incar = false; break;
            case "parameters": _parameters = false; break;
            case "kpoints": _kpoints = false; break;
            case "atominfo": run.Species = [.. _species]; break;
            case "array": (_atomsArray, _typesArray) = (false, false); break;
            case "varray": EndArray(); break;
            case "structure": EndStructure(); break;
            case "scstep":
                _scstep = false;
                _scsteps++;
                break;
            case "energy": _energy = false; break;
            case "eigenvalues": _eigenvalues = false; break;
            case "dos": _dos = false; break;
            case "calculation": Finish(); break;
        }
    }

    void Start()
    {
        _calculation = true;
        _scsteps = 0;
        _stepFree = _stepWithout = _stepE0 = _scE0 = _scWithout = _scFree = double.NaN;
        (_forces, _stress, _stepStructure, _bands) = ([], null, null, null);
    }

    void Finish()
    {
        _calculation = false;
        // Old versions write under e_wo_entrp what they call e_0_energy elsewhere, and the entropy under e_0_energy.
        var e0 = double.IsNaN(_stepFree) ? _scE0 : Math.Abs(_stepE0 - _stepFree) < 0.5 * Math.Abs(_stepFree) ? _stepE0 : _stepWithout;
        run.Steps.Add(new(double.IsNaN(e0) ? _scE0 : e0, double.IsNaN(_stepFree) ? _scFree : _stepFree, _scsteps, _forces.IsEmpty ? double.NaN : _forces.Max(f => f.Length)));
        (run.ForcesEvPerA, run.StressKilobar) = (_forces, _stress);
        run.Last = _stepStructure ?? run.Last;
        if (_bands is { Any: true }) _lastBands = _bands;
    }

    void Cell()
    {
        var text = Text().Trim();
        if (_atomsArray && _column == 0) _species.Add(text is "X" ? "Xe" : text is "r" ? "Zr" : text);
        if (_typesArray && _column == 4) run.Titles.Add(text);
        _column++;
    }

    void Vector()
    {
        if (_incar || _parameters) { Setting(); return; }
        if (_varray is not ("basis" or "positions" or "forces" or "stress" or "kpointlist" or "weights")) return;
        var n = Numbers(Text());
        if (_varray == "weights" && _kpoints) run.Weights.Add(n.Length > 0 ? n[0] : double.NaN);
        else if (n.Length >= 3) _vectors.Add(new(n[0], n[1], n[2]));
        else if (_varray is not "weights") _vectors.Add(new(double.NaN, double.NaN, double.NaN));
    }

    void EndArray()
    {
        Mat3? Matrix() => _vectors.Count == 3 ? new(_vectors[0], _vectors[1], _vectors[2]) : null;
        switch (_varray)
        {
            case "basis" when _structure: _cell = Matrix(); break;
            case "positions" when _structure: _positions = [.. _vectors]; break;
            case "forces" when _calculation: _forces = [.. _vectors]; break;
            case "stress" when _calculation: _stress = Matrix(); break;
            case "kpointlist" when _kpoints && run.Kpoints.Count == 0: run.Kpoints.AddRange(_vectors); break;
        }
        _varray = null;
    }

    void EndStructure()
    {
        _structure = false;
        if (_cell is not { } cell || _positions.Length == 0) return;
        if (run.Species.Length != _positions.Length) return;
        var s = new Structure(cell, run.Species, _positions);
        if (_calculation || _structureName is null) _stepStructure = s;
        else if (_structureName == "initialpos") run.Initial = s;
        else if (_structureName == "finalpos") run.Last = s;
    }

    void Item()
    {
        var name = _xml.GetAttribute("name");
        if (name is null) return;
        if (_incar || _parameters) Setting();
        else if (_generator && name == "version") run.Version = Text().Trim();
        else if (_calculation && _energy) Energy(name, Number(Text()));
        else if (name == "efermi" && (_dos || _calculation)) run.FermiEv = Number(Text()) is var f && double.IsFinite(f) ? f : run.FermiEv;
    }

    void Setting()
    {
        var name = _xml.GetAttribute("name");
        if (name is not null) (_incar ? run.Incar : run.Parameters).TryAdd(name.Trim(), Text().Trim());
    }

    void Energy(string name, double value)
    {
        switch (name)
        {
            case "e_fr_energy": if (_scstep) _scFree = value; else _stepFree = value; break;
            case "e_wo_entrp": if (_scstep) _scWithout = value; else _stepWithout = value; break;
            case "e_0_energy": if (_scstep) _scE0 = value; else _stepE0 = value; break;
        }
    }

    void Set(string? comment)
    {
        if (comment is null || comment.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var what, var number] || !int.TryParse(number, NumberStyles.Integer, CultureInfo.InvariantCulture, out var n)) return;
        if (what == "spin") _bands!.Spin(n - 1);
        if (what == "kpoint") _bands!.Kpoint(n - 1);
    }

    void Level(string text)
    {
        var n = Numbers(text);
        if (n.Length >= 2 && double.IsFinite(n[0])) _bands!.Add(n[0], n[1]);
    }

    // To the text and no further.
    string Text()
    {
        if (_xml.IsEmptyElement || !_xml.Read() || _xml.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA)) return Ended();
        run.HasOverflow |= _calculation && _xml.Value.Contains("**", StringComparison.Ordinal);
        return _xml.Value;
    }

    string Ended()
    {
        if (_xml.NodeType == XmlNodeType.EndElement) End(_xml.Name);
        return "";
    }

    static double[] Numbers(string text)
    {
        var fields = text.Split((char[])[' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return Array.ConvertAll(fields, Number);
    }

    static double Number(string text) => double.TryParse(text.AsSpan().Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var v) ? v : double.NaN;
}
