using System.Text.Json;
using System.Text.Json.Serialization;
using IpActors.Science;

namespace IpActors.FakeVasp.Misdeeds;

/// <summary>One rule of a script, see README.md.</summary>
sealed record Rule
{
    public required string Do { get; init; }
    public string? Code { get; init; }
    public string? Formula { get; init; }
    public string? Folder { get; init; }
    public string[] When { get; init; } = [];
    public string[] Unless { get; init; } = [];
    public int? Times { get; init; }
    public double Probability { get; init; } = 1;
    public long Seed { get; init; }
    public int Step { get; init; } = 1;
    public string? Then { get; init; }
    public bool Boxed { get; init; }
    public int? ExitCode { get; init; }
    public double Seconds { get; init; }
    public int Number { get; init; }
    public string? File { get; init; }
    public double Part { get; init; } = 0.5;
    public int Megabytes { get; init; }
}

sealed record Script(ImmutableArray<Rule> Rules)
{
    static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>The file FAKEVASP of the run's folder, else the one that FAKEVASP_SCRIPT names; null: be good.</summary>
    public static string? Path() => System.IO.File.Exists("FAKEVASP") ? System.IO.Path.GetFullPath("FAKEVASP") : Environment.GetEnvironmentVariable("FAKEVASP_SCRIPT") is { Length: > 0 } path ? path : null;

    public static Script Read(string path)
    {
        try { return JsonSerializer.Deserialize<Script>(System.IO.File.ReadAllText(path), Json) ?? throw new InputException($"{path}: empty"); }
        catch (JsonException e) { throw new InputException($"{path}: {e.Message}"); }
    }
}
