using System.Security.Cryptography;
using System.Text;

namespace IpActors.Cluster.Access;

/// <summary>
/// Both sides prove that they have the key, and neither shows it. The listener sends 32 random bytes a; the other answers 32 of its own, b, with HMAC-SHA-256(key, "to" a b), and is answered HMAC-SHA-256(key, "from" b a).
/// Numbers drawn for each connection make an answer of another one worthless.
/// </summary>
static class Handshake
{
    const int Length = 32;
    static readonly byte[] Mark = Encoding.ASCII.GetBytes("ipactors key 1\n");

    public static async Task Admit(KeyedConnection connection, byte[] key)
    {
        var a = RandomNumberGenerator.GetBytes(Length);
        connection.Send([.. Mark, .. a]);
        var answer = await connection.Receive().ConfigureAwait(false);
        if (answer.Length != 2 * Length) throw new InvalidDataException("it speaks without a key");
        var b = answer[..Length];
        if (!CryptographicOperations.FixedTimeEquals(Proof(key, "to", a, b), answer.AsSpan(Length))) throw new InvalidDataException("it has another key");
        connection.Send(Proof(key, "from", b, a));
    }

    public static async Task Connect(KeyedConnection connection, byte[] key)
    {
        var question = await connection.Receive().ConfigureAwait(false);
        if (question.Length != Mark.Length + Length || !question.AsSpan(0, Mark.Length).SequenceEqual(Mark)) throw new InvalidDataException("it speaks without a key");
        var (a, b) = (question[Mark.Length..], RandomNumberGenerator.GetBytes(Length));
        connection.Send([.. b, .. Proof(key, "to", a, b)]);
        var proof = await connection.Receive().ConfigureAwait(false);
        if (!CryptographicOperations.FixedTimeEquals(Proof(key, "from", b, a), proof)) throw new InvalidDataException("it has another key");
    }

    static byte[] Proof(byte[] key, string direction, byte[] first, byte[] second) => HMACSHA256.HashData(key, (byte[])[.. Encoding.ASCII.GetBytes(direction), .. first, .. second]);
}
