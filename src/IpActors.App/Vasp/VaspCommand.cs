using System.CommandLine;

namespace IpActors.App.Vasp;

/// <summary><c>vasp …</c>: inputs for VASP, and what its outputs say, outside any campaign.</summary>
public static class VaspCommand
{
    // One line per subcommand.
    public static Command Create() => new("vasp", "Inputs, results and faults of VASP.\nExample: ipactors vasp parse RUN --json")
    {
        VaspInputsCommand.Create(),
        VaspParseCommand.Create(),
        DiagnoseCommand.Create(),
    };
}
