using System.Text.Json;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Entities;

namespace IpActors.Engine.Control;

/// <summary>What a running engine answers to control commands, however they come. All but status become stored commands of the campaign's coordinator; pause and resume also close and open the engine's gate.</summary>
sealed class ControlAnswers(IEngine engine, string campaign)
{
    /// <summary>To a request such as <c>{"command":"pause"}</c>: <c>{"ok":true,"changed":…,"status":{…}}</c> or <c>{"ok":false,"error":"…"}</c>.</summary>
    public async Task<string> To(string request, CancellationToken cancel)
    {
        try
        {
            using var json = JsonDocument.Parse(request);
            var command = json.RootElement.GetProperty("command").GetString();
            var changed = command switch
            {
                "pause" => await Send(new PauseCampaign(), paused: true, cancel),
                "resume" => await Send(new ResumeCampaign(), paused: false, cancel),
                "stop" => await Send(new StopCampaign(), paused: null, cancel),
                "status" => false,
                _ => throw new ControlException($"unknown command '{command}'; known: pause, resume, stop, status"),
            };
            return JsonSerializer.Serialize(new { ok = true, changed, status = ControlStatus.Of(engine.Status) }, ControlStatus.Json);
        }
        catch (Exception e)
        {
            var error = e is JsonException or KeyNotFoundException or InvalidOperationException ? "not a request such as {\"command\":\"status\"}" : e.Message;
            return JsonSerializer.Serialize(new { ok = false, error }, ControlStatus.Json);
        }
    }

    async Task<bool> Send(ICommand command, bool? paused, CancellationToken cancel)
    {
        var decision = await engine.Send(EntityId.Coordinator(campaign), command, cancel);
        if (decision is Decision.Refused refused) throw new ControlException(refused.Reason);
        if (paused is { } p) engine.Paused = p;
        return !((Decision.Accepted)decision).Events.IsEmpty;
    }
}

/// <summary>The engine's refusal of a control command, in words.</summary>
public sealed class ControlException(string message) : Exception(message);
