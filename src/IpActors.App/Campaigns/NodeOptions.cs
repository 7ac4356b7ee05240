using System.CommandLine;

namespace IpActors.App.Campaigns;

/// <summary>How a process takes part in a cluster: files of settings, the first of which wins.</summary>
sealed record NodeOptions(ImmutableArray<string> Hocon)
{
    /// <summary>Its own log, where it is not the campaign's.</summary>
    public string? LogPath { get; init; }

    /// <summary>Null where the build has no cluster.</summary>
    public static Option<string[]>? Option() =>
#if AKKA
        new("--cluster") { Description = "settings of this node for 'engine: akka': a HOCON file, or one of coordinator.conf, entity.conf, worker.conf, local-cluster.conf, container.conf; several: the first wins; default: a cluster of this process alone", HelpName = "FILE.conf", AllowMultipleArgumentsPerToken = true };
#else
        null;
#endif

    public static NodeOptions Of(ParseResult r, Option<string[]>? option) => new(option is null ? [] : [.. r.GetValue(option) ?? []]);
}
