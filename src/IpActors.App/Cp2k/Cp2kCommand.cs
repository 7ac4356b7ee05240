using System.CommandLine;

namespace IpActors.App.Cp2k;

/// <summary><c>ipactors cp2k</c>: inputs, outputs and faults of CP2K.</summary>
public static class Cp2kCommand
{
    public static Command Create() => new("cp2k", "Inputs, outputs and faults of CP2K.\nExample: ipactors cp2k diagnose runs/Li3OCl") { DiagnoseCommand.Create() };
}
