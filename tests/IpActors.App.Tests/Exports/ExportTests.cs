using System.Text.Json;
using System.Text.Json.Nodes;
using IpActors.App.Exports;
using IpActors.Domain.Views;
using IpActors.Science.Crystals;

namespace IpActors.App.Tests.Exports;

public class ExportTests
{
    static readonly SampleCampaign Sample = new();
    static readonly CampaignView View = Sample.View;

    [Fact]
    public void The_csv_is_the_committed_one_byte_for_byte() => Repository.Golden("tests/IpActors.App.Tests/golden/sample.csv", CsvExport.Write(View));

    [Fact]
    public void The_csv_holds_numbers_that_read_back_bit_for_bit_in_the_order_of_ids()
    {
        var lines = CsvExport.Write(View).TrimEnd('\n').Split('\n').Select(l => l.Split(',')).ToArray();
        Assert.Equal(lines.Skip(1).Select(l => l[0]).Order(StringComparer.Ordinal), lines.Skip(1).Select(l => l[0]));
        var column = Array.IndexOf(lines[0], "conductivity_400K_S_per_cm");
        foreach (var line in lines.Skip(1).Where(l => l[column].Length > 0)) Assert.Equal(View.Compounds[line[0]].Values["conductivity"].Value, double.Parse(line[column]));
        Assert.All(lines, l => Assert.Equal(lines[0].Length, l.Length));
    }

    [Fact]
    public async Task The_json_names_every_compound_and_writes_unknown_numbers_as_null()
    {
        using var text = new StringWriter();
        await JsonExport.Write(text, View, Sample.States.Values.ToAsyncEnumerable());
        using var json = JsonDocument.Parse(text.ToString());
        // The same as if it had been written at once.
        Assert.Equal(JsonSerializer.Serialize(JsonNode.Parse(text.ToString()), IpActors.App.Cli.Output.Json) + "\n", text.ToString());
        var compounds = json.RootElement.GetProperty("compounds").EnumerateArray().ToDictionary(c => c.GetProperty("id").GetString()!);
        Assert.Equal(View.Compounds.Keys, compounds.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(JsonValueKind.Null, compounds[SampleCampaign.Lost].GetProperty("energy_eV_per_atom").ValueKind);
        Assert.Equal(JsonValueKind.Null, compounds[SampleCampaign.C].GetProperty("values").GetProperty("conductivity").GetProperty("error").ValueKind);
        Assert.Equal(0.02, compounds[SampleCampaign.B].GetProperty("values").GetProperty("conductivity").GetProperty("value").GetDouble());
        Assert.Equal(2, json.RootElement.GetProperty("batches").GetArrayLength());
        Assert.Equal(12.345678, json.RootElement.GetProperty("batches")[1].GetProperty("chosen")[0].GetProperty("improvement").GetDouble());
        Assert.Equal("Finished", json.RootElement.GetProperty("stage").GetString());
    }

    [Theory, InlineData("poscar"), InlineData("cif")]
    public void Structures_of_all_relaxed_compounds_read_back(string format)
    {
        var written = StructureExport.Of(View).Select(c => (c.Identity.Id, Text: StructureExport.Text(c, Structure(c.Identity.Id), format))).ToList();
        Assert.Equal(Sample.States.Where(c => c.Value.Relaxation is not null).Select(c => c.Key), written.Select(w => w.Id));
        foreach (var (id, text) in written)
        {
            var back = format == "cif" ? Cif.Read(text) : Poscar.Read(text);
            Assert.Equal(Structure(id).Count, back.Count);
            Assert.Equal(64, back.VolumeA3, 9);
        }
    }

    [Fact]
    public void Extended_xyz_carries_id_and_results() =>
        Assert.Contains($"id=\"{SampleCampaign.B}\" formula=\"Li3SI\" space_group=\"Pm-3m\" energy_eV_per_atom=\"-3.3\" e_d_eV_per_atom=\"0.05\" band_gap_eV=\"3.25\"", StructureExport.Text(View.Compounds[SampleCampaign.B], Structure(SampleCampaign.B), "extxyz"));

    static Structure Structure(string id) => Sample.States[id].Relaxation!.Structure!;

    [Fact]
    public void The_pool_is_written_with_its_descriptors_and_what_is_only_a_bound()
    {
        var sample = new SampleCampaign();
        var (csv, note) = PoolExport.Write(sample.View, sample);
        Assert.Equal(
        [
            "id,x_en_1,x_en_2,x_vr_1,x_vr_2,x_pf_1,x_pf_2,band_gap_eV,hydration_energy_kJ_per_mol,conductivity_400K_S_per_cm,conductivity_400K_S_per_cm_censored",
            $"{SampleCampaign.A},0,0,0,0,0,0,4.5,-22,1E-05,0", $"{SampleCampaign.B},1,0.5,0,1,0.5,0,3.25,12.5,0.02,0", $"{SampleCampaign.C},0.5,0,0.5,0,0,1,4,-25,1E-09,1",
        ], csv.TrimEnd('\n').Split('\n'));
        Assert.Equal("3 of 3 compounds of the pool have a value of every objective, 1 of them only a bound of some; 2 count. Replay: ipactors backtest --pool POOL.csv --rule uhvi,greedy,random --groups 2,2,2 " +
            "--objectives band_gap_eV,hydration_energy_kJ_per_mol:0.01,conductivity_400K_S_per_cm:log10 --ref=0,-10,-8", note);
    }
}
