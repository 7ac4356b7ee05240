using System.Globalization;
using System.Text;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Vasp;

/// <summary>The facts of a run of VASP from its folder, whoever ran it: files may be missing, cut or packed by gzip. One pass over each, constant memory but for stdout.</summary>
public static class VaspEvidenceFiles
{
    static readonly string[] Outs = ["stdout.txt", "vasp.out", "vasp.log", "stdout"], Errors = ["stderr.txt", "std_err.txt", "vasp.err", "stderr"];

    /// <param name="stdout">The name of the file that holds what VASP printed; null: one of the usual.</param>
    public static VaspEvidence Read(RunFolder folder, bool ended = true, string? stdout = null, string? stderr = null) => Of(VaspOutput.Read(folder), folder, ended, stdout, stderr);

    /// <summary>From outputs that have been read.</summary>
    public static VaspEvidence Of(VaspOutput output, RunFolder folder, bool ended, string? stdout = null, string? stderr = null)
    {
        var (outcar, xml) = (output.Outcar, output.Vasprun);
        int? Head(string name) => outcar?.Head.TryGetValue(name, out var v) == true ? (int)v : null;
        var printed = Whole(folder, stdout ?? Outs.FirstOrDefault(folder.Has));
        var steps = Steps(output);
        return new()
        {
            Ended = ended, Settings = Settings(folder, xml), Stdout = printed, Stderr = Whole(folder, stderr ?? Errors.FirstOrDefault(folder.Has)),
            Steps = steps, Finished = outcar?.Ended ?? steps.Length == (xml?.Steps.Count ?? 0) && xml?.Complete == true && output.Oszicar is not { Steps.Count: > 0 },
            ReachedAccuracy = outcar?.IonicReached == true || printed.Contains("reached required accuracy", StringComparison.Ordinal) ? true : null,
            Outcar = outcar?.Messages ?? "", AdvisedGrid = outcar?.AdvisedGrid is { X: > 0, Y: > 0, Z: > 0 } grid ? grid : null, EchoedMdAlgo = outcar?.EchoedMdAlgo,
            SlowestElectronicSeconds = outcar?.SlowestElectronicSeconds ?? 0, SlowestIonicSeconds = outcar?.Steps.Where(s => s.Finished).Select(s => s.LoopSeconds).DefaultIfEmpty(0).Max() ?? 0,
            Sites = Head("NIONS") ?? (xml is { Species.Length: > 0 and var n } ? n : null), Kpoints = Head("NKPTS"), Bands = Head("NBANDS") ?? (int?)xml?.Parameter("NBANDS"),
            Electrons = outcar?.Head.TryGetValue("NELECT", out var electrons) == true ? electrons : xml?.Parameter("NELECT"),
            GapEv = xml?.Bands?.GapEv, TopBandOccupied = xml?.Bands?.TopBandOccupied == true, XmlHasOverflow = xml?.HasOverflow == true, XmlIsBroken = ended && xml?.Damage is not null,
            MissingFiles = ended ? [.. new[] { "CONTCAR", "OSZICAR", "OUTCAR" }.Where(f => !folder.Has(f))] : [],
            NegativeCoreDensities = ended ? CoreDensity.NegativeValues(folder) : null,
            AskedToStop = folder.Has("STOPCAR"),
        };
    }

    /// <summary>By OSZICAR, with OUTCAR's entropy and drift; by OUTCAR where it knows of more, by vasprun.xml where both know of none.</summary>
    static ImmutableArray<VaspIonicStep> Steps(VaspOutput o)
    {
        OutcarStep[] closed = [.. o.Outcar?.Steps.Where(s => s.Finished) ?? []];
        if (o.Oszicar is { Steps.Count: > 0 } z && z.Steps.Count >= closed.Length)
            return [.. z.Steps.Select((s, i) => new VaspIonicStep(s.ElectronicSteps, s.FreeEnergyEv, i < closed.Length ? closed[i].EntropyEv : null, i < closed.Length ? Finite(closed[i].DriftEvPerA) : null))];
        return closed.Length > 0 ? [.. closed.Select(s => new VaspIonicStep(s.ElectronicSteps, s.FreeEnergyEv, s.EntropyEv, Finite(s.DriftEvPerA)))]
            : [.. o.Vasprun?.Steps.Select(s => new VaspIonicStep(s.ElectronicSteps, s.FreeEnergyEv)) ?? []];
    }

    static double? Finite(double v) => double.IsFinite(v) ? v : null;

    /// <summary>INCAR.* and KPOINTS.* as the folder has them; without INCAR its tags as vasprun.xml repeats them.</summary>
    static ImmutableSortedDictionary<string, string> Settings(RunFolder folder, Vasprun? xml)
    {
        var settings = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (tag, value) in folder.Has("INCAR") ? Incar.Read(Whole(folder, "INCAR"), folder.PathOf("INCAR")).Tags : xml?.Incar ?? Enumerable.Empty<KeyValuePair<string, string>>()) settings[$"INCAR.{tag}"] = value;
        if (folder.Has("KPOINTS") && Kpoints.Read(Whole(folder, "KPOINTS"), folder.PathOf("KPOINTS")) is Kpoints.Mesh m)
        {
            settings["KPOINTS.centre"] = m.Centre == KpointsCentre.Gamma ? "gamma" : "monkhorst";
            settings["KPOINTS.mesh"] = string.Create(CultureInfo.InvariantCulture, $"{m.N1} {m.N2} {m.N3}");
        }
        return settings.ToImmutable();
    }

    static string Whole(RunFolder folder, string? name)
    {
        using var stream = name is null ? null : folder.Open(name);
        return stream is null ? "" : new StreamReader(stream, Encoding.Latin1).ReadToEnd();
    }
}
