using System.Globalization;
using System.Security;
using IpActors.FakeVasp.Inputs;
using IpActors.FakeVasp.Physics;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Vasp;
using static IpActors.FakeVasp.Outputs.Fortran;

namespace IpActors.FakeVasp.Outputs;

/// <summary>vasprun.xml as VASP 6 writes it, calculation by calculation.</summary>
sealed class Xml(RunInputs inputs) : IDisposable
{
    public const int DosPoints = 301;
    const double Smearing = 0.1;
    readonly StreamWriter _out = new("vasprun.xml") { NewLine = "\n" };

    void Say(string text) => _out.WriteLine(text);

    public void Head(Bands bands)
    {
        Say("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<modeling>\n <generator>\n  <i name=\"program\" type=\"string\">vasp </i>");
        Say($"  <i name=\"version\" type=\"string\">{Screen.Version}  </i>\n  <i name=\"subversion\" type=\"string\">stand-in FakeVasp </i>\n  <i name=\"platform\" type=\"string\">LinuxIFC </i>\n  <i name=\"date\" type=\"string\">2000 01 01 </i>\n  <i name=\"time\" type=\"string\">00:00:00 </i>\n </generator>");
        Say(" <incar>");
        foreach (var (tag, value) in inputs.Incar.Tags) Setting(tag, value, "  ");
        Say(" </incar>");
        SayPoints(bands);
        SayParameters(bands);
        SayAtoms();
        SayStructure(inputs.Structure, " <structure name=\"initialpos\" >", " ");
        _out.Flush();
    }

    void SayPoints(Bands bands)
    {
        Say(" <kpoints>");
        if (inputs.Kpoints is Kpoints.Mesh m)
        {
            var shift = m.Centre == KpointsCentre.Monkhorst ? 0.5 : 0;
            Say($"  <generation param=\"{(m.Centre == KpointsCentre.Gamma ? "Gamma" : "Monkhorst-Pack")}\">\n   <v type=\"int\" name=\"divisions\">{I(m.N1, 8)} {I(m.N2, 8)} {I(m.N3, 8)} </v>\n   <v name=\"usershift\">{Three(m.Shift, 16, 8)} </v>");
            Say($"   <v name=\"genvec1\">{Three(new(1.0 / m.N1, 0, 0), 16, 8)} </v>\n   <v name=\"genvec2\">{Three(new(0, 1.0 / m.N2, 0), 16, 8)} </v>\n   <v name=\"genvec3\">{Three(new(0, 0, 1.0 / m.N3), 16, 8)} </v>\n   <v name=\"shift\">{Three(new(shift, shift, shift), 16, 8)} </v>\n  </generation>");
        }
        Say("  <varray name=\"kpointlist\" >");
        foreach (var (k, _) in bands.Points) Say($"   <v>{Three(k, 16, 8)} </v>");
        Say("  </varray>\n  <varray name=\"weights\" >");
        foreach (var (_, weight) in bands.Points) Say($"   <v>{F(weight, 16, 8)} </v>");
        Say("  </varray>\n </kpoints>");
    }

    static readonly string[] Integers = ["NELM", "NELMIN", "NSW", "IBRION", "ISIF", "ISPIN", "ISMEAR", "ISYM", "ISTART", "ICHARG", "NELMDL", "MDALGO", "NBLOCK", "KBLOCK", "NSIM", "LORBIT", "IMIX", "NCORE", "KPAR", "NPAR", "NGX", "NGY", "NGZ", "NBANDS", "NEDOS", "IALGO", "MAXMIX", "ISEARCH"];

    void SayParameters(Bands bands)
    {
        Say(" <parameters>\n  <separator name=\"general\" >");
        var all = inputs.Incar.With(
            ("SYSTEM", inputs.Tag("SYSTEM", "unknown system")), ("PREC", inputs.Tag("PREC", "Normal")), ("ENMAX", IncarValue.Text(inputs.Number("ENCUT", 520))), ("NELM", $"{inputs.Nelm}"), ("EDIFF", inputs.Tag("EDIFF", "1E-4")), ("EDIFFG", E(inputs.Ediffg, 8)),
            ("NSW", $"{inputs.Steps}"), ("IBRION", $"{inputs.Ibrion}"), ("ISIF", $"{inputs.Isif}"), ("ISPIN", inputs.Spin ? "2" : "1"), ("ISMEAR", inputs.Tag("ISMEAR", "1")), ("SIGMA", inputs.Tag("SIGMA", "0.2")), ("NELECT", IncarValue.Text(inputs.Electrons)),
            ("NBANDS", $"{bands.Count}"), ("POTIM", inputs.Tag("POTIM", "0.5")), ("TEBEG", inputs.Tag("TEBEG", "0.0001")), ("TEEND", inputs.Tag("TEEND", inputs.Tag("TEBEG", "0.0001"))), ("NBLOCK", inputs.Tag("NBLOCK", "1")), ("LREAL", inputs.Tag("LREAL", "F")),
            ("ISYM", inputs.Tag("ISYM", "2")), ("GGA", inputs.Tag("GGA", "PE")), ("MDALGO", inputs.Tag("MDALGO", "0")), ("SYMPREC", inputs.Tag("SYMPREC", "1E-5")), ("LHFCALC", inputs.Tag("LHFCALC", "F")), ("NEDOS", $"{DosPoints}"));
        foreach (var (tag, value) in all.Tags) Setting(tag, value, "   ");
        Say("  </separator>\n </parameters>");
    }

    void Setting(string tag, string value, string indent)
    {
        if (IncarValue.Flag(value) is { } flag && value.Trim().TrimStart('.')[0] is 'T' or 'F' or 't' or 'f' && tag is not ("PREC" or "ALGO" or "SYSTEM")) Say($"{indent}<i type=\"logical\" name=\"{tag}\">{(IncarValue.Flag(value) == true ? " T" : " F")}  </i>");
        else if (tag is not "SYSTEM" && IncarValue.Numbers(value) is { IsEmpty: false } n)
        {
            var type = (Integers.Contains(tag) || tag == "RANDOM_SEED") && n.All(x => x == Math.Truncate(x)) ? " type=\"int\"" : "";
            string Text(double x) => type.Length > 0 ? I((int)x, tag == "RANDOM_SEED" ? 12 : 6) : Math.Abs(x) is < 1e-3 and > 0 ? E(x, 8) : F(x, 16, 8);
            Say(n.Length == 1 ? $"{indent}<i{type} name=\"{tag}\">{Text(n[0])}</i>" : $"{indent}<v{type} name=\"{tag}\">{string.Join(' ', n.Select(Text))}</v>");
        }
        else Say($"{indent}<i type=\"string\" name=\"{tag}\">{SecurityElement.Escape(value)}</i>");
    }

    void SayAtoms()
    {
        var s = inputs.Structure;
        var types = s.Composition();
        Say($" <atominfo>\n  <atoms> {I(s.Count, 7)} </atoms>\n  <types> {I(types.Count, 7)} </types>\n  <array name=\"atoms\" >\n   <dimension dim=\"1\">ion</dimension>\n   <field type=\"string\">element</field>\n   <field type=\"int\">atomtype</field>\n   <set>");
        foreach (var e in s.Species) Say($"    <rc><c>{e,-2}</c><c>{I(types.ToList().FindIndex(t => t.Element == e) + 1, 4)}</c></rc>");
        Say("   </set>\n  </array>\n  <array name=\"atomtypes\" >\n   <dimension dim=\"1\">type</dimension>\n   <field type=\"int\">atomspertype</field>\n   <field type=\"string\">element</field>\n   <field>mass</field>\n   <field>valence</field>\n   <field type=\"string\">pseudopotential</field>\n   <set>");
        foreach (var ((element, count), p) in types.Zip(inputs.Potcars)) Say($"    <rc><c>{I(count, 4)}</c><c>{element,-2}</c><c>{F(p.MassU, 16, 8)}</c><c>{F(p.Valence, 16, 8)}</c><c>  {p.Title,-40}</c></rc>");
        Say("   </set>\n  </array>\n </atominfo>");
    }

    void SayStructure(Structure s, string open, string indent)
    {
        Say($"{open}\n{indent} <crystal>\n{indent}  <varray name=\"basis\" >");
        for (var i = 0; i < 3; i++) Say($"{indent}   <v>{Three(s.Cell[i], 16, 8)} </v>");
        Say($"{indent}  </varray>\n{indent}  <i name=\"volume\">{F(s.VolumeA3, 16, 8)} </i>\n{indent}  <varray name=\"rec_basis\" >");
        var b = s.Cell.Inverse.Transposed;
        for (var i = 0; i < 3; i++) Say($"{indent}   <v>{Three(b[i], 16, 8)} </v>");
        Say($"{indent}  </varray>\n{indent} </crystal>\n{indent} <varray name=\"positions\" >");
        foreach (var f in s.Fractional) Say($"{indent}  <v>{Three(f.Wrapped(), 16, 8)} </v>");
        Say($"{indent} </varray>\n{indent}</structure>");
    }

    /// <summary>Opens a calculation and writes its electronic steps.</summary>
    public void Begin(IReadOnlyList<double> energies, double free, double entropy)
    {
        Say(" <calculation>");
        for (var k = 0; k < energies.Count; k++)
        {
            Say("  <scstep>\n   <time name=\"total\">    0.01    0.01</time>\n   <energy>");
            if (k == energies.Count - 1) Say($"    <i name=\"alphaZ\">      0.00000000 </i>\n    <i name=\"eentropy\">{F(entropy, 16, 8)} </i>");
            SayEnergies(k == energies.Count - 1 ? free : energies[k], k == energies.Count - 1 ? entropy : 0, "    ");
            Say("   </energy>\n  </scstep>");
        }
    }

    void SayEnergies(double free, double entropy, string indent) =>
        Say($"{indent}<i name=\"e_fr_energy\">{F(free, 16, 8)} </i>\n{indent}<i name=\"e_wo_entrp\">{F(free - entropy, 16, 8)} </i>\n{indent}<i name=\"e_0_energy\">{F(free - 0.5 * entropy, 16, 8)} </i>");

    public void End(IonicStep s, double free, double entropy, Bands? bands, Effects effects)
    {
        SayStructure(s.Structure, "  <structure>", "  ");
        Say("  <varray name=\"forces\" >");
        for (var i = 0; i < s.Structure.Count; i++) Say(effects.Overflows && i == 0 ? "   <v>  **************  **************      0.00000000 </v>" : $"   <v>{Three(new(s.Forces[3 * i], s.Forces[3 * i + 1], s.Forces[3 * i + 2]), 16, 8)} </v>");
        Say("  </varray>\n  <varray name=\"stress\" >");
        for (var i = 0; i < 3; i++) Say($"   <v>{Three(s.StressKb[i], 16, 8)} </v>");
        Say("  </varray>\n  <energy>");
        SayEnergies(free, entropy, "   ");
        if (inputs.Ibrion == 0) Say($"   <i name=\"kinetic\">{F(s.KineticEv, 16, 8)} </i>\n   <i name=\"total\">{F(free + s.KineticEv, 16, 8)} </i>");
        Say("  </energy>");
        if (bands is not null) SayBands(bands);
        Say(" </calculation>");
        _out.Flush();
    }

    void SayBands(Bands bands)
    {
        Say("  <eigenvalues>\n   <array>\n    <dimension dim=\"1\">band</dimension>\n    <dimension dim=\"2\">kpoint</dimension>\n    <dimension dim=\"3\">spin</dimension>\n    <field>eigene</field>\n    <field>occ</field>\n    <set>");
        for (var spin = 1; spin <= (inputs.Spin ? 2 : 1); spin++)
        {
            Say($"     <set comment=\"spin {spin}\">");
            for (var k = 0; k < bands.Points.Length; k++)
            {
                Say($"      <set comment=\"kpoint {k + 1}\">");
                for (var n = 0; n < bands.Count; n++) Say($"       <r>{F(bands.Energies[k][n], 10, 4)} {F(bands.Occupations[n], 9, 4)} </r>");
                Say("      </set>");
            }
            Say("     </set>");
        }
        Say("    </set>\n   </array>\n  </eigenvalues>");
        SayDos(bands);
    }

    void SayDos(Bands bands)
    {
        double low = bands.Energies.Min(e => e[0]) - 1, high = bands.Energies.Max(e => e[^1]) + 1, step = (high - low) / (DosPoints - 1);
        Say($"  <dos>\n   <i name=\"efermi\">{F(bands.FermiEv, 16, 8)} </i>\n   <total>\n    <array>\n     <dimension dim=\"1\">gridpoints</dimension>\n     <dimension dim=\"2\">spin</dimension>\n     <field>energy</field>\n     <field>total</field>\n     <field>integrated</field>\n     <set>");
        for (var spin = 1; spin <= (inputs.Spin ? 2 : 1); spin++)
        {
            Say($"      <set comment=\"spin {spin}\">");
            var integrated = 0.0;
            for (var i = 0; i < DosPoints; i++)
            {
                var (energy, density) = (low + i * step, 0.0);
                for (var k = 0; k < bands.Points.Length; k++)
                    foreach (var e in bands.Energies[k]) if (Math.Abs(e - energy) < 5 * Smearing) density += bands.Points[k].Weight * Math.Exp(-(e - energy) * (e - energy) / (2 * Smearing * Smearing));
                density *= (inputs.Spin ? 1 : 2) / (Smearing * Math.Sqrt(2 * Math.PI));
                integrated += density * step;
                Say($"       <r>{F(energy, 10, 4)} {F(density, 9, 4)} {F(integrated, 9, 4)} </r>");
            }
            Say("      </set>");
        }
        Say("     </set>\n    </array>\n   </total>\n  </dos>");
    }

    public void Close(Structure last)
    {
        SayStructure(last, " <structure name=\"finalpos\" >", " ");
        Say("</modeling>");
    }

    static string Three(Vec3 v, int width, int digits) => $"{F(v.X, width, digits)} {F(v.Y, width, digits)} {F(v.Z, width, digits)}";
    public void Dispose() => _out.Dispose();
}
