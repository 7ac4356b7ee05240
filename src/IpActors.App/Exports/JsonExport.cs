using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IpActors.App.Cli;
using IpActors.Domain.Compounds;
using IpActors.Domain.Views;

namespace IpActors.App.Exports;

/// <summary>A campaign as one JSON document: what it was asked, its iterations and batches, the front, and every compound by id. As in the CSV there are no times, hosts or attempts in it.</summary>
public static class JsonExport
{
    /// <summary>The document, indented, compound by compound.</summary>
    /// <param name="compounds">the states of the view's compounds, in their order</param>
    public static async Task Write(TextWriter to, CampaignView view, IAsyncEnumerable<Compound> compounds)
    {
        var bytes = new ArrayBufferWriter<byte>();
        await using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = Output.Json.WriteIndented, Encoder = Output.Json.Encoder });
        void Flush()
        {
            json.Flush();
            to.Write(Encoding.UTF8.GetString(bytes.WrittenSpan));
            bytes.ResetWrittenCount();
        }
        json.WriteStartObject();
        foreach (var (name, node) in Head(view))
        {
            json.WritePropertyName(name);
            if (node is null) json.WriteNullValue(); else node.WriteTo(json, Output.Json);
        }
        json.WriteStartArray("compounds");
        await foreach (var c in compounds)
        {
            Compound(view.Compounds[c.Identity!.Id], c).WriteTo(json, Output.Json);
            if (json.BytesPending + bytes.WrittenCount > 1 << 16) Flush();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        Flush();
        to.Write('\n');
    }

    static JsonObject Head(CampaignView view)
    {
        var c = view.Coordinator;
        return new()
        {
            ["campaign"] = view.Campaign,
            ["fileDigest"] = c.FileDigest,
            ["stage"] = c.Stage.ToString(),
            ["endReason"] = c.EndReason,
            ["hypervolume"] = Number(c.Result?.Hypervolume ?? (c.Iterations.Count > 0 ? c.Iterations[^1].Hypervolume : double.NaN)),
            ["front"] = Array(Reports.ParetoTable.Of(view).Rows.Select(r => JsonValue.Create(r.Id))),
            ["objectives"] = Array(c.Settings!.Objectives.Select(o => new JsonObject { ["property"] = o.Property, ["transform"] = o.Transform, ["scale"] = o.Scale, ["reference"] = o.Reference })),
            ["iterations"] = Array(c.Iterations.Select(i => new JsonObject
            {
                ["iteration"] = i.Iteration, ["evaluations"] = i.Evaluations, ["hypervolume"] = i.Hypervolume, ["gained"] = i.Gained, ["changed"] = i.Changed,
                ["best"] = Array(i.Best.Select(b => new JsonObject { ["property"] = b.Objective, ["id"] = b.Compound, ["value"] = Number(b.Value), ["inFrame"] = Number(b.InFrame) })),
            })),
            ["batches"] = Array(c.Batches.Select(b => new JsonObject
            {
                ["iteration"] = b.Iteration, ["rule"] = b.Rule, ["beta"] = b.Beta, ["v0"] = b.V0, ["candidates"] = b.Candidates, ["violating"] = b.Violating, ["knew"] = b.Knew, ["pending"] = Array(b.Pending.Select(p => JsonValue.Create(p))),
                ["chosen"] = Array(b.Chosen.Select(x => new JsonObject
                {
                    ["id"] = x.Compound, ["rank"] = x.Rank, ["mu"] = Numbers(x.Mu), ["sigma"] = Numbers(x.Sigma), ["bound"] = Numbers(x.Bound), ["improvement"] = x.Improvement, ["conditional"] = x.Conditional, ["feasibility"] = x.Feasibility,
                })),
            })),
        };
    }

    static JsonObject Compound(CompoundSummary c, Compound whole)
    {
        var i = c.Identity;
        var values = new JsonObject();
        foreach (var v in whole.Values.Values)
        {
            var details = new JsonObject();
            foreach (var (name, value) in v.Details) details[name] = Number(value);
            values[v.Property] = new JsonObject { ["value"] = Number(v.Value), ["error"] = Number(v.Error), ["unit"] = v.Unit, ["flags"] = Array(v.Flags.Select(f => JsonValue.Create(f))), ["details"] = details, ["calculator"] = v.Calculator };
        }
        return new()
        {
            ["id"] = i.Id, ["role"] = i.Role.ToString().ToLowerInvariant(), ["formula"] = i.Formula, ["aristotype"] = i.Aristotype, ["spaceGroup"] = i.SpaceGroup, ["spaceGroupNumber"] = i.SpaceGroupNumber, ["symprec_A"] = i.SymprecA,
            ["index"] = i.Index, ["stage"] = c.Stage.ToString(), ["reason"] = c.Reason, ["scheme"] = c.Scheme.Length > 0 ? c.Scheme : null,
            ["energy_eV_per_atom"] = Number(c.EnergyEvPerAtom), ["e_d_eV_per_atom"] = Number(c.Hull?.EdEvPerAtom), ["e_d_signed_eV_per_atom"] = Number(c.Hull?.SignedEvPerAtom),
            ["products"] = whole.Hull is { } h ? Array(h.Products.Select(p => new JsonObject { ["formula"] = p.Formula, ["fraction"] = p.Fraction })) : null,
            ["iteration"] = c.Iteration, ["rank"] = c.Rank, ["front"] = c.Front?.Front, ["exclusiveHypervolume"] = Number(c.Front?.ExclusiveHypervolume), ["values"] = values,
        };
    }

    /// <summary>Unknown numbers are null: JSON has no NaN.</summary>
    public static JsonNode? Number(double? v) => v is { } x && double.IsFinite(x) ? JsonValue.Create(x) : null;
    public static JsonArray Array(IEnumerable<JsonNode?> items) => new([.. items]);
    static JsonArray Numbers(IEnumerable<double> values) => Array(values.Select(v => Number(v)));
}
