using IpActors.FakeVasp.Inputs;
using IpActors.FakeVasp.Misdeeds;
using IpActors.FakeVasp.Outputs;
using IpActors.FakeVasp.Physics;
using IpActors.Workers.Vasp;

namespace IpActors.FakeVasp;

/// <summary>One run: inputs, ionic steps, outputs, step by step so that it can be watched.</summary>
sealed class Run(RunInputs inputs, Effects effects, Misdeed misdeed)
{
    public void Play()
    {
        var bands = Banded(inputs.Structure);
        using var screen = new Screen();
        using var outcar = new Outcar(inputs);
        using var xml = new Xml(inputs);
        using var others = new OtherFiles(inputs);
        screen.Head(inputs, bands.Count);
        outcar.Head(bands, effects);
        xml.Head(bands);
        others.Points(bands);

        var restarted = File.Exists("WAVECAR") && inputs.Integer("ISTART", 1) > 0;
        IonicStep? last = null;
        var (before, n) = (0.0, 0);
        foreach (var step in Ions.Steps(inputs, effects.NeverConvergesIons))
        {
            misdeed.At(++n, screen, outcar);
            last = step;
            var energy = Shown(last, n);
            var entropy = effects.EntropyEvPerAtom * step.Structure.Count;
            var aborted = Electronic(screen, outcar, xml, n, energy, entropy, restarted, out var seconds);
            var stops = aborted || Stopcar("LSTOP");
            var isEnd = stops || inputs.Ibrion != 0 && last.Converged || n >= Math.Max(1, inputs.Steps);
            if (isEnd) bands = Banded(step.Structure);
            outcar.Ionic(n, last, energy, entropy, bands, isEnd || n == 1, seconds, effects);
            xml.End(last, energy, entropy, isEnd ? bands : null, effects);
            others.Xdatcar(step.Structure);
            others.Contcar(step);
            screen.Ionic(inputs, n, last, energy, energy - 0.5 * entropy, before);
            before = energy;
            if (stops)
            {
                screen.Say(aborted ? " hard stop encountered!  aborting job ..." : " soft stop encountered!  aborting job ...");
                outcar.Say(aborted ? " hard stop encountered!  aborting job ..." : " soft stop encountered!  aborting job ...");
            }
            else if (isEnd && inputs is { Ibrion: 1 or 2 or 3, Steps: > 0 } && last.Converged)
            {
                screen.Say(" reached required accuracy - stopping structural energy minimisation");
                outcar.Say(" reached required accuracy - stopping structural energy minimisation");
            }
            if (isEnd) break;
        }
        others.Eigenvalues(bands, last!.Structure);
        others.StandIns(last.Structure);
        others.CoreDensities(last.Structure, effects.CoresAreNegative);
        if (inputs.Flag("LWAVE", true)) screen.Say(" writing wavefunctions");
        outcar.Close();
        xml.Close(last.Structure);
    }

    Bands Banded(Science.Crystals.Structure s)
    {
        var bands = Bands.Of(inputs, s);
        if (!effects.IsMetal || bands is not { VbmEv: { } vbm, CbmEv: { } cbm }) return bands;
        var filled = bands.Occupations.Count(o => o > 0);
        return bands with { Energies = [.. bands.Energies.Select(e => (double[])[.. e[..filled], .. e[filled..].Select(x => x - (cbm - vbm) - 0.5)])], FermiEv = vbm - 0.2 };
    }

    double Shown(IonicStep step, int n)
    {
        var energy = effects.IsPositive ? Math.Abs(step.EnergyEv) : step.EnergyEv;
        return n == effects.JumpsAt ? energy + 5 * step.Structure.Count : energy;
    }

    /// <summary>The electronic steps of one ionic step; true where STOPCAR (LABORT) cut them short.</summary>
    bool Electronic(Screen screen, Outcar outcar, Xml xml, int n, double energy, double entropy, bool restarted, out double seconds)
    {
        var converges = !effects.NeverConvergesElectrons;
        var count = ElectronicSteps.Count(n == 1, restarted, inputs.Ediff, inputs.Nelm, converges);
        var energies = new List<double>();
        screen.Cycle();
        var (before, start, aborted) = (0.0, Environment.TickCount64, false);
        for (var k = 1; k <= count && !aborted; k++)
        {
            var from = Environment.TickCount64;
            if (effects.SecondsPerElectronicStep > 0) Thread.Sleep(TimeSpan.FromSeconds(effects.SecondsPerElectronicStep));
            aborted = Stopcar("LABORT");
            var e = ElectronicSteps.Energy(energy, k, count, n == 1, converges);
            energies.Add(e);
            screen.Electronic(Solver(k), k, e, before, 30 * Math.Pow(0.3, k));
            outcar.Electronic(n, k, (Environment.TickCount64 - from) / 1000.0);
            before = e;
        }
        xml.Begin(energies, energy, entropy);
        seconds = (Environment.TickCount64 - start) / 1000.0;
        return aborted;
    }

    string Solver(int k) => inputs.Tag("ALGO", "Normal").ToUpperInvariant() switch { ['V', ..] => "RMM", ['F', ..] => k > 5 ? "RMM" : "DAV", ['A', ..] or ['C', ..] or ['D', ..] => "CGA", _ => "DAV" };

    static bool Stopcar(string tag)
    {
        if (!File.Exists("STOPCAR")) return false;
        try { return Incar.Read(File.ReadAllText("STOPCAR"), "STOPCAR").Flag(tag) == true; }
        catch (IOException) { return false; } // being written
    }
}
