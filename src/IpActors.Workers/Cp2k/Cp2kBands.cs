using IpActors.Science;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Cp2k;

/// <summary>Band edges over all k points and spins of a bands.bs, eV, with the points they lie at (fractions of the reciprocal vectors).</summary>
/// <param name="DirectGapEv">Least distance at one point.</param>
public sealed record Cp2kGap(double GapEv, double ValenceBandMaximumEv, double ConductionBandMinimumEv, Vec3 ValenceAt, Vec3 ConductionAt, double DirectGapEv, int Points)
{
    public bool IsMetal => GapEv <= 0;
}

/// <summary>Reads bands.bs, a point at a time.</summary>
public static class Cp2kBands
{
    /// <summary>A level counts as filled above half of the largest occupation it can have.</summary>
    const double Half = 0.5;

    /// <summary>Null where no point is whole or none has both filled and empty levels. Throws <see cref="InputException"/> for text that is no bands.bs.</summary>
    public static Cp2kGap? Read(TextReader text, string source)
    {
        var points = 0;
        double top = double.NegativeInfinity, bottom = double.PositiveInfinity, direct = double.PositiveInfinity;
        Vec3 topAt = default, bottomAt = default;
        (Vec3 At, int Spin, double Top, double Bottom, int Bands)? point = null;
        var (bands, most, spins, number) = (0, 2.0, 1, 0);
        foreach (var line in Cp2kFiles.Lines(text))
        {
            number++;
            var w = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (w.Length == 0) continue;
            if (w[0] != "#")
            {
                if (point is not { } p || w.Length < 3) { if (point is null) throw new InputException($"{source}:{number}: a level before any k point; is this bands.bs of CP2K?"); continue; }
                if (w.Length == 3 && double.TryParse(w[1], System.Globalization.CultureInfo.InvariantCulture, out var e) && double.TryParse(w[2], System.Globalization.CultureInfo.InvariantCulture, out var f))
                    point = p with { Top = f > Half * most ? Math.Max(p.Top, e) : p.Top, Bottom = f <= Half * most ? Math.Min(p.Bottom, e) : p.Bottom, Bands = p.Bands + 1 };
                continue;
            }
            if (w.Length > 2 && w[1] == "Set") { Close(); bands = w.Length > 2 && int.TryParse(w[^2], out var b) ? b : 0; }
            else if (w.Length >= 8 && w[1] == "Point")
            {
                Close();
                double N(int i) => Cp2kFiles.Number(w[i], $"{source}:{number}");
                var spin = int.TryParse(w[4].TrimEnd(':'), out var s) ? s : 1;
                // Two spins: one electron a level.
                if (spin == 2 && spins == 1) (spins, most) = (2, 1.0);
                point = (new(N(5), N(6), N(7)), spin, double.NegativeInfinity, double.PositiveInfinity, 0);
            }
        }
        Close();
        return points > 0 && double.IsFinite(top) && double.IsFinite(bottom) ? new(bottom - top, top, bottom, topAt, bottomAt, direct, points) : null;

        void Close()
        {
            if (point is not { } p) return;
            point = null;
            if (bands > 0 && p.Bands < bands) return; // cut short
            points++;
            if (p.Top > top) (top, topAt) = (p.Top, p.At);
            if (p.Bottom < bottom) (bottom, bottomAt) = (p.Bottom, p.At);
            direct = Math.Min(direct, p.Bottom - p.Top);
        }
    }

    public static Cp2kGap? ReadFolder(string folder, string name = Cp2kTemplate.Bands)
    {
        using var text = Cp2kFiles.Find(folder, name);
        return text is null ? null : Read(text, Path.Combine(folder, name));
    }
}
