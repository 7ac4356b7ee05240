using System.Security.Cryptography;
using IpActors.Domain.Works;
using IpActors.Engine.Journals;
using Npgsql;

namespace IpActors.Engine.Blobs;

/// <summary>Blobs as rows under the digest of their content, beside the journal's tables.</summary>
sealed class PostgresBlobs(PostgresAddress at, NpgsqlDataSource source) : IBlobs
{
    // One that is damaged is replaced.
    const string Insert = "INSERT INTO blobs (digest, content) VALUES ($1, $2) ON CONFLICT (digest) DO UPDATE SET content = EXCLUDED.content WHERE blobs.content <> EXCLUDED.content";
    readonly PostgresRetry _retry = new(at);

    public string Put(ReadOnlySpan<byte> content)
    {
        var (digest, bytes) = (Convert.ToHexStringLower(SHA256.HashData(content)), content.ToArray());
        return _retry.Run(() =>
        {
            using var db = source.OpenConnection();
            using var c = db.Command(Insert, digest, bytes);
            c.ExecuteNonQuery();
            return digest;
        });
    }

    /// <summary>Of all blobs that are there.</summary>
    public IReadOnlyList<string> Digests() => _retry.Run(() =>
    {
        using var db = source.OpenConnection();
        using var c = db.Command("SELECT digest FROM blobs ORDER BY digest");
        using var r = c.ExecuteReader();
        var digests = new List<string>();
        while (r.Read()) digests.Add(r.GetString(0));
        return digests;
    });

    public byte[] Get(string digest)
    {
        if (digest.Length != 64 || !digest.All(char.IsAsciiHexDigitLower)) throw new FileNotFoundException($"'{digest}' is not a blob's digest");
        var content = _retry.Run(() =>
        {
            using var db = source.OpenConnection();
            using var c = db.Command("SELECT content FROM blobs WHERE digest = $1", digest);
            return c.ExecuteScalar() as byte[];
        }) ?? throw new FileNotFoundException($"{at}: the blob {digest} is missing; copy it from a backup of the campaign");
        return Convert.ToHexStringLower(SHA256.HashData(content)) == digest ? content : throw new InvalidDataException($"{at}: the blob {digest} is damaged (its content has another digest)");
    }
}
