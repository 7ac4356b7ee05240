using System.Globalization;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Vasp;

/// <summary>The INCAR of a part: settings of its kind, then the campaign's and the corrections' over them.</summary>
static class VaspIncar
{
    /// <summary>Convergence of the energy per atom (eV): a thousandth of 1 meV, so that forces of 0.01 eV/Å are to be had.</summary>
    const double EnergyPerAtomEv = 1e-6, LoosestEv = 1e-4;

    /// <param name="s">As in POSCAR.</param>
    /// <param name="potcars">Of its elements in order; null where there is no library, and then no NELECT can be told.</param>
    /// <param name="stepsDone">Of dynamics, in earlier attempts.</param>
    public static Incar Of(VaspPart part, Structure s, PartRequest r, IReadOnlyList<Potcar>? potcars, int stepsDone)
    {
        var p = r.Parameters;
        var incar = Incar.Empty.With(
            ("SYSTEM", $"{Formula.Of(s)} {r.Property} {r.Part}"), ("PREC", "Accurate"), ("ENCUT", "520"), ("GGA", "PE"), ("ISPIN", "2"), ("MAGMOM", ""), ("LASPH", ".TRUE."), ("ALGO", "Normal"), ("NELM", "100"),
            ("EDIFF", Math.Min(LoosestEv, EnergyPerAtomEv * s.Count).ToString("G3", CultureInfo.InvariantCulture)), ("ISMEAR", "0"), ("SIGMA", "0.05"), ("LREAL", ".FALSE."));
        incar = part.Kind switch
        {
            VaspKind.Relaxation or VaspKind.Molecule => incar.With(("IBRION", "2"), ("ISIF", part.Kind == VaspKind.Molecule ? "2" : "3"), ("NSW", Text(p.GetValueOrDefault("max_steps", 300))), ("EDIFFG", Text(-p.GetValueOrDefault("fmax_eV_per_A", 0.01)))),
            VaspKind.Static => incar.With(("IBRION", "-1"), ("NSW", "0"), ("LWAVE", ".FALSE.")),
            _ => Dynamics(incar, part, s, r, stepsDone),
        };
        if (part.Charge != 0 && potcars is not null) incar = incar.With(("NELECT", Text(Electrons(s, potcars) - part.Charge)));
        incar = incar.With(r.Settings.Where(o => o.Key.StartsWith(VaspOverrides.Incar, StringComparison.Ordinal)).Select(o => new KeyValuePair<string, string>(o.Key[VaspOverrides.Incar.Length..], o.Value)));
        return PerElement(incar, s, r.Settings);
    }

    /// <summary>Langevin at constant pressure (MDALGO 3, Parrinello-Rahman), Nose-Hoover at constant volume; closed shells, so without spin; at Gamma real-space projection pays.</summary>
    static Incar Dynamics(Incar incar, VaspPart part, Structure s, PartRequest r, int stepsDone)
    {
        var t = Text(r.Parameters["temperature_K"]);
        var random = SeededRandom.Stream(r.Seed, string.Create(CultureInfo.InvariantCulture, $"vasp/velocities/{stepsDone}"));
        incar = incar.With(
            ("IBRION", "0"), ("NSW", Text(Math.Max(1, part.Steps(r) - stepsDone))), ("POTIM", Text(VaspPart.Pace(r).StepFs)), ("TEBEG", t), ("TEEND", t), ("ISYM", "0"), ("ISPIN", "1"), ("PREC", "Normal"), ("LREAL", "Auto"), ("NELMIN", "4"),
            ("LWAVE", ".FALSE."), ("LCHARG", ".FALSE."), ("NBLOCK", "1"), ("KBLOCK", "1000"), ("RANDOM_SEED", $"{random.NextInt(900_000_000)} 0 0"));
        return part.Kind == VaspKind.ConstantPressure
            ? incar.With(("MDALGO", "3"), ("ISIF", "3"), ("LANGEVIN_GAMMA", $"{s.Composition().Count}*10"), ("LANGEVIN_GAMMA_L", "10"), ("PMASS", "1000"), ("PSTRESS", "0"))
            : incar.With(("MDALGO", "2"), ("ISIF", "2"), ("SMASS", "0"));
    }

    public static double Electrons(Structure s, IReadOnlyList<Potcar> potcars) => s.Composition().Select((c, i) => c.Count * potcars[i].Valence).Sum();

    /// <summary>Maps of elements become VASP's lists: MAGMOM one number an atom, the others one a species. Without ISPIN 2 there is no MAGMOM.</summary>
    static Incar PerElement(Incar incar, Structure s, IReadOnlyDictionary<string, string> settings)
    {
        if (incar["MAGMOM"] is null && incar.Integer("ISPIN") == 2 && settings.GetValueOrDefault("INCAR.MAGMOM") != "" && incar.Flag("LNONCOLLINEAR") != true) incar = incar.With(("MAGMOM", Moments));
        foreach (var (tag, otherwise) in IncarTags.PerElement)
        {
            if (incar[tag] is not { } value || !value.Contains(':', StringComparison.Ordinal)) continue;
            var map = IncarTags.OfElements(value)!;
            double Of(string element) => map.GetValueOrDefault(element, otherwise);
            incar = incar.With((tag, IncarValue.Text(tag == "MAGMOM" ? s.Species.Select(Of) : s.Composition().Select(c => Of(c.Element)))));
        }
        return incar;
    }

    /// <summary>High-spin starts of the magnetic ions, as the Materials Project has them; 0.6 for all else.</summary>
    const string Moments = "Ce:5 Cr:5 Dy:5 Er:3 Eu:10 Fe:5 Gd:7 Ho:4 La:0.6 Lu:0.6 Mn:5 Mo:5 Nd:3 Ni:5 Pm:4 Pr:2 Sm:5 Tb:6 Tm:2 V:5 W:5 Yb:1";

    static string Text(double v) => IncarValue.Text(v);
}
