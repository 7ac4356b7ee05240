using System.Text.Json;
using System.Text.Json.Serialization;
using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;
using IpActors.Science.Numerics;

namespace IpActors.Domain.Campaigns;

/// <summary>An aristotype as it stands in the journal: a built-in one by its name, one of the user's own whole, so that it reads back equal wherever its file went.</summary>
public sealed class AristotypeJson : JsonConverter<Aristotype>
{
    sealed record Stored(
        string Name, double[][] Cell, string[] Species, double[][] Fractional, string[] Classes, int[][] Supercells,
        double ScaleConstant, double[] ScalePerRadius, double ScalePerProduct, double ScaleReference, double ScaleLeast, double ScaleMost);

    public override void Write(Utf8JsonWriter writer, Aristotype a, JsonSerializerOptions options)
    {
        if (Aristotypes.Find(a.Name) is { } known)
        {
            if (!known.Equals(a)) throw new JsonException($"aristotype {a.Name} has the name of a built-in one and is another");
            writer.WriteStringValue(a.Name);
            return;
        }
        var (s, k) = (a.Parent, a.Scale);
        JsonSerializer.Serialize(writer, new Stored(a.Name, [Row(s.Cell.A), Row(s.Cell.B), Row(s.Cell.C)], [.. s.Species], [.. s.Fractional.Select(Row)], [.. a.Classes],
            [.. a.Covering.Select(m => Enumerable.Range(0, 9).Select(i => m[i / 3, i % 3]).ToArray())], k.Constant, [.. k.PerRadius], k.PerProduct, k.Reference, k.Least, k.Most), options);
    }

    public override Aristotype Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return Aristotypes.Find(reader.GetString()!) ?? throw new JsonException($"unknown aristotype {reader.GetString()}");
        var s = JsonSerializer.Deserialize<Stored>(ref reader, options) ?? throw new JsonException("no aristotype");
        return new(s.Name, new Structure(new Mat3(Vector(s.Cell[0]), Vector(s.Cell[1]), Vector(s.Cell[2])), [.. s.Species], [.. s.Fractional.Select(Vector)]), [.. s.Classes],
            [.. s.Supercells.Select(m => new IntMat3(m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8]))])
        {
            Scale = new(s.ScaleConstant, [.. s.ScalePerRadius], s.ScalePerProduct, s.ScaleReference, s.ScaleLeast, s.ScaleMost),
        };
    }

    static double[] Row(Vec3 v) => [v.X, v.Y, v.Z];
    static Vec3 Vector(double[] v) => new(v[0], v[1], v[2]);
}
