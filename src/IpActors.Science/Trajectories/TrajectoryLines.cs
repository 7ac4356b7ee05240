using System.Globalization;
using IpActors.Science.Numerics;

namespace IpActors.Science.Trajectories;

/// <summary>Lines of a text of any length without a string for each; numbers with their place in the error.</summary>
sealed class TrajectoryLines(TextReader text, string source)
{
    const int LongestLine = 1 << 24;
    char[] _buffer = new char[1 << 16];
    int _at, _end, _from, _to;
    bool _again, _noMore;

    public string Source => source;
    /// <summary>Of the current line, from 1.</summary>
    public int Number { get; private set; }
    /// <summary>The current line ends with a line break: it is not cut off.</summary>
    public bool Whole { get; private set; }
    /// <summary>Why the text ended early, null where it simply ended.</summary>
    public string? Damage { get; private set; }
    public ReadOnlySpan<char> Line => _buffer.AsSpan(_from, _to - _from);

    public bool Next()
    {
        if (_again) { _again = false; return true; }
        int length;
        while ((length = _buffer.AsSpan(_at, _end - _at).IndexOf('\n')) < 0)
        {
            if (!Fill()) break;
        }
        if (length < 0 && _at == _end) return false;
        Whole = length >= 0;
        (_from, _to) = (_at, length < 0 ? _end : _at + length);
        _at = length < 0 ? _end : _to + 1;
        if (_to > _from && _buffer[_to - 1] == '\r') _to--;
        Number++;
        if (Line.Contains('\0')) throw Error("binary data, not text; give a text trajectory");
        return true;
    }

    /// <summary>The next whole line; false at the end of the text or where the line is cut off.</summary>
    public bool NextWhole() => Next() && Whole;

    /// <summary>The current line comes again.</summary>
    public void Back() => _again = true;

    bool Fill()
    {
        if (_noMore) return false;
        if (_at > 0) { Array.Copy(_buffer, _at, _buffer, 0, _end - _at); (_at, _end) = (0, _end - _at); }
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LongestLine) { Number++; throw Error("a line of over 16 million characters; give a text trajectory"); }
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
        var n = 0;
        // A compressed file cut off or damaged: what came before it counts.
        try { n = text.Read(_buffer, _end, _buffer.Length - _end); }
        catch (InvalidDataException e) { Damage = e.Message; }
        _end += n;
        _noMore = n == 0;
        return n > 0;
    }

    public InputException Error(string what) => new($"{source}:{Number}: {what}");

    public double Double(ReadOnlySpan<char> field, string remedy) => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v) ? v
        : throw Error($"'{Crystals.TextFields.Shown(field.ToString())}' is not a finite number; {remedy}");

    /// <summary>Three numbers from the current line, after so many fields.</summary>
    public Vec3 Vector(string remedy, int skip = 0)
    {
        var rest = Line;
        for (var i = 0; i < skip; i++) _ = Take(ref rest);
        Span<double> v = stackalloc double[3];
        for (var i = 0; i < 3; i++)
        {
            var field = Take(ref rest);
            if (field.IsEmpty) throw Error($"three numbers expected, found {i}; {remedy}");
            v[i] = Double(field, remedy);
        }
        return new(v[0], v[1], v[2]);
    }

    /// <summary>The next field, empty at the end; <paramref name="rest"/> moves behind it.</summary>
    public static ReadOnlySpan<char> Take(scoped ref ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart();
        var end = rest.IndexOfAny(' ', '\t');
        var field = end < 0 ? rest : rest[..end];
        rest = rest[field.Length..];
        return field;
    }
}
