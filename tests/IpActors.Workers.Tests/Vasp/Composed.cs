using System.Globalization;
using System.IO.Compression;
using System.Text;
using IpActors.Domain.Works;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Tests.Vasp;

/// <summary>Small outputs in VASP's formats, composed here line by line after its manual; no real run's text.</summary>
static class Composed
{
    public static readonly Structure Li3OCl = new(Mat3.Diagonal(3.9, 3.9, 3.9), ["Li", "Li", "Li", "O", "Cl"], [new(0.5, 0.5, 0), new(0.5, 0, 0.5), new(0, 0.5, 0.5), new(0.5, 0.5, 0.5), Vec3.Zero]);

    public static string F(FormattableString s) => s.ToString(CultureInfo.InvariantCulture);

    /// <summary>One ionic step: E0, free energy, electronic steps, forces; its k points' levels (energy, occupancy) by spin where it has them.</summary>
    public sealed record Step(double E0, double Free, int Electronic, Vec3 Force = default, (double E, double Occupancy)[][][]? Levels = null);

    public static string VasprunText(Structure s, IEnumerable<Step> steps, double[] weights, (string Name, string Value)[] parameters, double fermi = 0, bool old = true)
    {
        var x = new StringBuilder("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<modeling>\n <generator>\n  <i name=\"program\" type=\"string\">vasp </i>\n  <i name=\"version\" type=\"string\">5.4.4.composed  </i>\n </generator>\n <incar>\n  <i type=\"string\" name=\"ALGO\"> Normal</i>\n </incar>\n");
        x.Append(" <kpoints>\n  <varray name=\"kpointlist\" >\n").AppendJoin("", weights.Select((_, i) => F($"   <v>  {i / 10.0:F8} 0.00000000 0.00000000 </v>\n"))).Append("  </varray>\n  <varray name=\"weights\" >\n").AppendJoin("", weights.Select(w => F($"   <v> {w:F8} </v>\n"))).Append("  </varray>\n </kpoints>\n <parameters>\n  <separator name=\"general\" >\n");
        foreach (var (name, value) in parameters) x.Append(F($"   <i name=\"{name}\">  {value}</i>\n"));
        x.Append("  </separator>\n </parameters>\n <atominfo>\n  <atoms>       5 </atoms>\n  <array name=\"atoms\" >\n   <field type=\"string\">element</field>\n   <set>\n");
        foreach (var e in s.Species) x.Append(F($"    <rc><c>{e,-2}</c><c>   1</c></rc>\n"));
        x.Append("   </set>\n  </array>\n  <array name=\"atomtypes\" >\n   <set>\n    <rc><c>   3</c><c>Li</c><c>  7.01</c><c>  3.0</c><c>  PAW_PBE Li_sv composed  </c></rc>\n   </set>\n  </array>\n </atominfo>\n").Append(Text(s, "initialpos"));
        foreach (var step in steps)
        {
            x.Append(" <calculation>\n");
            for (var i = 0; i < step.Electronic; i++) x.Append(F($"  <scstep>\n   <time name=\"dav\">    0.10    0.11</time>\n   <energy>\n    <i name=\"e_fr_energy\">  {step.Free:F8} </i>\n    <i name=\"e_wo_entrp\">  {step.E0 + 9:F8} </i>\n    <i name=\"e_0_energy\">  {step.E0:F8} </i>\n   </energy>\n  </scstep>\n"));
            x.Append(Text(s, null)).Append("  <varray name=\"forces\" >\n");
            for (var i = 0; i < s.Count; i++) x.Append(F($"   <v>  {(i == 0 ? step.Force.X : 0):F8} {(i == 0 ? step.Force.Y : 0):F8} {(i == 0 ? step.Force.Z : 0):F8} </v>\n"));
            x.Append("  </varray>\n  <varray name=\"stress\" >\n   <v> 3.0 0.1 0.0 </v>\n   <v> 0.1 2.0 0.0 </v>\n   <v> 0.0 0.0 1.0 </v>\n  </varray>\n");
            // Old versions give the entropy as e_0_energy of the step, and E0 as e_wo_entrp.
            x.Append(F($"  <energy>\n   <i name=\"e_fr_energy\">  {step.Free:F8} </i>\n   <i name=\"e_wo_entrp\">  {(old ? step.E0 : step.E0 + 9):F8} </i>\n   <i name=\"e_0_energy\">  {(old ? -0.001 : step.E0):F8} </i>\n  </energy>\n"));
            if (step.Levels is { } levels)
            {
                x.Append("  <eigenvalues>\n   <array>\n    <dimension dim=\"1\">band</dimension>\n    <field>eigene</field>\n    <field>occ</field>\n    <set>\n");
                for (var spin = 0; spin < levels.Length; spin++)
                {
                    x.Append(F($"     <set comment=\"spin {spin + 1}\">\n"));
                    for (var k = 0; k < levels[spin].Length; k++) x.Append(F($"      <set comment=\"kpoint {k + 1}\">\n")).AppendJoin("", levels[spin][k].Select(l => F($"       <r> {l.E:F4} {l.Occupancy:F4} </r>\n"))).Append("      </set>\n");
                    x.Append("     </set>\n");
                }
                x.Append(F($"    </set>\n   </array>\n  </eigenvalues>\n  <projected>\n   <eigenvalues>\n    <array>\n     <set>\n      <set comment=\"spin 1\">\n       <set comment=\"kpoint 1\">\n        <r> 99.0 1.0 </r>\n       </set>\n      </set>\n     </set>\n    </array>\n   </eigenvalues>\n  </projected>\n  <dos>\n   <i name=\"efermi\">  {fermi:F8} </i>\n  </dos>\n"));
            }
            x.Append(" </calculation>\n");
        }
        return x.Append(Text(s, "finalpos")).Append("</modeling>\n").ToString();
    }

    static string Text(Structure s, string? name)
    {
        var x = new StringBuilder(name is null ? "  <structure>\n" : F($"  <structure name=\"{name}\" >\n")).Append("   <crystal>\n    <varray name=\"basis\" >\n");
        foreach (var v in (Vec3[])[s.Cell.A, s.Cell.B, s.Cell.C]) x.Append(F($"     <v> {v.X:F8} {v.Y:F8} {v.Z:F8} </v>\n"));
        x.Append("    </varray>\n    <i name=\"volume\"> 59.3 </i>\n   </crystal>\n   <varray name=\"positions\" >\n");
        foreach (var v in s.Fractional) x.Append(F($"    <v> {v.X:F8} {v.Y:F8} {v.Z:F8} </v>\n"));
        return x.Append("   </varray>\n  </structure>\n").ToString();
    }

    /// <param name="reached">Whether each step's loop ended by EDIFF.</param>
    public static string OutcarText(Structure s, IReadOnlyList<Step> steps, int nsw, Func<int, bool> reached, bool ionic, bool end = true)
    {
        var x = new StringBuilder(F($" vasp.5.4.4.composed for a test (build Jan 01 2000 00:00:00) complex\n TITEL  = PAW_PBE Li_sv composed\n   number of bands    NBANDS=     14\n   NKPTS =      4   k-points in BZ     NKDIM =      4   number of bands    NBANDS=     14\n   number of dos      NEDOS =    301   number of ions     NIONS = {s.Count,6}\n   ENCUT  =  520.0 eV  38.22 Ry\n   NELM   =    100;   NELMIN=  2\n   EDIFF  = 0.5E-05   stopping-criterion for ELM\n   EDIFFG = -.1E-01   stopping-criterion for IOM\n   NSW    = {nsw,6}    number of steps for IOM\n   IBRION =      2    ionic relax\n   ISPIN  =      2    spin polarized calculation?\n   NELECT =      22.0000    total number of electrons\n"));
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            for (var n = 1; n <= step.Electronic; n++) x.Append(F($"--------------------------------------- Iteration {i + 1,6}({n,4})  ---------------------------------------\n\n  free energy    TOTEN  =       {step.Free:F8} eV\n"));
            x.Append(reached(i) ? "------------------------ aborting loop because EDIFF is reached ----------------------------------------\n" : "------------------------ aborting loop EDIFF was not reached (unconverged)  ----------------------------\n");
            x.Append(F($" E-fermi :   2.5000     XC(G=0): -10.0000     alpha+bet : -9.0000\n  in kB       3.00000     2.00000     1.00000     0.10000     0.00000     0.00000\n  external pressure =        2.00 kB  Pullay stress =        0.00 kB\n POSITION                                       TOTAL-FORCE (eV/Angst)\n -----------------------------------------------------------------------------------\n"));
            for (var a = 0; a < s.Count; a++) x.Append(F($" {s.Cartesian(a).X,12:F5}{s.Cartesian(a).Y,13:F5}{s.Cartesian(a).Z,13:F5}{(a == 0 ? step.Force.X : 0),18:F6}{(a == 0 ? step.Force.Y : 0),14:F6}{(a == 0 ? step.Force.Z : 0),14:F6}\n"));
            x.Append(F($" -----------------------------------------------------------------------------------\n    total drift:                                0.000300      0.000400      0.000000\n  FREE ENERGIE OF THE ION-ELECTRON SYSTEM (eV)\n  ---------------------------------------------------\n  free  energy   TOTEN  =       {step.Free:F8} eV\n\n  energy  without entropy=      {step.E0 + 1:F8}  energy(sigma->0) =      {step.E0:F8}\n     LOOP+:  cpu time   12.50: real time   13.25\n"));
        }
        if (ionic) x.Append(" reached required accuracy - stopping structural energy minimisation\n");
        if (end) x.Append("\n General timing and accounting informations for this job:\n ========================================================\n                  Total CPU time used (sec):       50.000\n                         Elapsed time (sec):       53.000\n                   Maximum memory used (kb):      123456.\n");
        return x.ToString();
    }

    public static string OszicarText(IReadOnlyList<Step> steps, double? temperatureK = null) => string.Concat(steps.Select((s, i) =>
        "       N       E                     dE             d eps       ncg     rms          rms(c)\n" + string.Concat(Enumerable.Range(1, s.Electronic).Select(n => F($"DAV: {n,3}    {s.Free:E12}   -0.10000E-0{n}   -0.20000E+00   200   0.300E+00\n")))
        + (temperatureK is { } t ? F($"{i + 1,7} T= {t,6:F0}. E= {s.Free + 1:E8} F= {s.Free:E8} E0= {s.E0:E8}  EK= 0.10000E+01 SP= 0.00E+00 SK= 0.20E-02\n") : F($"{i + 1,4} F= {s.Free:E8} E0= {s.E0:E8}  d E =-.100000E-02  mag=     0.0012\n"))));

    public static Stream Stream(string text) => new MemoryStream(Encoding.Latin1.GetBytes(text));
    public static Stream Packed(string text)
    {
        var m = new MemoryStream();
        using (var z = new GZipStream(m, CompressionLevel.Fastest, true)) z.Write(Encoding.Latin1.GetBytes(text));
        m.Position = 0;
        return new GZipStream(m, CompressionMode.Decompress);
    }

    /// <summary>A library with a POTCAR of each name: heads only, composed for these tests; the electrons are those of the usual sets.</summary>
    public static string Library(string root, params (string Name, string Element, double Valence, string Functional)[] potentials)
    {
        foreach (var (name, element, valence, functional) in potentials)
        {
            Directory.CreateDirectory(Path.Combine(root, name));
            File.WriteAllText(Path.Combine(root, name, "POTCAR"), Potcar(name, element, valence, functional));
        }
        return root;
    }

    public static string Potcar(string name, string element, double valence, string functional = "PE") =>
        F($"  PAW_PBE {name} composed\n   {valence:F2}\n parameters from PSCTR are:\n   VRHFIN ={element}: composed\n   LEXCH  = {functional}\n   TITEL  = PAW_PBE {name} composed\n   POMASS =    7.010; ZVAL   =    {valence:F3}    mass and valenz\n   ENMAX  =  499.034; ENMIN  =  374.276 eV\n End of Dataset\n");

    public static readonly (string, string, double, string)[] Usual = [("Li_sv", "Li", 3, "PE"), ("O", "O", 6, "PE"), ("Cl", "Cl", 7, "PE"), ("H", "H", 1, "PE")];

    public static PartRequest Request(string property, string part, Structure start, params (string Key, double Value)[] parameters) =>
        new(property, part, start, parameters.ToImmutableSortedDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal), Texts.None, 11);
}

/// <summary>A folder that goes away.</summary>
sealed class Scratch : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ipactors-vasp-").FullName;
    public string Sub(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;
    public void Dispose() => Directory.Delete(Path, true);
}
