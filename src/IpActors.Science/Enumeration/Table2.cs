namespace IpActors.Science.Enumeration;

/// <summary>The 24 Pareto-optimal compounds of the published search (Jalem et al. 2023, Table 2): the pairs that a capped space holds by default.</summary>
public static class Table2
{
    public static readonly ImmutableArray<PinnedPair> Pairs =
    [
        new("Li8Te2Br3I", "P1"), new("Li8Se2BrI3", "Cm"), new("Li8O2ClBr3", "P4mm"), new("Li8OSCl4", "Amm2"), new("Li8OSCl4", "Cmmm"), new("Li8Se2ClI3", "Cm"),
        new("Li8O2ClBr3", "Cm"), new("Li8O2Cl3Br", "Cm"), new("Li8O2Cl3Br", "P4/nmm"), new("Li8S2Cl3I", "Cm"), new("Li7O2FBr2", "I4/mmm"), new("Li7O2Cl2Br", "P4/nmm"),
        new("Li3OCl", "Pm-3m"), new("Li6O2FCl", "Fm-3m"), new("Li6O2ClBr", "Fm-3m"), new("Li6SSeClI", "Pmm2"), new("Li9O3ClBr2", "P4/mmm"), new("Li9O2SBr2I", "P4mm"),
        new("Li12OS3Cl2Br2", "Amm2"), new("Li12OS3Cl2Br2", "Pm"), new("Li12SSe3ClI3", "Cmmm"), new("Li12Se3TeBrI3", "Pmm2"), new("Li12O3SeClBr3", "Cmcm"), new("Li6OSeI2", "Fm-3m"),
    ];
}
