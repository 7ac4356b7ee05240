using IpActors.Domain.DftRuns;
using IpActors.Workers.Faults;
using static IpActors.Domain.DftRuns.FaultKind;
using static IpActors.Workers.Faults.FaultWhen;
using static IpActors.Workers.Faults.FaultWhere;
using static IpActors.Workers.Vasp.FaultsTerms;

namespace IpActors.Workers.Vasp;

/// <summary>Inputs that VASP refuses, and the wrong executable for them.</summary>
static class FaultsOfInputs
{
    public static readonly ImmutableArray<FaultRow<VaspEvidence>> Rows =
    [
        Row("magmom", Fatal, Live, Stdout, "MAGMOM and ISPIN do not fit the atoms") with { Triggers = ["Error reading item 'MAGMOM' from file INCAR", "Error reading item MAGMOM from file INCAR"], Source = "parsevasp" },
        Row("read_error", Fatal, Live, Stdout, "VASP cannot read an item of INCAR: the campaign's settings are wrong, not the compound") with { Triggers = ["Error reading item", "Error code was IERR= 5"] },
        Row("no_potim", Physics, Live, Stdout, "dynamics without a time step") with { Triggers = ["Fatal error! IBRION=0, but no entry for POTIM on file INCAR. MUST be specified!!"], Ladder = [Step(Set("POTIM", "1"))], Cap = 1, Source = "parsevasp" },
        Row("spin_polarized_harris", Fatal, Live, Stdout, "a fixed charge (ICHARG >= 10) with spin and moving ions") with { Triggers = ["Spin polarized Harris functional dynamics is a good joke"] },
        Row("set_core_wf", Fatal, Live, Stdout, "a POTCAR that this VASP cannot use (SET_CORE_WF): take the current library") with { Triggers = ["internal error in SET_CORE_WF"] },
        Row("non_collinear", Fatal, Live, Stdout | Stderr, "a non-collinear calculation needs vasp_ncl") with { Triggers = ["ERROR: non collinear calculations require"], Source = "parsevasp" },
        Row("gamma_only_misuse", Fatal, Live, Stdout | Stderr, "several k points need vasp_std, not vasp_gam") with { Triggers = ["You are using the Gamma-point-only version with more than one"], Source = "parsevasp" },
        Row("elf_kpar", Physics, Live, Stdout, "ELF is not to be had with KPAR > 1") with { Triggers = ["ELF: KPAR>1 not implemented"], Guard = IsNot("KPAR", 1), Ladder = [Step(Set("KPAR", "1"))], Cap = 1 },
        Row("elf_ncl", Fatal, End, Stdout, "ELF is not to be had for non-collinear spins") with { Triggers = ["WARNING: ELF not implemented for non collinear case"], Weight = FaultWeight.Warning },
        Row("dfpt_ncore", Physics, Live, Stdout, "linear response and finite differences run without NCORE and NPAR") with { Triggers = ["PEAD routines do not work for NCORE", "remove the tag NPAR from the INCAR file"], Ladder = [Step(Unset("NCORE", "NPAR"))], Cap = 1 },
        Row("lrf_comm", Physics, Live, Stderr, "the commutator of linear response failed") with { Triggers = ["LRF_COMMUTATOR internal error"], Guard = NotSet("LPEAD") & Holds("OUTCAR is not finished", c => !c.Evidence.Finished), Ladder = [Step(Set("LPEAD", ".TRUE."))], Cap = 1 },
        Row("coef", Physics, Live, Stdout, "WAVECAR does not fit or is cut") with { Triggers = ["while reading plane", "while reading WAVECAR"], Ladder = [Step(Drop("WAVECAR", always: true))], Cap = 1 },
        Row("triple_product", Physics, Live, Stdout, "the cell is left-handed") with { Triggers = ["ERROR: the triple product of the basis vectors"], Ladder = [Step(new Change<VaspEvidence>("b and c exchanged in POSCAR", _ => [("POSCAR.axes", "a c b")]))], Cap = 1 },
    ];
}
