using System.CommandLine;
using System.Text.Json.Nodes;
using IpActors.App.Campaigns;
using IpActors.App.Cli;
using IpActors.Domain.Entities;
using IpActors.Engine;
using IpActors.Engine.Audit;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;
using IpActors.Workers.Runs;

namespace IpActors.App.Audits;

/// <summary><c>ipactors audit verify</c>: the hash chains, then every decision made again from the events before it.</summary>
static class VerifyCommand
{
    /// <summary>What was found: the last line of the text says which event differs, or that none does.</summary>
    internal sealed record Answer(long Events, int Entities, int Decisions, (long Ordering, string Entity, long Number, string What)? First, string? Note = null);

    public static Command Create()
    {
        var options = new CampaignOptions();
        var seal = new Option<string?>("--seal") { Description = "a digest that 'audit seal' printed before: the journal must still have it" };
        var command = options.Command("verify", "Verifies the hash chains and recomputes every decision; a difference is exit 1 and the last line names the first event that differs. Example: ipactors audit verify config/quickstart.yaml", seal);
        command.SetAction(async (r, cancel) =>
        {
            var at = options.Read(r);
            Answer answer;
            await using (var journal = await StoredCampaign.OpenReader(at, cancel))
            {
                try { answer = await Verify(at, journal, r.GetValue(seal), cancel); }
                catch (JournalException e) { Console.Error.WriteLine($"ipactors: {e.Message}"); return 1; }
            }
            Write(at, answer, r.GetValue(options.Json));
            return answer.First is null && answer.Note is null ? 0 : 1;
        });
        return command;
    }

    internal static async Task<Answer> Verify(CampaignAt at, IJournalReader journal, string? seal, CancellationToken cancel)
    {
        var chain = await HashChain.Verify(journal, EntityKinds.All, cancel);
        if (chain.First is { } f) return new(chain.Events, chain.Entities, 0, (f.Ordering, f.PersistenceId, f.SequenceNumber, f.Message));
        if (seal is not null && await Seal.Of(journal, cancel) is var now && !now.Digest.Equals(seal.Trim(), StringComparison.OrdinalIgnoreCase))
            return new(chain.Events, chain.Entities, 0, null, $"the journal does not have that seal: it is {now.Digest} over {now.Entities} entities and {now.Events} events");

        var codec = new EventCodec(EntityKinds.All);
        DecisionAudit? audit = null;
        var events = 0L;
        await foreach (var row in journal.ReadAll(0, cancel))
        {
            var stored = row.Decode(codec);
            if (stored.Entity.Campaign != at.Name) continue;
            if (audit is null)
            {
                var exact = stored.Event is not Domain.Campaigns.CampaignCreated created || created.Fingerprint == MachineFingerprint.Compute();
                if (!exact) Console.Error.WriteLine("ipactors: the campaign was run on a machine, or with a version, that computes differently: numbers are compared to 1e-9, the chosen compounds exactly, and fits are taken as stored");
                audit = new DecisionAudit(at.Name, journal, codec, work => Combination.Of(work).Value, exact);
            }
            events++;
            audit.Follow(stored);
        }
        if (audit is null) throw new Science.InputException($"{at.Journal}: holds no campaign '{at.Name}'; check the name in {at.File.Source}");
        var decisions = audit.Verify();
        return new(chain.Events, chain.Entities, decisions.Checked, decisions.First is { } d ? (d.Event.Ordering, d.Event.Entity.PersistenceId, d.Event.SequenceNumber, d.What) : null);
    }

    static void Write(CampaignAt at, Answer a, bool json)
    {
        if (json)
        {
            Output.WriteJson(new JsonObject
            {
                ["campaign"] = at.Name, ["ok"] = a.First is null && a.Note is null, ["events"] = a.Events, ["entities"] = a.Entities, ["decisions"] = a.Decisions, ["note"] = a.Note,
                ["first"] = a.First is { } d ? new JsonObject { ["ordering"] = d.Ordering, ["persistenceId"] = d.Entity, ["sequenceNumber"] = d.Number, ["what"] = d.What } : null,
            });
            return;
        }
        Console.WriteLine($"{a.Events} events of {a.Entities} entities; {a.Decisions} decisions recomputed");
        Console.WriteLine(a.First is { } f ? $"differs at event {f.Ordering}: {f.Entity} number {f.Number}: {f.What}" : a.Note ?? "every hash and every decision is as stored");
    }
}
