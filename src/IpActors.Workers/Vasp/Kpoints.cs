using System.Globalization;
using System.Text;
using IpActors.Science;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Vasp;

/// <summary>Where an automatic mesh lies: on Gamma, or as Monkhorst and Pack have it (off Gamma for even divisions).</summary>
public enum KpointsCentre { Gamma, Monkhorst }

/// <summary>One k point in reciprocal (fractions) or Cartesian (2 pi / scale) coordinates; its weight, and its label where the file has one after !.</summary>
public sealed record Kpoint(Vec3 K, double Weight = 1, string? Label = null);

/// <summary>A KPOINTS file in one of its forms, under a line of comment.</summary>
public abstract record Kpoints(string Comment)
{
    /// <summary>An automatic mesh with its divisions and shift.</summary>
    public sealed record Mesh(string Comment, KpointsCentre Centre, int N1, int N2, int N3, Vec3 Shift = default) : Kpoints(Comment)
    {
        public int Count => N1 * N2 * N3;
    }

    /// <summary>"Automatic": divisions max(1, length |b_i| + 1/2) on Gamma.</summary>
    public sealed record Length(string Comment, double LengthA) : Kpoints(Comment);

    /// <summary>Points by name with their weights.</summary>
    public sealed record List(string Comment, bool Cartesian, ImmutableArray<Kpoint> Points) : Kpoints(Comment)
    {
        public bool Equals(List? o) => o is not null && (Comment, Cartesian) == (o.Comment, o.Cartesian) && Points.AsSpan().SequenceEqual(o.Points.AsSpan());
        public override int GetHashCode() => HashCode.Combine(Comment, Points.Length);
    }

    /// <summary>Lines for a band structure: points two by two, that many steps along each.</summary>
    public sealed record Lines(string Comment, int Divisions, bool Cartesian, ImmutableArray<Kpoint> Points) : Kpoints(Comment)
    {
        public bool Equals(Lines? o) => o is not null && (Comment, Divisions, Cartesian) == (o.Comment, o.Divisions, o.Cartesian) && Points.AsSpan().SequenceEqual(o.Points.AsSpan());
        public override int GetHashCode() => HashCode.Combine(Comment, Divisions, Points.Length);
    }

    /// <summary>A mesh by generating vectors (rows) and shift.</summary>
    public sealed record Generated(string Comment, bool Cartesian, Mat3 Basis, Vec3 Shift) : Kpoints(Comment);

    public string Write()
    {
        var text = new StringBuilder().Append(Comment.ReplaceLineEndings(" ")).Append('\n');
        switch (this)
        {
            case Mesh m:
                text.Append("0\n").Append(m.Centre == KpointsCentre.Gamma ? "Gamma" : "Monkhorst-Pack").Append('\n').Append(CultureInfo.InvariantCulture, $"{m.N1} {m.N2} {m.N3}\n").Append(Text(m.Shift)).Append('\n');
                break;
            case Length l: text.Append("0\nAuto\n").Append(IncarValue.Text(l.LengthA)).Append('\n'); break;
            case List l:
                text.Append(CultureInfo.InvariantCulture, $"{l.Points.Length}\n").Append(Coordinates(l.Cartesian));
                foreach (var p in l.Points) text.Append(Text(p.K)).Append(' ').Append(IncarValue.Text(p.Weight)).Append(Shown(p.Label)).Append('\n');
                break;
            case Lines l:
                text.Append(CultureInfo.InvariantCulture, $"{l.Divisions}\nLine-mode\n").Append(Coordinates(l.Cartesian));
                for (var i = 0; i < l.Points.Length; i++) text.Append(Text(l.Points[i].K)).Append(Shown(l.Points[i].Label)).Append(i % 2 == 1 && i + 1 < l.Points.Length ? "\n\n" : "\n");
                break;
            case Generated g:
                text.Append("0\n").Append(Coordinates(g.Cartesian));
                foreach (var v in (Vec3[])[g.Basis.A, g.Basis.B, g.Basis.C, g.Shift]) text.Append(Text(v)).Append('\n');
                break;
        }
        return text.ToString();
    }

    static string Coordinates(bool cartesian) => cartesian ? "Cartesian\n" : "Reciprocal\n";
    static string Shown(string? label) => label is null ? "" : $" ! {label}";
    static string Text(Vec3 v) => $"{IncarValue.Text(v.X + 0.0)} {IncarValue.Text(v.Y + 0.0)} {IncarValue.Text(v.Z + 0.0)}";

    /// <summary>Errors are <see cref="InputException"/>s with file and line. Weights of tetrahedra after a list are passed over.</summary>
    public static Kpoints Read(string text, string source = "KPOINTS") => new KpointsReader(text.Split('\n'), source).Read();
}

/// <summary>Reads the lines of one KPOINTS.</summary>
sealed class KpointsReader(string[] lines, string source)
{
    int _at;

    public Kpoints Read()
    {
        var comment = Line("a comment").Trim();
        var n = Integer(Words("the number of k points").FirstOrDefault() ?? "", "the number of k points (0: automatic)");
        var kind = Words("the kind of mesh").FirstOrDefault() ?? "";
        var first = kind.Length == 0 ? '?' : char.ToUpperInvariant(kind[0]);
        if (n < 0) throw Error($"{n} k points; write 0 for an automatic mesh");
        if (n > 0) return first == 'L' ? Path(comment, n) : new Kpoints.List(comment, first is 'C' or 'K', Points(n));
        switch (first)
        {
            case 'A':
                return new Kpoints.Length(comment, Number(Words("a length").FirstOrDefault() ?? "", "a length in A, such as 40"));
            case 'G' or 'M':
                var mesh = Words("three divisions");
                if (mesh.Length < 3) throw Error($"three divisions expected, found {mesh.Length}; write them as 4 4 4");
                var m = mesh.Take(3).Select(w => Integer(w, "a division") is > 0 and var d ? d : throw Error($"a division of {w}; give positive integers")).ToArray();
                return new Kpoints.Mesh(comment, first == 'G' ? KpointsCentre.Gamma : KpointsCentre.Monkhorst, m[0], m[1], m[2], Rest() ? Vector(Words("a shift")) : Vec3.Zero);
            case 'C' or 'K' or 'R' or 'D':
                var basis = new Mat3(Vector(Words("a generating vector")), Vector(Words("a generating vector")), Vector(Words("a generating vector")));
                return new Kpoints.Generated(comment, first is 'C' or 'K', basis, Rest() ? Vector(Words("a shift")) : Vec3.Zero);
            default: throw Error($"'{kind}' is no kind of mesh; write Gamma, Monkhorst-Pack, Auto or three generating vectors");
        }
    }

    Kpoints.Lines Path(string comment, int divisions)
    {
        var cartesian = (Words("Reciprocal or Cartesian").FirstOrDefault() ?? "") is { Length: > 0 } c && char.ToUpperInvariant(c[0]) is 'C' or 'K';
        var points = ImmutableArray.CreateBuilder<Kpoint>();
        while (Rest())
        {
            var raw = Line("a k point");
            if (raw.AsSpan().Trim().IsEmpty) continue;
            var (words, label) = Split(raw);
            points.Add(new(Vector(words), 1, label ?? (words.Length > 3 && IncarValue.Number(words[3]) is null ? words[3] : null)));
        }
        return new(comment, divisions, cartesian, points.ToImmutable());
    }

    ImmutableArray<Kpoint> Points(int n)
    {
        var points = ImmutableArray.CreateBuilder<Kpoint>(n);
        for (var i = 0; i < n; i++)
        {
            var (words, label) = Split(Line($"k point {i + 1} of {n}"));
            points.Add(new(Vector(words), words.Length > 3 ? Number(words[3], "a weight") : 1, label ?? (words.Length > 4 ? words[4] : null)));
        }
        return points.MoveToImmutable();
    }

    static (string[] Words, string? Label) Split(string line)
    {
        var mark = line.AsSpan().IndexOfAny('!', '#');
        var label = mark < 0 ? null : line[(mark + 1)..].Trim();
        return ((mark < 0 ? line : line[..mark]).Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries), string.IsNullOrEmpty(label) ? null : label);
    }

    bool Rest() => lines.Skip(_at).Any(l => !string.IsNullOrWhiteSpace(l));
    string Line(string what) => _at < lines.Length ? lines[_at++] : throw Error($"the file ends where {what} is expected; see VASP's manual of KPOINTS");
    string[] Words(string what) => Split(Line(what)).Words;
    int Integer(string word, string what) => int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var v) ? v : throw Error($"'{word}' is not {what}; write an integer");
    double Number(string word, string what) => IncarValue.Number(word) ?? throw Error($"'{word}' is not {what}; write a number");
    Vec3 Vector(string[] words) => words.Length < 3 ? throw Error($"three numbers expected, found {words.Length}") : new(Number(words[0], "a coordinate"), Number(words[1], "a coordinate"), Number(words[2], "a coordinate"));
    InputException Error(string what) => new($"{source}:{Math.Min(_at, lines.Length)}: {what}");
}
