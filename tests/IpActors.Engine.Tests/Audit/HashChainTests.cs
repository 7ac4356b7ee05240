using IpActors.Domain.Entities;
using IpActors.Engine.Audit;
using IpActors.Engine.Codec;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Audit;

public sealed class HashChainTests : IDisposable
{
    readonly Folder _folder = new();
    string JournalPath => _folder["j.db"];
    public void Dispose() => _folder.Dispose();

    async Task Fill()
    {
        await using var engine = new EmbeddedEngine(SqliteJournal.Open(JournalPath), Toy.Kinds, []);
        for (var i = 0; i < 12; i++) await engine.Send(Toy.Id($"t{i % 3}"), new Add($"{i}", i));
    }

    void Sql(string sql)
    {
        using var db = SqliteAccess.OpenWriter(JournalPath);
        db.Do(sql);
    }

    async Task<AuditResult> Verify()
    {
        await using var reader = SqliteJournalReader.OpenReader(JournalPath);
        return await HashChain.Verify(reader, Toy.Kinds);
    }

    [Fact]
    public async Task A_sound_journal_has_no_findings()
    {
        await Fill();
        var result = await Verify();
        Assert.Equal((12L, 3, (AuditFinding?)null), (result.Events, result.Entities, result.First));
    }

    // Orderings 1..12 go round t0, t1, t2: ordering 5 is t1's second event, ordering 12 is t2's fourth and last.
    [Theory]
    [InlineData(5, "message = replace(message, 'x', 'x') || ' '", AuditFault.Unreadable)]
    [InlineData(5, "message = CAST(replace(CAST(message AS TEXT), '\"n\":4', '\"n\":5') AS BLOB)", AuditFault.HashMismatch)]
    [InlineData(12, "message = CAST(replace(CAST(message AS TEXT), '\"n\":11', '\"n\":10') AS BLOB)", AuditFault.HashMismatch)]
    [InlineData(1, "message = CAST(replace(CAST(message AS TEXT), 'previous', 'previouS') AS BLOB)", AuditFault.Unreadable)]
    [InlineData(1, "message = CAST(replace(CAST(message AS TEXT), '\"previous\":\"0', '\"previous\":\"1') AS BLOB)", AuditFault.HashMismatch)]
    [InlineData(12, "message = x''", AuditFault.Unreadable)]
    [InlineData(5, "manifest = 'toy.adde_/1'", AuditFault.HashMismatch)]
    [InlineData(12, "manifest = 'toy.added/2'", AuditFault.HashMismatch)]
    [InlineData(5, "manifest = NULL", AuditFault.HashMismatch)]
    [InlineData(5, "persistence_id = 'play/toy/t9'", AuditFault.HashMismatch)]
    [InlineData(12, "persistence_id = 'play/toy_t2'", AuditFault.HashMismatch)]
    [InlineData(5, "sequence_number = 9", AuditFault.HashMismatch)]
    [InlineData(12, "sequence_number = 5", AuditFault.HashMismatch)]
    public async Task An_edit_of_any_one_event_is_found_and_that_event_named(long ordering, string edit, AuditFault fault)
    {
        await Fill();
        Sql($"UPDATE journal SET {edit} WHERE ordering = {ordering}");
        var first = (await Verify()).First;
        Assert.NotNull(first);
        Assert.Equal((ordering, fault), (first.Ordering, first.Fault));
        Assert.Contains($"event {ordering}: {first.PersistenceId} number {first.SequenceNumber}", first.ToString());
    }

    [Fact]
    public async Task Any_single_changed_byte_of_any_message_is_found_at_its_event()
    {
        await Fill();
        var sizes = new List<int>();
        using (var db = SqliteAccess.OpenWriter(JournalPath)) sizes.AddRange(db.Rows("SELECT length(message) FROM journal ORDER BY ordering", r => r.GetInt32(0)));
        var random = new Random(3);
        for (var i = 0; i < 60; i++)
        {
            var ordering = random.Next(12) + 1;
            var at = random.Next(sizes[ordering - 1]);
            byte[] bytes = [];
            using (var db = SqliteAccess.OpenWriter(JournalPath))
            {
                bytes = db.Rows("SELECT message FROM journal WHERE ordering = $o", r => r.GetFieldValue<byte[]>(0), ("$o", ordering))[0];
                var changed = bytes.ToArray();
                changed[at] ^= (byte)(1 << random.Next(8));
                db.Do("UPDATE journal SET message = $m WHERE ordering = $o", ("$m", changed), ("$o", ordering));
            }
            Assert.Equal(ordering, (await Verify()).First?.Ordering);
            using (var db = SqliteAccess.OpenWriter(JournalPath)) db.Do("UPDATE journal SET message = $m WHERE ordering = $o", ("$m", bytes), ("$o", ordering));
        }
        Assert.Null((await Verify()).First);
    }

    [Fact]
    public async Task A_missing_event_is_a_gap_at_the_one_after_it()
    {
        await Fill();
        Sql("DELETE FROM journal WHERE ordering = 5");
        var first = (await Verify()).First!;
        Assert.Equal((8L, 3L, AuditFault.Gap), (first.Ordering, first.SequenceNumber, first.Fault));
    }

    [Fact]
    public async Task An_event_with_a_recomputed_hash_breaks_the_chain_at_the_one_after_it()
    {
        await Fill();
        await using (var reader = SqliteJournalReader.OpenReader(JournalPath))
        {
            var before = EventCodec.Open((await reader.ReadEntity("play/toy/t1", 0, default))[1].Message).Previous;
            using var db = SqliteAccess.OpenWriter(JournalPath);
            db.Do("UPDATE journal SET message = $m WHERE ordering = 5", ("$m", new EventCodec(Toy.Kinds).Encode("play/toy/t1", 2, new Added("forged", 1), before).Payload));
        }
        var first = (await Verify()).First!;
        Assert.Equal((8L, AuditFault.BrokenChain), (first.Ordering, first.Fault));
    }

    [Fact]
    public async Task An_unknown_event_and_one_that_its_entity_cannot_take_are_found()
    {
        await Fill();
        var codec = new EventCodec(Toy.Kinds);
        await using (var journal = SqliteJournal.Open(JournalPath)) await journal.Append(new(Toy.Id("new"), [new(1, new Spoiled(), codec.Encode("play/toy/new", 1, new Spoiled(), EventCodec.NoHash))], [], []));
        Assert.Equal((13L, AuditFault.NotAccepted), ((await Verify()).First!.Ordering, (await Verify()).First!.Fault));
        await using var reader = SqliteJournalReader.OpenReader(JournalPath);
        var first = (await HashChain.Verify(reader, EntityKinds.All)).First!;
        Assert.Equal((1L, AuditFault.UnknownEvent), (first.Ordering, first.Fault));
        Assert.Contains("toy.added/1", first.Message);
    }

    [Fact]
    public async Task A_seal_shows_a_cut_tail_and_a_missing_entity_which_the_chain_cannot()
    {
        await Fill();
        async Task<Seal> Sealed() { await using var reader = SqliteJournalReader.OpenReader(JournalPath); return await Seal.Of(reader); }
        var seal = await Sealed();
        Assert.Equal((3, 12L, 64), (seal.Entities, seal.Events, seal.Digest.Length));
        Assert.Equal(seal, await Sealed());
        File.Copy(JournalPath, _folder["copy"]);
        Sql("DELETE FROM journal WHERE ordering = 12");
        Assert.Null((await Verify()).First);
        Assert.NotEqual(seal.Digest, (await Sealed()).Digest);
        File.Copy(_folder["copy"], JournalPath, true);
        Assert.Equal(seal, await Sealed());
        Sql("DELETE FROM journal WHERE persistence_id = 'play/toy/t1'");
        Assert.Null((await Verify()).First);
        Assert.NotEqual(seal.Digest, (await Sealed()).Digest);
    }

    [Fact]
    public async Task Export_gives_each_event_as_one_line_of_json()
    {
        await Fill();
        Sql("UPDATE journal SET message = x'0102' WHERE ordering = 2");
        await using var reader = SqliteJournalReader.OpenReader(JournalPath);
        var lines = new List<string>();
        await foreach (var line in JsonLines.Export(reader)) lines.Add(line);
        Assert.Equal(12, lines.Count);
        Assert.Matches("""^\{"ordering":1,"created":"20[^"]+Z","entity":"play/toy/t0","sequenceNumber":1,"manifest":"toy.added/1","event":\{"id":"0","n":0\},"previous":"0{64}","hash":"[0-9a-f]{64}"\}$""", lines[0]);
        Assert.EndsWith("\"unreadable\":\"AQI=\"}", lines[1]);
    }
}
