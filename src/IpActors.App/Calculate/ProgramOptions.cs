using System.CommandLine;
using IpActors.Science;

namespace IpActors.App.Calculate;

/// <summary>What <c>calculate</c> is told of a program.</summary>
/// <param name="Campaign">A campaign file whose programs, launcher and settings are taken.</param>
/// <param name="Settings">Over them.</param>
sealed record ProgramChoice(string? Campaign, ImmutableSortedDictionary<string, string> Settings, ImmutableArray<string> Command, string? Library, string Folder);

sealed class ProgramOptions
{
    readonly Option<string?> _campaign = new("--campaign") { Description = "vasp, cp2k, command: a campaign file whose programs, launcher and settings are taken", HelpName = "FILE" };
    readonly Option<string[]> _set = new("--set") { Description = "vasp, cp2k, command: a setting in the program's own words, such as INCAR.ENCUT=600 or CP2K.FORCE_EVAL/DFT/MGRID/CUTOFF=600; may be given again", HelpName = "KEY=VALUE" };
    readonly Option<string[]> _command = new("--command") { Description = "vasp, cp2k, command: how it is started, a word each time: --command mpirun --command=-n --command 4 --command vasp_std", HelpName = "WORD" };
    readonly Option<string?> _library = new("--library") { Description = "vasp: the folder of your POTCARs; cp2k: that of its basis sets and potentials", HelpName = "DIR" };
    readonly Option<string> _folder = new("--folder") { Description = "vasp, cp2k, command: above the folders of the runs, which are kept", DefaultValueFactory = _ => "calculations", HelpName = "DIR" };

    public void AddTo(Command command) { foreach (var o in new Option[] { _campaign, _set, _command, _library, _folder }) command.Add(o); }

    public ProgramChoice Of(ParseResult r) => new(r.GetValue(_campaign), (r.GetValue(_set) ?? []).Select(Pair).ToImmutableSortedDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal), [.. r.GetValue(_command) ?? []], r.GetValue(_library), r.GetValue(_folder)!);

    static KeyValuePair<string, string> Pair(string text) => text.IndexOf('=') is > 0 and var at ? new(text[..at], text[(at + 1)..]) : throw new InputException($"--set {text}: write KEY=VALUE, such as --set INCAR.ENCUT=600");
}
