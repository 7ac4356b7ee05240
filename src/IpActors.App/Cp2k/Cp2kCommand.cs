using System.CommandLine;

namespace IpActors.App.Cp2k;

/// <summary><c>cp2k …</c>: inputs for a structure, results and faults of a folder.</summary>
public static class Cp2kCommand
{
    public static Command Create() => new("cp2k", "Inputs, results and faults of CP2K.\nExample: ipactors cp2k inputs POSCAR --property relax --out run --set KPOINTS.density=1000")
    {
        Cp2kInputsCommand.Create(),
        Cp2kParseCommand.Create(),
        DiagnoseCommand.Create(),
    };
}
