namespace IpActors.FakeVasp;

/// <summary>What is wrong with the numbers of this run, as the script asks; nothing by itself.</summary>
sealed record Effects
{
    public bool NeverConvergesElectrons { get; set; }
    public bool NeverConvergesIons { get; set; }
    /// <summary>The ionic step whose energy jumps by 5 eV/atom.</summary>
    public int? JumpsAt { get; set; }
    public bool IsPositive { get; set; }
    public double EntropyEvPerAtom { get; set; }
    public bool Drifts { get; set; }
    public bool IsMetal { get; set; }
    public int? EchoedMdAlgo { get; set; }
    public bool AdvisesGrid { get; set; }
    public bool Overflows { get; set; }
    public double SecondsPerElectronicStep { get; set; }
    public bool CoresAreNegative { get; set; }
    public bool HangsAtEnd { get; set; }
    public List<(string File, double Part)> Truncated { get; } = [];
    public List<string> Deleted { get; } = [];
}

/// <summary>The run ends here, with that exit code; what was written stays.</summary>
sealed class EndOfRunException(int exitCode) : Exception
{
    public int ExitCode => exitCode;
}
