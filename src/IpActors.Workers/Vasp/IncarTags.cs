using System.Collections.Frozen;
using IpActors.Science;

namespace IpActors.Workers.Vasp;

/// <summary>The INCAR tags that may be set by a user, and what values each takes. A tag that is not here is refused, with the nearest that is.</summary>
public static class IncarTags
{
    enum Kind { Flag, Integer, Real, Reals, Text, Projection }

    const string Flags = """
        ADDGRID CH_LSPEC EVENONLY GGA_COMPAT KGAMMA LAECHG LASPH LASYNC LBERRY LBLUEOUT LBONE LCALCEPS LCALCPOL LCHARG LCHIMAG LCLIMB LCORR LDAU LDIAG LDIPOL LEFG LELF LEPSILON LFOCKACE LFOCKAEDFT LH5 LHARTREE
        LHFCALC LINTERFAST LLRAUG LDOWNSAMPLE LFERMIGW LGAUGE LHYPERFINE LKPROJ LMETAGGA LMIXTAU LMODELHF LMONO LNABLA LNEBCELL LNICSALL LNMR_SYM_RED LNONCOLLINEAR LOPTICS LORBITALREAL LORBMOM LPARD LPEAD LPHON_DISPERSION LPHON_POLAR LPLANE LREAL_COMPAT
        LRPA LRPAFORCE LSCAAWARE LSCALAPACK LSCALU LSCSGRAD LSELFENERGY LSEPB LSEPK LSINGLES LSMP2LT LSOL LSORBIT LSPECTRAL LSPECTRALGW LSPIRAL LSUBROT LSYMGRAD LTCTE LTETE LTHOMAS LTRIPLET LUSE_VDW LVDW_EWALD LVDWEXPANSION LVHAR LVEL LVTOT LWAVE
        LWANNIER90 LWANNIER90_RUN LWAVEH5 LWRITE_MMN_AMN LWRITE_UNK LZEROZ LZMAXLIKE ML_LMLFF NLSPLINE ORBITALMAG PFLAT PHON_LBOSE SHIFTRED STM
        """;
    const string Integers = """
        ANTIRES CH_NEDOS CLL CLN CLNT FTEMP IALGO IBRION ICHARG ICHAIN ICORELEVEL IDIPOL IEPSILON IMIX INIMIX INIWAV IOPT IPEAD ISEARCH ISIF ISMEAR ISPIN ISTART ISYM IVDW IWAVPR KBLOCK KPAR LDAUPRINT LDAUTYPE LMAXFOCK LMAXFOCKAE
        LMAXMIX LMAXPAW LMAXTAU LORBIT MAXMEM MAXMIX MDALGO METHOD MIXPRE ML_ISTART ML_MB NBANDS NBANDSGW NBANDSO NBANDSV NBLK NBLOCK NBMOD NCORE NCORE_IN_IMAGE1 NCSHMEM NEDOS NELM NELMDL NELMGW NELMIN NFREE NGX NGXF NGY
        NGYF NGZ NGZF NHC_NCHAINS NHC_NRESPA NHC_NS NKRED NKREDX NKREDY NKREDZ NLSPLINE_ORDER NMAXFOCKAE NOMEGA NOMEGAPAR NOMEGAR NPACO NPAR NPPSTR NRMM NSIM NSW NTARGET NTAUPAR NUPDOWN NWRITE VCAIMAGES
        VOSKOWN IMAGES TAUPAR ML_OUTBLOCK ML_IWEIGHT LSCALER0 PHON_NSTRUCT PHON_NTLIST NTARGET_STATES
        """;
    const string Reals = """
        AEXX AGGAC AGGAX ALDAC ALDAX AMGGAC AMGGAX AMIN AMIX AMIX_MAG ANDERSEN_PROB APACO BMIX BMIX_MAG CH_SIGMA CLZ CMBJA CMBJB CSHIFT DEG_THRESHOLD DEPER DQ EBREAK EDIFF EDIFFG EMAX EMIN ENAUG ENCUT ENCUTFOCK ENCUTGW
        ENCUTGWSOFT ENCUTLF ENINI ENMAX EFERMI EPSILON EREF HFALPHA HFRCUT HFSCREEN KSPACING LAMBDA LANGEVIN_GAMMA_L MAXMOVE NELECT NHC_PERIOD NUCLEAR_MASS OMEGAMAX OMEGAMIN OMEGATL PARAM1 PARAM2 PARAM3 PLEVEL PMASS
        POMASS POTIM PSTRESS PTHRESHOLD ROTMIN SCALEE SCSRAD SIGMA SMASS SPRING STEP_MAX STEP_SIZE STRENGTH SYMPREC TEBEG TEEND TIME TIMESTEP VDW_A1 VDW_A2 VDW_ALPHA VDW_CNRADIUS VDW_D VDW_RADIUS
        VDW_S6 VDW_S8 VDW_SCALING VDW_SR WC WEIMIN ZAB_VDW ML_WTIFOR ML_WTOTEN ML_WTSIF ML_CTIFOR ML_RCUT1 ML_RCUT2 CSVR_PERIOD TSEBEG TSEEND ESTOP VCUTOFF
        """;
    const string Lists = """
        AMAGMOM CMBJ DIPOL DIST_CUTOFF EFIELD EFIELD_PEAD EINT FERDO FERWE GAMMA IBAND KPUSE LANGEVIN_GAMMA LATTICE_CONSTRAINTS LDAUJ LDAUL LDAUU MAGMOM M_CONSTR NGYROMAG NSUBSYS PSUBSYS QSPIRAL QUAD_EFG
        RANDOM_SEED ROPT RWIGS SAXIS SMEARINGS TSUBSYS VDW_C6 VDW_C6AU VDW_R0 VDW_R0AU NCRPA_BANDS I_CONSTRAINED_M PHON_DIELECTRIC PHON_BORN_CHARGES
        """;
    const string Words = "ALGO GGA LIBXC1 LIBXC2 METAGGA ML_MODE PREC STOP_ON SYSTEM WANNIER90_WIN PRECFOCK LOCPROJ LVTOT_MODE LATTICE";

    static readonly FrozenDictionary<string, Kind> Known = Table((Flags, Kind.Flag), (Integers, Kind.Integer), (Reals, Kind.Real), (Lists, Kind.Reals), (Words, Kind.Text), ("LREAL", Kind.Projection));

    static FrozenDictionary<string, Kind> Table(params (string Tags, Kind Kind)[] tables) =>
        tables.SelectMany(t => t.Tags.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(tag => (Tag: tag, t.Kind))).ToFrozenDictionary(t => t.Tag, t => t.Kind, StringComparer.Ordinal);

    static readonly FrozenDictionary<string, string[]> Choices = new Dictionary<string, string[]>
    {
        ["ALGO"] = ["Normal", "VeryFast", "Fast", "Conjugate", "All", "Damped", "Subrot", "Eigenval", "Exact", "None", "Nothing", "CHI", "G0W0", "GW0", "GW", "scGW0", "scGW", "EVGW0", "EVGW", "QPGW0", "QPGW", "ACFDT", "RPA", "BSE", "TDHF", "Timeev", "N", "V", "F", "A", "D"],
        ["PREC"] = ["Low", "Medium", "High", "Normal", "Single", "Accurate", "L", "M", "H", "N", "S", "A"],
    }.ToFrozenDictionary();

    /// <summary>Values per element, such as <c>Fe:5 O:0.6</c>, may stand for these; what is not named gets the default.</summary>
    public static readonly ImmutableDictionary<string, double> PerElement = new Dictionary<string, double> { ["MAGMOM"] = 0.6, ["LDAUU"] = 0, ["LDAUJ"] = 0, ["LDAUL"] = -1, ["LANGEVIN_GAMMA"] = 10, ["RWIGS"] = 1 }.ToImmutableDictionary();

    /// <summary>Tags that make energies ones of another scheme.</summary>
    public static readonly ImmutableArray<string> OfScheme =
        ["AEXX", "AGGAC", "AGGAX", "ALDAC", "ALDAX", "AMGGAC", "AMGGAX", "CMBJ", "ENCUT", "GGA", "HFSCREEN", "ISPIN", "IVDW", "LASPH", "LDAU", "LDAUJ", "LDAUL", "LDAUTYPE", "LDAUU", "LHFCALC", "LIBXC1", "LIBXC2", "LNONCOLLINEAR", "LSORBIT", "LUSE_VDW", "METAGGA", "ML_LMLFF", "PSTRESS"];

    /// <summary>Tags that say how the work is laid out over processes and memory, or name the run: the result is the same to its convergence, and the cache does not ask for them.</summary>
    public static readonly ImmutableArray<string> Neutral = ["KPAR", "LASYNC", "LPLANE", "LSCALAPACK", "LSCALU", "MAXMEM", "NCORE", "NCORE_IN_IMAGE1", "NCSHMEM", "NPAR", "NSIM", "NWRITE", "SYSTEM"];

    public static IEnumerable<string> All => Known.Keys.Order(StringComparer.Ordinal);

    /// <summary>Throws <see cref="InputException"/> where the tag is not known, with the nearest that is, or the value is none of its kind.</summary>
    public static void Check(string tag, string value, string source = "INCAR")
    {
        if (tag.StartsWith("ML_", StringComparison.Ordinal) && !Known.ContainsKey(tag)) return; // names of force fields changed with every version
        if (!Known.TryGetValue(tag, out var kind)) throw new InputException($"{source}.{tag}: no such tag; the nearest is {Nearest(tag)}");
        if (value.Length == 0 || PerElement.ContainsKey(tag) && IsPerElement(value)) return;
        var expected = kind switch
        {
            Kind.Flag when IncarValue.Flag(value) is null => ".TRUE. or .FALSE.",
            Kind.Integer when IncarValue.Numbers(value) is not [var n] || n != Math.Truncate(n) => "an integer",
            Kind.Real when IncarValue.Numbers(value) is not [_] => "a number",
            Kind.Reals when IncarValue.Numbers(value) is not { Length: > 0 } => PerElement.ContainsKey(tag) ? "numbers such as 3*0.6 5, or values of elements such as Fe:5 O:0.6" : "numbers such as 3*0.6 5",
            Kind.Projection when IncarValue.Flag(value) is null && !"AOao".Contains(value[0]) => ".FALSE., .TRUE. or Auto",
            Kind.Text when Choices.TryGetValue(tag, out var allowed) && !allowed.Contains(value, StringComparer.OrdinalIgnoreCase) => $"one of {string.Join(", ", allowed)}",
            _ => null,
        };
        if (expected is not null) throw new InputException($"{source}.{tag}: '{value}' is not {expected}");
    }

    public static bool IsPerElement(string value) => value.Contains(':', StringComparison.Ordinal) && OfElements(value) is not null;

    /// <summary><c>Fe:5 O:0.6</c> as a map, null where it is none.</summary>
    public static ImmutableDictionary<string, double>? OfElements(string value)
    {
        var map = ImmutableDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        foreach (var word in value.Split((char[])[' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Split(':') is not [var element, var number] || !Science.Crystals.Elements.Exists(element) || IncarValue.Number(number) is not { } v) return null;
            map[element] = v;
        }
        return map.ToImmutable();
    }

    static string Nearest(string tag) => NearestOf(tag, All);

    /// <summary>The name of fewest edits (Levenshtein), the first in order among equals.</summary>
    internal static string NearestOf(string name, IEnumerable<string> names) => names.MinBy(n => Distance(name, n))!;

    static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
