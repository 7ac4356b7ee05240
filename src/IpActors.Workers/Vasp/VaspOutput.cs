using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Vasp;

/// <summary>The outputs of one run together: vasprun.xml first, OUTCAR where it is missing or knows more steps, OSZICAR where both fail.</summary>
public sealed class VaspOutput
{
    const double EvPerA3InKilobar = 1602.1766208;

    public Vasprun? Vasprun { get; private init; }
    public Outcar? Outcar { get; private init; }
    public Oszicar? Oszicar { get; private init; }
    /// <summary>The last structure, from CONTCAR where it is whole and that of the last step, else from vasprun.xml.</summary>
    public Structure? Structure { get; private init; }
    /// <summary>Files that were found, and what is wrong with them.</summary>
    public ImmutableArray<string> Files { get; private init; } = [];
    public ImmutableArray<string> Damage { get; private init; } = [];

    /// <summary>Reads whatever of vasprun.xml, OUTCAR, OSZICAR and CONTCAR is in the folder, plain or .gz. Nothing damaged is an error; a missing file is null.</summary>
    public static VaspOutput Read(RunFolder folder)
    {
        var (files, damage) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        T? With<T>(string name, Func<Stream, T> read) where T : class
        {
            try
            {
                using var stream = folder.Open(name);
                if (stream is null) return null;
                files.Add(name);
                return read(stream);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or InputException)
            {
                damage.Add($"{name}: {e.Message}");
                return null;
            }
        }
        var vasprun = With("vasprun.xml", Vasp.Vasprun.Read);
        if (vasprun?.Damage is { } cut) damage.Add($"vasprun.xml: {cut}; its {vasprun.Steps.Count} finished steps are used");
        var outcar = With("OUTCAR", Vasp.Outcar.Read);
        var oszicar = With("OSZICAR", Vasp.Oszicar.Read);
        var contcar = With("CONTCAR", s => new StreamReader(s).ReadToEnd() is { Length: > 0 } text ? Poscar.Read(text, "CONTCAR") : throw new InputException("empty"));
        return new() { Vasprun = vasprun, Outcar = outcar, Oszicar = oszicar, Structure = Final(vasprun, contcar), Files = files.ToImmutable(), Damage = damage.ToImmutable() };
    }

    // CONTCAR has more digits; after molecular dynamics, or in a run cut off, it is one step ahead.
    static Structure? Final(Vasprun? vasprun, Structure? contcar)
    {
        if (vasprun?.Last is not { } last) return contcar;
        if (contcar is null || !contcar.Species.AsSpan().SequenceEqual(last.Species.AsSpan())) return last;
        double Apart(int i) { var d = contcar.Fractional[i] - last.Fractional[i]; return Math.Max(Math.Abs(d.X - Math.Round(d.X)), Math.Max(Math.Abs(d.Y - Math.Round(d.Y)), Math.Abs(d.Z - Math.Round(d.Z)))); }
        var cell = contcar.Cell - last.Cell;
        return Math.Max(cell.A.Length, Math.Max(cell.B.Length, cell.C.Length)) < 1e-5 && Enumerable.Range(0, last.Count).Max(Apart) < 1e-6 ? contcar : last;
    }

    bool ByVasprun => Vasprun is { Steps.Count: > 0 } v && v.Steps.Count >= (Outcar?.Steps.Count ?? 0);

    public int IonicSteps => Math.Max(Vasprun?.Steps.Count ?? 0, Outcar is { Steps.Count: > 0 } o ? o.Steps.Count : Oszicar?.Steps.Count ?? 0);
    /// <summary>E0 (sigma → 0) of the last finished ionic step, eV; null where none is finished.</summary>
    public double? EnergyEv => Finite(ByVasprun ? Vasprun!.Steps[^1].EnergyEv : Outcar is { Steps.Count: > 0 } o ? o.Steps[^1].EnergyEv : Oszicar is { Steps.Count: > 0 } z ? z.Steps[^1].EnergyEv : null);
    public double? FirstEnergyEv => Finite(Vasprun is { Steps.Count: > 0 } v ? v.Steps[0].EnergyEv : Outcar is { Steps.Count: > 0 } o ? o.Steps[0].EnergyEv : null);
    public int ElectronicSteps => ByVasprun ? Vasprun!.Steps[^1].ElectronicSteps : Outcar is { Steps.Count: > 0 } o ? o.Steps[^1].ElectronicSteps : 0;
    public ImmutableArray<Vec3> ForcesEvPerA => ByVasprun && !Vasprun!.ForcesEvPerA.IsEmpty ? Vasprun.ForcesEvPerA : Outcar?.ForcesEvPerA ?? [];
    public double? MaxForceEvPerA => ForcesEvPerA.IsEmpty ? null : Finite(ForcesEvPerA.Max(f => f.Length));
    /// <summary>As VASP prints it, in kB, positive under compression.</summary>
    public Mat3? StressKilobar => ByVasprun ? Vasprun!.StressKilobar ?? Outcar?.StressKilobar : Outcar?.StressKilobar;
    public double? PressureGPa => StressKilobar is { } s ? Finite(s.Trace / 30) : null;
    /// <summary>Largest component of the stress, eV/Å³.</summary>
    public double? MaxStressEvPerA3 => StressKilobar is { } s ? Finite(Enumerable.Range(0, 9).Max(i => Math.Abs(s[i / 3, i % 3])) / EvPerA3InKilobar) : null;
    public string? Version => Vasprun?.Version ?? Outcar?.Version;
    /// <summary>VASP came to its own end: the block of timings, or, without an OUTCAR, a whole vasprun.xml.</summary>
    public bool Ended => Outcar is { } o ? o.Ended : Vasprun?.Complete ?? false;
    public int AtomCount => Structure?.Count ?? Vasprun?.Species.Length ?? (int)(Outcar?.Head.GetValueOrDefault("NIONS") ?? 0);

    /// <summary>A number in force, by vasprun.xml or the head of OUTCAR.</summary>
    public double? Setting(string tag) => Vasprun?.Parameter(tag) ?? (Outcar?.Head.TryGetValue(tag, out var v) == true ? v : null);

    /// <summary>The last ionic step's electrons converged: EDIFF reached by OUTCAR, or fewer steps than NELM; null where no step is finished.</summary>
    public bool? ElectronicConverged => IonicSteps == 0 ? null
        : Outcar is { Steps.Count: > 0 } o && o.Steps.Count >= (Vasprun?.Steps.Count ?? 0) ? o.Steps[^1].Converged : Vasprun is { Steps.Count: > 0 } v ? v.Steps[^1].ElectronicSteps < (Setting("NELM") ?? 60) : null;

    /// <summary>Finished steps whose electrons did not converge.</summary>
    public int UnconvergedSteps => Outcar is { Steps.Count: > 0 } o ? o.Steps.Count(s => !s.Converged) : Vasprun?.Steps.Count(s => s.ElectronicSteps >= (Setting("NELM") ?? 60)) ?? 0;

    /// <summary>Ions converged: nothing to move, the required accuracy reached, or fewer steps than NSW in a run that ended by itself.</summary>
    public bool? IonicConverged => IonicSteps == 0 ? null : Setting("NSW") is not > 1 || Setting("IBRION") is -1 || Outcar?.IonicReached == true || Outcar?.StoppedByFile != true && Ended && IonicSteps < Setting("NSW");

    static double? Finite(double? v) => v is { } x && double.IsFinite(x) ? x : null;
}
