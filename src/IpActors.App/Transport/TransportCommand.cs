using System.CommandLine;

namespace IpActors.App.Transport;

/// <summary><c>ipactors transport</c>: what trajectories of any program say about diffusion and conductivity.</summary>
public static class TransportCommand
{
    public static Command Create() => new("transport", "Mean squared displacements, diffusion with honest errors and conductivity from trajectories: VASP XDATCAR or vasprun.xml, CP2K xyz, extxyz, LAMMPS dumps; packed by gzip or not.\n\n"
        + "Example: ipactors transport diffusion XDATCAR --frame-fs 10 --drop-ps 5 --temperature-K 900") { MsdCommand.Create(), DiffusionCommand.Create(), ArrheniusCommand.Create() };

    public static Argument<string[]> Files() => new("files") { Description = "trajectories of one run, in order (a frame that two share counts once); - reads stdin", Arity = ArgumentArity.OneOrMore };
}
