using System.Globalization;
using System.Text;
using IpActors.Science.Transport;

namespace IpActors.App.Transport;

/// <summary>What was read, for the head of every answer.</summary>
static class RunAnswer
{
    public static object Of(TransportPaths p, IReadOnlyList<string> files) => new
    {
        files,
        format = p.Format,
        species = p.Species,
        ions = p.Ions.Atoms,
        framework_atoms = p.FrameworkAtoms,
        frames_read = p.FramesRead,
        frames_used = p.Ions.Frames,
        file_frame_step_fs = p.FrameStepFs,
        frame_step_ps = p.Ions.FrameStepPs,
        dropped_ps = p.DroppedPs,
        length_ps = p.Ions.LengthPs,
        mean_volume_A3 = p.MeanVolumeA3,
        unwrapped_in_file = p.Unwrapped,
        largest_step_cell_fraction = p.LargestStep,
        notes = p.Notes,
    };

    public static string Text(TransportPaths p)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{p.Format}: {p.Ions.Atoms} {p.Species} and {p.FrameworkAtoms} framework atoms, {p.FramesRead} frames every {p.FrameStepFs:0.####} fs, {p.Ions.LengthPs:0.####} ps used")
            .Append(p.DroppedPs > 0 ? string.Create(CultureInfo.InvariantCulture, $" after {p.DroppedPs:0.####} ps left out") : "").Append(CultureInfo.InvariantCulture, $", mean volume {p.MeanVolumeA3:0.##} A3\n");
        foreach (var n in p.Notes) text.Append("note: ").Append(n).Append('\n');
        if (p.IsAmbiguous) text.Append(CultureInfo.InvariantCulture, $"warning: an atom moved {p.LargestStep:0.00} of the cell between two frames, so unwrapping is a guess; store frames more often, or unwrapped positions\n");
        return text.ToString();
    }
}
