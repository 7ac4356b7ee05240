using System.CommandLine;
using System.Globalization;
using IpActors.App.Cli;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Trajectories;
using IpActors.Science.Transport;

namespace IpActors.App.Transport;

/// <summary>How trajectories are read and D is fitted: the options that the transport commands share.</summary>
sealed class TransportOptions
{
    readonly Option<string?> _species = new("--species") { Description = "the mobile element; default: Li where there is Li", HelpName = "Li" };
    readonly Option<double?> _frameFs = Positive("--frame-fs", "time between frames, where the file does not say (XDATCAR: POTIM x NBLOCK) or over what it says", "fs");
    readonly Option<double?> _timestepFs = Positive("--timestep-fs", "LAMMPS: length of a step", "fs");
    readonly Option<string?> _types = new("--types") { Description = "LAMMPS: elements of types 1, 2, ... where the dump has no column element", HelpName = "Li,O,Cl" };
    readonly Option<string?> _cell = new("--cell") { Description = "constant cell in A for files without one: a,b,c or a,b,c,alpha,beta,gamma or the nine numbers of its vectors", HelpName = "a,b,c" };
    readonly Option<double> _drop = new("--drop-ps") { Description = "equilibration left out at the start", HelpName = "ps" };
    readonly Option<int> _every = new("--every") { Description = "keep every n-th frame (all are unwrapped): less memory", DefaultValueFactory = _ => 1, HelpName = "n" };
    readonly Option<string> _drift = new("--drift") { Description = "ions move against the centre of mass of the framework (all other elements) or of the whole cell", DefaultValueFactory = _ => "framework" };
    readonly Option<int?> _dimensions = new("--dimensions") { Description = "3, or 2 for the plane about --normal", HelpName = "3|2" };
    readonly Option<string?> _normal = new("--normal") { Description = "normal of the plane, Cartesian, or auto: of the slabs of a layered inverse perovskite", HelpName = "x,y,z|auto" };
    readonly Option<double?> _hop = Positive("--hop-A", "length of a jump; default: mean distance of neighbouring mobile ions in the first frame", "A");
    readonly Option<double?> _fitFrom = Positive("--fit-from-ps", "first lag of the fit; default 5 % of the run, within 0.5 and 2 ps", "ps");
    readonly Option<double?> _fitTo = Positive("--fit-to-ps", "last lag of the fit; default 40 % of the run", "ps");
    readonly Option<bool> _continuous = new("--continuous") { Description = "motion without jumps (a liquid): the error is not held above D / sqrt(jumps)" };
    readonly Option<int> _charge = new("--charge") { Description = "charge of the mobile ion in e", DefaultValueFactory = _ => 1, HelpName = "z" };

    public TransportOptions()
    {
        _drift.AcceptOnlyFromAmong("framework", "cell");
        _every.Validators.Add(v => { if (v.Tokens.Count > 0 && v.GetValueOrDefault<int>() < 1) v.AddError("--every: give 1 or more"); });
        _drop.Validators.Add(v => { if (v.Tokens.Count > 0 && !(v.GetValueOrDefault<double>() is >= 0 and < 1e12)) v.AddError("--drop-ps: give 0 or more"); });
        _dimensions.Validators.Add(v => { if (v.Tokens.Count > 0 && v.GetValueOrDefault<int?>() is not (2 or 3)) v.AddError("--dimensions: give 3, or 2 with --normal"); });
        _charge.Validators.Add(v => { if (v.Tokens.Count > 0 && v.GetValueOrDefault<int>() is 0 or < -9 or > 9) v.AddError("--charge: give the ion's charge in e, such as 1 or -2"); });
    }

    /// <summary>Of reading; the fit's are added by the commands that fit.</summary>
    public void AddReading(Command command)
    {
        foreach (var o in (Option[])[_species, _frameFs, _timestepFs, _types, _cell, _drop, _every, _drift]) command.Options.Add(o);
    }

    public void AddFit(Command command)
    {
        foreach (var o in (Option[])[_dimensions, _normal, _hop, _fitFrom, _fitTo, _continuous, _charge]) command.Options.Add(o);
    }

    public static Option<double?> Positive(string name, string help, string unit)
    {
        var option = new Option<double?>(name) { Description = help, HelpName = unit };
        option.Validators.Add(v => { if (v.Tokens.Count > 0 && !(v.GetValueOrDefault<double?>() is > 0 and < 1e12)) v.AddError($"{name}: give a positive number of {unit}"); });
        return option;
    }

    public int Charge(ParseResult r) => r.GetValue(_charge);

    public TransportPaths Read(ParseResult r, IReadOnlyList<string> files)
    {
        var species = r.GetValue(_species);
        if (species is not null && !Elements.Exists(species)) throw new InputException($"--species {species}: unknown element; give one symbol such as Li");
        var hints = new TrajectoryHints(r.GetValue(_cell) is { } c ? Cell(c) : null, null, Types(r.GetValue(_types)), r.GetValue(_timestepFs));
        var drift = r.GetValue(_drift) == "cell" ? DriftReference.Cell : DriftReference.Framework;
        return PathReading.Read(TrajectoryFiles.Openers(files, hints), new(species, r.GetValue(_drop), r.GetValue(_every), drift, r.GetValue(_frameFs)));
    }

    public TransportAnalysis Analyse(ParseResult r, IReadOnlyList<string> files)
    {
        var paths = Read(r, files);
        var length = paths.Ions.LengthPs;
        var settings = new DiffusionSettings(JumpsOneByOne: !r.GetValue(_continuous));
        if (r.GetValue(_fitFrom) is { } from) settings = settings with { EarliestPs = from, LatestStartPs = from };
        if (r.GetValue(_fitTo) is { } to) settings = to <= length ? settings with { FitTo = to / length } : throw new InputException(FormattableString.Invariant($"--fit-to-ps {to}: the run has {length:0.###} ps; give less"));
        return TransportAnalysis.Of(paths, Space(r, paths), settings, r.GetValue(_hop));
    }

    DiffusionSpace Space(ParseResult r, TransportPaths paths)
    {
        var (dimensions, normal) = (r.GetValue(_dimensions), r.GetValue(_normal));
        if (normal is null) return dimensions == 2 ? throw new InputException("--dimensions 2: which plane? Give its normal, as in --normal 0,0,1, or --normal auto") : DiffusionSpace.Bulk;
        if (dimensions == 3) throw new InputException("--dimensions 3 with --normal: a normal is of a plane; leave one of them out");
        if (normal != "auto")
        {
            var n = Numbers(normal, "--normal", "three numbers such as 0,0,1, or auto");
            return n.Length == 3 && n.Any(v => v != 0) ? DiffusionSpace.Plane(new(n[0], n[1], n[2])) : throw new InputException($"--normal {normal}: give three numbers, not all 0, such as 0,0,1, or auto");
        }
        var found = SlabNormal.Find(paths.Start) ?? throw new InputException("--normal auto: the first frame shows no slabs of Li-sharing chalcogens; give the normal, as in --normal 0,0,1, or leave it out");
        return DiffusionSpace.Plane(paths.InMeanCell(found));
    }

    static ImmutableArray<string> Types(string? text)
    {
        if (text is null) return [];
        var types = text.Split(',').Select(t => t.Trim()).ToImmutableArray();
        foreach (var t in types.Where(t => !Elements.Exists(t))) throw new InputException($"--types {text}: unknown element '{t}'; give one symbol for each type, as in Li,O,Cl");
        return types;
    }

    static Mat3 Cell(string text)
    {
        var n = Numbers(text, "--cell", "3, 6 or 9 numbers with commas");
        var cell = n.Length switch
        {
            3 => Mat3.Diagonal(n[0], n[1], n[2]),
            6 => FromAngles(n),
            9 => new(new(n[0], n[1], n[2]), new(n[3], n[4], n[5]), new(n[6], n[7], n[8])),
            _ => throw new InputException($"--cell {text}: {n.Length} numbers; give a,b,c or a,b,c,alpha,beta,gamma or nine of the vectors"),
        };
        return TrajectoryReader.RightHanded(cell, "--cell", 1);
    }

    /// <summary>a along x, b in the plane of x and y.</summary>
    static Mat3 FromAngles(double[] n)
    {
        var (ca, cb, cg) = (Math.Cos(n[3] * Math.PI / 180), Math.Cos(n[4] * Math.PI / 180), Math.Cos(n[5] * Math.PI / 180));
        var sg = Math.Sin(n[5] * Math.PI / 180);
        var (x, y) = (cb, (ca - cb * cg) / sg);
        return new(new(n[0], 0, 0), n[1] * new Vec3(cg, sg, 0), n[2] * new Vec3(x, y, Math.Sqrt(Math.Max(0, 1 - x * x - y * y))));
    }

    public static double[] Numbers(string text, string option, string remedy) => [.. text.Split(',').Select(t =>
        double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v) ? v : throw new InputException($"{option} {text}: '{t}' is not a number; give {remedy}"))];
}
