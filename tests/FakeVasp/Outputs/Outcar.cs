using System.Globalization;
using IpActors.FakeVasp.Inputs;
using IpActors.FakeVasp.Physics;
using IpActors.Science.Numerics;
using static IpActors.FakeVasp.Outputs.Fortran;

namespace IpActors.FakeVasp.Outputs;

/// <summary>OUTCAR, the sections that programs read, in VASP's own form.</summary>
sealed class Outcar(RunInputs inputs) : IDisposable
{
    const string Line = " -----------------------------------------------------------------------------------";
    /// <summary>V G³/(6π²) with ħ²G²/2m the cutoff, of the start.</summary>
    int PlaneWaves => (int)(Math.Pow(inputs.Number("ENCUT", 520) / 3.80998, 1.5) * inputs.Structure.VolumeA3 / (6 * Math.PI * Math.PI));
    readonly StreamWriter _out = new("OUTCAR") { NewLine = "\n" };
    readonly long _start = Environment.TickCount64;

    public void Say(string text) => _out.WriteLine(text);
    public void Flush() => _out.Flush();

    public void Head(Bands bands, Effects effects)
    {
        var s = inputs.Structure;
        Say($" vasp.{Screen.Version} stand-in FakeVasp");
        Say($" executed on             FakeVasp date 2000.01.01  00:00:00\n running    1 mpi-ranks, on    1 nodes\n\n INCAR:");
        foreach (var (tag, value) in inputs.Incar.Tags) Say($"   {tag} = {value}");
        foreach (var p in inputs.Potcars) Say($" POTCAR:    {p.Title}");
        foreach (var p in inputs.Potcars)
        {
            Say($"   VRHFIN ={p.Element}: stand-in\n   LEXCH  = PE\n   TITEL  = {p.Title}");
            Say($"   POMASS = {F(p.MassU, 8, 3)}; ZVAL   = {F(p.Valence, 8, 3)}    mass and valenz\n   ENMAX  = {F(p.EnmaxEv, 8, 3)}; ENMIN  = {F(0.75 * p.EnmaxEv, 8, 3)} eV");
        }
        Say($"\n Dimension of arrays:\n   k-points           NKPTS = {I(bands.Points.Length, 6)}   k-points in BZ     NKDIM = {I(bands.Points.Length, 6)}   number of bands    NBANDS= {I(bands.Count, 6)}");
        Say($"   number of dos      NEDOS = {I(Xml.DosPoints, 6)}   number of ions     NIONS = {I(s.Count, 6)}");
        Say("   dimension x,y,z NGX =    40 NGY =   40 NGZ =   40\n   dimension x,y,z NGXF=    80 NGYF=   80 NGZF=   80\n total plane-waves  NPLWV =        64000");
        if (effects.AdvisesGrid) Say(" WARNING: aliasing errors must be expected set NGX to  44 to avoid them\n WARNING: aliasing errors must be expected set NGY to  44 to avoid them\n WARNING: aliasing errors must be expected set NGZ to  44 to avoid them");
        Say($"   ions per type =            {string.Concat(s.Composition().Select(c => I(c.Count, 4)))}");
        Say($"\n   ENCUT  = {F(inputs.Number("ENCUT", 520), 6, 1)} eV\n   NELM   = {I(inputs.Nelm, 6)};   NELMIN=      2; NELMDL=     -5     # of ELM steps\n   EDIFF  = {E(inputs.Ediff, 1)}   stopping-criterion for ELM");
        Say($"   EDIFFG = {E(inputs.Ediffg, 1)}   stopping-criterion for IOM\n   NSW    = {I(inputs.Steps, 6)}    number of steps for IOM\n   IBRION = {I(inputs.Ibrion, 6)}    ionic relax: 0-MD 1-quasi-New 2-CG");
        Say($"   ISIF   = {I(inputs.Isif, 6)}    stress and relaxation\n   POTIM  = {F(inputs.Number("POTIM", 0.5), 6, 4)}    time-step for ionic-motion\n   TEBEG  = {F(inputs.Number("TEBEG", 0), 6, 1)};   TEEND  = {F(inputs.Number("TEEND", inputs.Number("TEBEG", 0)), 6, 1)} temperature during run");
        if (inputs.Integer("MDALGO", 0) > 0 && effects.EchoedMdAlgo is null) Say($"\n  MD-specific parameters\n                MDALGO = {I(inputs.Integer("MDALGO", 0), 3)}");
        Say($"   ISPIN  = {I(inputs.Spin ? 2 : 1, 6)}    spin polarized calculation?\n   ISMEAR = {I(inputs.Integer("ISMEAR", 1), 6)};   SIGMA  = {F(inputs.Number("SIGMA", 0.2), 6, 2)}  broadening in eV -4-tet -1-fermi 0-gaus");
        Say($"   NELECT = {F(inputs.Electrons, 12, 4)}    total number of electrons\n   LREAL  = {(inputs.Tag("LREAL", "F").TrimStart('.') is ['F' or 'f', ..] ? "F" : "T"),6}    real-space projection\n");
        Say($"\n\n\n{new string('-', 104)}\n\n");
        for (var k = 0; k < bands.Points.Length; k++) Say($" k-point {I(k + 1, 5)} : {Three(bands.Points[k].K, 9, 4)}  plane waves: {I(PlaneWaves, 7)}");
        Say($"\n maximum and minimum number of plane-waves per node : {I(PlaneWaves, 9)} {I(PlaneWaves, 9)}\n");
        Flush();
    }

    public void Electronic(int step, int k, double seconds)
    {
        Say($"--------------------------------------- Iteration {I(step, 6)}({I(k, 4)})  ---------------------------------------\n");
        Say($"      LOOP:  cpu time {F(seconds, 9, 4)}: real time {F(seconds, 9, 4)}\n");
    }

    public void Ionic(int step, IonicStep s, double free, double entropy, Bands bands, bool withBands, double seconds, Effects effects)
    {
        var withoutEntropy = free - entropy;
        Say($" number of electron {F(inputs.Electrons, 15, 7)} magnetization {F(0, 15, 7)}\n");
        Say("  Free energy of the ion-electron system (eV)\n  ---------------------------------------------------");
        Say($"  entropy T*S    EENTRO = {F(entropy, 18, 8)}\n  eigenvalues    EBANDS = {F(free / 2, 18, 8)}\n  ---------------------------------------------------");
        Say($"  free energy    TOTEN  = {F(free, 18, 8)} eV\n\n  energy without entropy = {F(withoutEntropy, 16, 8)}  energy(sigma->0) = {F(free - 0.5 * entropy, 16, 8)}\n");
        if (withBands) SayBands(bands);
        var stress = s.StressKb;
        Say("  FORCE on cell =-STRESS in cart. coord.  units (eV):\n  Direction    XX          YY          ZZ          XY          YZ          ZX\n  --------------------------------------------------------------------------------------");
        Say($"  Total   {Six((s.Structure.VolumeA3 / 1602.1766208) * stress, 5)}\n  in kB   {Six(stress, 5)}\n  external pressure = {F(stress.Trace / 3, 11, 2)} kB  Pullay stress =        0.00 kB\n");
        var cell = s.Structure.Cell;
        var b = cell.Inverse.Transposed;
        Say($" VOLUME and BASIS-vectors are now :\n{Line}\n  energy-cutoff  :  {F(inputs.Number("ENCUT", 520), 10, 2)}\n  volume of cell :  {F(s.Structure.VolumeA3, 10, 2)}\n      direct lattice vectors                 reciprocal lattice vectors");
        for (var i = 0; i < 3; i++) Say($"   {Three(cell[i], 13, 9)}   {Three(b[i], 13, 9)}");
        Say($"\n  length of vectors\n   {Three(new(cell.A.Length, cell.B.Length, cell.C.Length), 13, 9)}   {Three(new(b.A.Length, b.B.Length, b.C.Length), 13, 9)}\n");
        Say($" POSITION                                       TOTAL-FORCE (eV/Angst)\n{Line}");
        var drift = Vec3.Zero;
        for (var i = 0; i < s.Structure.Count; i++)
        {
            var f = new Vec3(s.Forces[3 * i], s.Forces[3 * i + 1], s.Forces[3 * i + 2]);
            drift += f;
            Say($" {Three(s.Structure.Cartesian(i), 12, 5)}    {Three(f, 13, 6)}");
        }
        if (effects.Drifts) drift += new Vec3(0.5, 0, 0);
        Say($"{Line}\n    total drift:                               {Three(drift, 13, 6)}\n\n");
        Say($"  FREE ENERGIE OF THE ION-ELECTRON SYSTEM (eV)\n  ---------------------------------------------------\n  free  energy   TOTEN  = {F(free, 18, 8)} eV\n\n  energy  without entropy= {F(withoutEntropy, 16, 8)}  energy(sigma->0) = {F(free - 0.5 * entropy, 16, 8)}\n");
        if (inputs.Ibrion == 0)
            Say($"  ENERGY OF THE ELECTRON-ION-THERMOSTAT SYSTEM (eV)\n  ---------------------------------------------------\n% ion-electron   TOTEN  = {F(free, 16, 6)}  see above\n  kinetic energy EKIN   = {F(s.KineticEv, 16, 6)} (temperature {F(s.TemperatureK, 8, 2)} K)\n  total energy   ETOTAL = {F(free + s.KineticEv, 16, 6)} eV\n");
        Say($"     LOOP+:  cpu time {F(seconds, 9, 4)}: real time {F(seconds, 9, 4)}\n");
        Flush();
    }

    void SayBands(Bands bands)
    {
        Say($" E-fermi : {F(bands.FermiEv, 8, 4)}     XC(G=0):  -5.0000     alpha+bet : -3.0000\n");
        for (var spin = 1; spin <= (inputs.Spin ? 2 : 1); spin++)
        {
            if (inputs.Spin) Say($" spin component {spin}\n");
            for (var k = 0; k < bands.Points.Length; k++)
            {
                Say($" k-point {I(k + 1, 5)} : {Three(bands.Points[k].K, 10, 4)}\n  band No.  band energies     occupation ");
                for (var n = 0; n < bands.Count; n++) Say($"{I(n + 1, 7)} {F(bands.Energies[k][n], 12, 4)} {F(bands.Occupations[n] * (inputs.Spin ? 1 : 2), 12, 5)}");
                Say("");
            }
        }
    }

    /// <summary>The closing table of times, by which readers know that it ended well.</summary>
    public void Close()
    {
        var seconds = (Environment.TickCount64 - _start) / 1000.0;
        Say($"\n\n General timing and accounting informations for this job:\n ========================================================\n\n                  Total CPU time used (sec): {F(seconds, 12, 3)}\n                            User time (sec): {F(seconds, 12, 3)}");
        Say($"                          System time (sec): {F(0, 12, 3)}\n                         Elapsed time (sec): {F(seconds, 12, 3)}\n\n                   Maximum memory used (kb):  {I((int)(Environment.WorkingSet / 1024), 10)}.\n                   Average memory used (kb):          0.\n\n                          Minor page faults:            0\n                          Major page faults:            0\n                 Voluntary context switches:            0");
    }

    static string Three(Vec3 v, int width, int digits) => $"{F(v.X, width, digits)}{F(v.Y, width, digits)}{F(v.Z, width, digits)}";
    static string Six(in Mat3 m, int digits) => string.Concat(new[] { m[0, 0], m[1, 1], m[2, 2], m[0, 1], m[1, 2], m[2, 0] }.Select(x => F(x, 12, digits)));

    public void Dispose() => _out.Dispose();
}
