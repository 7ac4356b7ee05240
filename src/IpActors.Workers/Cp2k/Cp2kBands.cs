using System.Globalization;
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
    /// <summary>Null where no point is whole or none has both filled and empty levels. Throws <see cref="InputException"/> for text that is no bands.bs.</summary>
    public static Cp2kGap? Read(TextReader text, string source)
    {
        // Only at the end is it known whether a full level holds two electrons or, with spins apart, one: both readings are kept.
        var (paired, single) = (new Edges(1.0), new Edges(0.5));
        var (bands, hasSpins, number, open) = (0, false, 0, false);
        foreach (var line in Cp2kFiles.Lines(text))
        {
            number++;
            var w = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (w.Length == 0) continue;
            if (w[0] != "#")
            {
                if (!open) throw new InputException($"{source}:{number}: a level before any k point; is this bands.bs of CP2K?");
                if (w.Length == 3 && double.TryParse(w[1], CultureInfo.InvariantCulture, out var e) && double.TryParse(w[2], CultureInfo.InvariantCulture, out var f)) { paired.Level(e, f); single.Level(e, f); }
                continue;
            }
            if (w.Length > 2 && w[1] == "Set") { Close(); bands = int.TryParse(w[^2], out var b) ? b : 0; }
            else if (w.Length >= 8 && w[1] == "Point")
            {
                Close();
                double N(int i) => Cp2kFiles.Number(w[i], $"{source}:{number}");
                hasSpins |= w[4] == "2:";
                paired.Begin(new(N(5), N(6), N(7)));
                single.Begin(new(N(5), N(6), N(7)));
                open = true;
            }
        }
        Close();
        return (hasSpins ? single : paired).Gap;

        void Close()
        {
            if (!open) return;
            paired.End(bands);
            single.End(bands);
        }
    }

    /// <summary>The band edges if a level counts as filled above so many electrons.</summary>
    sealed class Edges(double half)
    {
        double _top = double.NegativeInfinity, _bottom = double.PositiveInfinity, _direct = double.PositiveInfinity, _pointTop, _pointBottom;
        Vec3 _at, _topAt, _bottomAt;
        int _levels, _points;

        public void Begin(Vec3 at) => (_at, _levels, _pointTop, _pointBottom) = (at, 0, double.NegativeInfinity, double.PositiveInfinity);

        public void Level(double energy, double electrons)
        {
            _levels++;
            if (electrons > half) _pointTop = Math.Max(_pointTop, energy); else _pointBottom = Math.Min(_pointBottom, energy);
        }

        /// <summary>A point that is cut short does not count.</summary>
        public void End(int bands)
        {
            if (_levels < Math.Max(1, bands)) return;
            _points++;
            if (_pointTop > _top) (_top, _topAt) = (_pointTop, _at);
            if (_pointBottom < _bottom) (_bottom, _bottomAt) = (_pointBottom, _at);
            _direct = Math.Min(_direct, _pointBottom - _pointTop);
            _levels = 0;
        }

        public Cp2kGap? Gap => _points > 0 && double.IsFinite(_top) && double.IsFinite(_bottom) ? new(_bottom - _top, _top, _bottom, _topAt, _bottomAt, _direct, _points) : null;
    }

    public static Cp2kGap? ReadFolder(string folder, string name = Cp2kTemplate.Bands)
    {
        using var text = Cp2kFiles.Find(folder, name);
        return text is null ? null : Read(text, Path.Combine(folder, name));
    }
}
