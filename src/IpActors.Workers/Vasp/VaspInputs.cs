using System.Globalization;
using IpActors.Domain.DftRuns;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;

namespace IpActors.Workers.Vasp;

/// <summary>INCAR, KPOINTS and POSCAR of a part, and where its POTCAR is copied from.</summary>
public static class VaspInputs
{
    /// <summary>The inputs; without a POTCAR library everything but POTCAR (and, of charged cells, NELECT). Throws <see cref="PartFaultException"/> for parts that VASP does not compute, <see cref="InputException"/> for settings and libraries that are wrong.</summary>
    public static ProgramInputs Of(PartRequest r, VaspSettings settings)
    {
        VaspOverrides.Check(r.Settings);
        var part = VaspPart.Of(r);
        var planned = part.Written;
        var resume = VaspResume.Of(part, planned, r);
        var s = resume.Structure ?? VaspPart.Corrected(planned, r.Settings);
        var potcars = Potcars(s, settings);
        var incar = VaspIncar.Of(part, s, r, potcars, resume.StepsDone);
        var copied = resume.Copies.Select(c => c.Target).ToArray();
        if (copied is ["CHGCAR"] && !r.Settings.ContainsKey("INCAR.ICHARG")) incar = incar.With(("ICHARG", "1"));
        if (potcars is not null) RequireFunctional(incar, potcars);
        var (kpoints, centre, mesh) = Points(part, s, incar, r.Settings);
        var files = Texts.Of(("INCAR", incar.Write()), ("KPOINTS", kpoints.Write()), ("POSCAR", resume.Text ?? Poscar.Write(s, $"{VaspPart.Mark(r.Settings)}{Formula.Of(s)}")));
        var copies = potcars is null ? resume.Copies : resume.Copies.Insert(0, new("POTCAR", [.. potcars.Select(p => p.Path)]));
        return new(files, [])
        {
            Copies = copies,
            Essence = Texts.Of(("INCAR", incar.With(IncarTags.Neutral.Select(t => KeyValuePair.Create(t, ""))).Write())),
            Facts = Facts(s, potcars),
            Effective = Effective(incar, centre, mesh, r),
            Stdout = "vasp.out",
            Stderr = "vasp.err",
            Cacheable = resume.Structure is null && resume.Copies.IsEmpty,
        };
    }

    /// <summary>One POTCAR an element, in POSCAR's order; null without a library.</summary>
    static Potcar[]? Potcars(Structure s, VaspSettings settings)
    {
        if (settings.PotcarLibrary is not { } folder) return null;
        var library = new PotcarLibrary(folder);
        return [.. s.Composition().Select(c => library.Find(c.Element, settings.NameOf(c.Element)))];
    }

    static void RequireFunctional(Incar incar, Potcar[] potcars)
    {
        if (incar["GGA"] is { } gga && gga.Equals("PE", StringComparison.OrdinalIgnoreCase) && potcars.FirstOrDefault(p => p.Functional is not ("PE" or "")) is { } other)
            throw new InputException($"{other.Path}: made with LEXCH = {other.Functional}, but GGA = PE is asked for; give a PBE library, or set INCAR.GGA");
    }

    static (Kpoints Kpoints, string Centre, string Mesh) Points(VaspPart part, Structure s, Incar incar, IReadOnlyDictionary<string, string> settings)
    {
        var asked = settings.GetValueOrDefault(VaspOverrides.Mesh) is { Length: > 0 } m ? VaspOverrides.MeshOf(m) : (KpointMesh?)null;
        var usual = part.IsDynamics || part.Kind == VaspKind.Molecule ? new Kpoints.Mesh("Gamma alone", KpointsCentre.Gamma, 1, 1, 1) : KpointsOf.Mesh(s);
        if (asked is { } n) usual = usual with { Comment = "mesh as asked", N1 = n.A, N2 = n.B, N3 = n.C, Centre = usual.Centre == KpointsCentre.Gamma || !n.ShiftKeepsSymmetry(KpointMesh.Rotations(s)) ? KpointsCentre.Gamma : KpointsCentre.Monkhorst };
        if (settings.GetValueOrDefault(VaspOverrides.Centre) is { Length: > 0 } centre) usual = usual with { Centre = centre == "gamma" ? KpointsCentre.Gamma : KpointsCentre.Monkhorst };
        if (part.Kind != VaspKind.Static) return (usual, usual.Centre == KpointsCentre.Gamma ? "gamma" : "monkhorst", $"{new KpointMesh(usual.N1, usual.N2, usual.N3)}");
        // Band edges sit on Gamma and the zone boundary: even divisions on Gamma hold both.
        var mesh = new KpointMesh(usual.N1, usual.N2, usual.N3);
        if (asked is null) mesh = mesh.Even;
        var list = KpointsOf.BandEdges(s.Cell, mesh, incar.Integer("ISYM") is <= 0 ? [] : KpointMesh.Rotations(s));
        return (list, "gamma", $"{mesh}");
    }

    static ImmutableSortedDictionary<string, string> Facts(Structure s, Potcar[]? potcars) => potcars is null ? Texts.None
        : Texts.Of([.. s.Composition().Zip(potcars).SelectMany(p => new[] { ($"POTCAR.{p.First.Element}.title", p.Second.Title), ($"POTCAR.{p.First.Element}.sha256", p.Second.Sha256) })]);

    static ImmutableSortedDictionary<string, string> Effective(Incar incar, string centre, string mesh, PartRequest r)
    {
        var all = Texts.None.ToBuilder();
        foreach (var (key, value) in r.Settings) all[key] = value;
        foreach (var (tag, value) in incar.Tags) all[VaspOverrides.Incar + tag] = value;
        (all[VaspOverrides.Centre], all[VaspOverrides.Mesh], all[VaspOverrides.Resume]) = (centre, mesh, VaspResume.Mode(r));
        return all.ToImmutable();
    }

    /// <summary>
    /// What an energy may be compared with: functional, potentials, cutoff, and whatever else of <see cref="IncarTags.OfScheme"/> is asked for; the same for every compound of a campaign, whatever its elements.
    /// </summary>
    public static string Scheme(IReadOnlyDictionary<string, string> settings, VaspSettings site)
    {
        string Of(string tag, string otherwise) => settings.GetValueOrDefault($"INCAR.{tag}") is { Length: > 0 } v ? v : otherwise;
        var functional = Of("METAGGA", Of("GGA", "PE") is "PE" or "Pe" or "pe" ? "PBE" : Of("GGA", "PE"));
        var set = site.PotcarLibrary is { } folder ? new PotcarLibrary(folder).Set : "no POTCAR";
        var names = site.Potcars.Where(p => p.Value != new VaspSettings().NameOf(p.Key)).Select(p => $" {p.Key}:{p.Value}");
        var others = IncarTags.OfScheme.Where(t => t is not ("GGA" or "METAGGA" or "ENCUT") && settings.GetValueOrDefault($"INCAR.{t}") is { Length: > 0 }).Select(t => $", {t} {settings[$"INCAR.{t}"]}");
        return $"VASP {functional}, {set}{string.Concat(names)}, Li {site.NameOf("Li")}, ENCUT {Of("ENCUT", "520")} eV{string.Concat(others)}";
    }
}
