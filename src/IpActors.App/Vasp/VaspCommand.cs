using System.CommandLine;

namespace IpActors.App.Vasp;

/// <summary><c>ipactors vasp</c>: inputs, outputs and faults of VASP.</summary>
public static class VaspCommand
{
    public static Command Create() => new("vasp", "Inputs, outputs and faults of VASP.\nExample: ipactors vasp diagnose runs/Li3OCl") { DiagnoseCommand.Create() };
}
