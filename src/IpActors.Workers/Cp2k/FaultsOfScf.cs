using IpActors.Domain.DftRuns;
using IpActors.Workers.Faults;
using static IpActors.Domain.DftRuns.FaultKind;
using static IpActors.Workers.Cp2k.FaultsTerms;
using static IpActors.Workers.Faults.FaultWhen;
using static IpActors.Workers.Faults.FaultWhere;

namespace IpActors.Workers.Cp2k;

/// <summary>Electrons of CP2K: SCF cycles that do not converge, diverge, stand still or break.</summary>
static class FaultsOfScf
{
    const int Rising = 10, Identical = 6;

    /// <summary>While it runs the first cycle, after it the last.</summary>
    static readonly Guard<Cp2kEvidence> NotConverged = Holds("the first SCF cycle (after the run: the last) did not converge", c => c.Evidence.ScfConverged is { Length: > 0 } scf && !(c.Evidence.Ended ? scf[^1] : scf[0]));

    static bool Diverges(ImmutableArray<double> v) => v.Length >= Rising && v.TakeLast(Rising).Any(x => x > 1) && v.TakeLast(Rising).Zip(v.TakeLast(Rising).Skip(1), (a, b) => b > a).All(r => r);

    static bool StandsStill(ImmutableArray<double> v)
    {
        var same = 1;
        for (var i = 1; i < v.Length; i++)
        {
            same = v[i] == v[i - 1] ? same + 1 : 1;
            if (same == Identical) return true;
        }
        return false;
    }

    static readonly ImmutableArray<Rung<Cp2kEvidence>> OtherPreconditioner =
        [Step(Set($"{Ot}/PRECONDITIONER", "FULL_SINGLE_INVERSE")).If(UsesOt & Is($"{Ot}/PRECONDITIONER", "FULL_ALL")).UpTo(1), Step(Set($"{Ot}/PRECONDITIONER", "FULL_ALL")).If(UsesOt & Is($"{Ot}/PRECONDITIONER", "FULL_SINGLE_INVERSE")).UpTo(1)];

    public static readonly ImmutableArray<FaultRow<Cp2kEvidence>> Rows =
    [
        Row("cholesky", Physics, End, Stdout, "a Cholesky decomposition failed: the matrix is ill conditioned") with
        {
            Triggers = ["Cholesky decomposition failed. Matrix ill conditioned ?"],
            Ladder =
            [
                .. OtherPreconditioner, Step(Set($"{Qs}/EPS_DEFAULT", "1E-12")).If(Above($"{Qs}/EPS_DEFAULT", 1.0000001e-12)), Step(Set($"{Qs}/EPS_PGF_ORB", "1E-10")).If(Holds("EPS_PGF_ORB is not below 1E-10", c => !(c.Settings.Number($"{Qs}/EPS_PGF_ORB") <= 1e-10))),
                Step(Calculated($"{Qs}/EPS_PGF_ORB", "a tenth", c => c.Settings.Number($"{Qs}/EPS_PGF_ORB") / 10)).If(Above($"{Qs}/EPS_PGF_ORB", 1e-14)).UpTo(4),
                Step(DropWaveFunctions, new Change<Cp2kEvidence>("without screening of exchange by the density", c => Hybrid.Holds(c) ? [($"{Hf}/SCREENING/SCREEN_ON_INITIAL_P", ".FALSE.")] : [])),
            ],
        },
        Row("cholesky_scf", Physics, End, Stdout, "a Cholesky decomposition in the SCF failed: the matrix is not positive definite") with
            { Triggers = ["Cholesky decompose failed: the matrix is not positive definite or"], Ladder = [Step(Set($"{Scf}/CHOLESKY", "RESTORE")).UpTo(1), Step(Set($"{Scf}/CHOLESKY", "INVERSE"))], Cap = 2 },
        Row("scf_continue", Physics, End, Stdout, "an SCF cycle of an optimisation missed its limit by little, and this CP2K stops for it") with
        {
            Triggers = ["SCF run NOT converged. To continue the calculation regardless"], Cap = 1, Source = "aiida-cp2k", Ladder = [Step(FromLastState, Set($"{Scf}/IGNORE_CONVERGENCE_FAILURE", ".TRUE."))],
            Test = Holds("an optimisation, last convergence below 1E-5", c => c.Evidence.Optimises && c.Evidence.Convergence is [.., < 1e-5]),
        },
        Row("scf_unconverged_ot", Physics, Live, Facts, "the SCF did not converge (orbital transformation)") with
        {
            Test = NotConverged & UsesOt, Cap = 6,
            Ladder =
            [
                Step(Set($"{Ot}/MINIMIZER", "CG")).If(Is($"{Ot}/MINIMIZER", "DIIS")),
                Step(Set($"{Ot}/LINESEARCH", "3PNT")).If(IsNot($"{Ot}/ALGORITHM", "IRAC")),
                Step(Set($"{Scf}/MAX_SCF", "50"), Set($"{Scf}/OUTER_SCF", "ON"), Set($"{Scf}/OUTER_SCF/MAX_SCF", "8")).If(IsNot($"{Ot}/ALGORITHM", "IRAC")),
                Step(Set($"{Ot}/ALGORITHM", "IRAC"), Set($"{Ot}/ROTATION", ".TRUE."), Set($"{Ot}/PRECONDITIONER", "FULL_SINGLE_INVERSE"), Set($"{Ot}/LINESEARCH", "2PNT"), Set($"{Scf}/OUTER_SCF/MAX_SCF", "20")).If(IsNot($"{Ot}/ALGORITHM", "IRAC")),
                Step(Set($"{Ot}/STEPSIZE", "0.05")),
            ],
        },
        Row("scf_unconverged_diag", Physics, Live, Facts, "the SCF did not converge (diagonalisation)") with
        {
            Test = NotConverged & Diagonalises, Cap = 8,
            Ladder =
            [
                Step(Set(Mixing, "ON"), Set($"{Mixing}/METHOD", "BROYDEN_MIXING"), Set($"{Mixing}/ALPHA", "0.1")).If(IsNot($"{Mixing}/METHOD", "BROYDEN_MIXING")),
                Step(Set($"{Mixing}/NBUFFER", "20")), Step(Set($"{Mixing}/ALPHA", "0.05")).If(Above($"{Mixing}/ALPHA", 0.0500001)), Step(Set($"{Mixing}/ALPHA", "0.01")).If(Above($"{Mixing}/ALPHA", 0.0100001)),
                Step(Set($"{Mixing}/ALPHA", "0.005")).If(Above($"{Mixing}/ALPHA", 0.0050001)), Step(Set($"{Mixing}/BETA", "3")),
                Step(Set($"{Scf}/ADDED_MOS", "1000"), Set($"{Scf}/SMEAR", "ON"), Set($"{Scf}/SMEAR/METHOD", "FERMI_DIRAC"), Set($"{Scf}/SMEAR/ELECTRONIC_TEMPERATURE", "300")).If(NoSmearing),
            ],
        },
        Row("scf_diverging", Physics, Live, Facts, "the SCF diverges") with
            { Test = Holds("the last 10 convergence values rise, one above 1", c => Diverges(c.Evidence.Convergence)), Ladder = [Step(Set($"{Qs}/EPS_DEFAULT", "1E-16"), Set($"{Qs}/EPS_PGF_ORB", "1E-12"))], Cap = 1 },
        Row("imprecise", Physics, Live, Facts, "the SCF stands still: its numbers are not precise enough") with
        {
            Test = Holds("6 identical convergence values in a row", c => StandsStill(c.Evidence.Convergence)),
            Ladder =
            [
                Step(Set($"{Hf}/SCREENING/EPS_SCHWARZ", "1E-7"), Set($"{Qs}/EPS_PGF_ORB", "1E-20")).If(Hybrid),
                Step(Set($"{Ot}/MINIMIZER", "CG")).If(NotHybrid & UsesOt & Is($"{Ot}/MINIMIZER", "DIIS")),
                Step(Set($"{Qs}/EPS_DEFAULT", "1E-12"), Set($"{Qs}/EPS_PGF_ORB", "1E-20"), Set($"{Qs}/EPS_GVG_RSPACE", "1E-10")).If(NotHybrid),
                Step(Set($"{Dft}/XC/XC_GRID/USE_FINER_GRID", ".TRUE.")),
            ],
        },
    ];
}
