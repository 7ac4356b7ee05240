using System.Numerics;

namespace IpActors.Science.Crystals;

/// <summary>An exact amount.</summary>
readonly record struct Rational(BigInteger Numerator, BigInteger Denominator)
{
    public static readonly Rational One = new(1, 1);
    public double ToDouble() => (double)Numerator / (double)Denominator;
    public static Rational Reduce(BigInteger n, BigInteger d) { var g = BigInteger.GreatestCommonDivisor(n, d); return new(n / g, d / g); }
    public static Rational operator *(Rational a, Rational b) => Reduce(a.Numerator * b.Numerator, a.Denominator * b.Denominator);
    public static Rational operator +(Rational a, Rational b) => Reduce(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator);
}

/// <summary>Reads symbols, amounts (2, 0.5 or 10/12; none means 1) and nested groups in ( ), [ ] or { }; blanks are skipped.</summary>
sealed class FormulaReader(string formula)
{
    /// <summary>The elements with their exact amounts.</summary>
    /// <exception cref="InputException">not a formula; names the formula and the position, counted from 1</exception>
    public static IReadOnlyDictionary<string, Rational> Read(string text) => new FormulaReader(text).Sequence(closing: null);

    const int MaxLength = 300, MaxDigits = 12;
    int _at;

    Dictionary<string, Rational> Sequence(char? closing)
    {
        if (formula.Length > MaxLength) throw new InputException($"formula of {formula.Length} characters starting '{formula[..20]}': at most {MaxLength} are read");
        var sum = new Dictionary<string, Rational>();
        while (Peek() is { } c && c != closing)
        {
            var part = c is '(' or '[' or '{' ? Group(c) : Symbol(c);
            var times = Number();
            foreach (var (symbol, amount) in part)
                sum[symbol] = sum.TryGetValue(symbol, out var before) ? before + amount * times : amount * times;
        }
        if (sum.Count == 0) throw Error(closing is null ? "is empty; write one like Li3OCl" : "has an empty group");
        return sum;
    }

    Dictionary<string, Rational> Group(char open)
    {
        var start = _at++;
        var closing = open == '(' ? ')' : open == '[' ? ']' : '}';
        var inner = Sequence(closing);
        if (Peek() != closing) throw new InputException($"formula '{formula}': '{open}' at position {start + 1} is never closed; add '{closing}'");
        _at++;
        return inner;
    }

    Dictionary<string, Rational> Symbol(char c)
    {
        if (!char.IsAsciiLetterUpper(c)) throw Error($"has an unexpected '{c}' at position {_at + 1}; an element symbol or a group is expected there");
        var start = _at++;
        while (_at < formula.Length && char.IsAsciiLetterLower(formula[_at])) _at++;
        var symbol = formula[start.._at];
        if (!Elements.Exists(symbol)) throw Error($"names an unknown element '{symbol}' at position {start + 1}");
        return new() { [symbol] = Rational.One };
    }

    Rational Number()
    {
        if (Peek() is not { } c || !char.IsAsciiDigit(c) && c != '.') return Rational.One;
        var start = _at;
        var value = Decimal();
        if (_at < formula.Length && formula[_at] == '/')
        {
            _at++;
            var below = Decimal();
            if (below.Numerator.IsZero) throw Error($"divides by 0 at position {_at}");
            value *= new Rational(below.Denominator, below.Numerator);
        }
        return value.Numerator.IsZero ? throw Error($"has an amount at position {start + 1} that is not above 0") : value;
    }

    Rational Decimal()
    {
        var (start, digits, decimals, point) = (_at, BigInteger.Zero, 0, false);
        for (; _at < formula.Length && (char.IsAsciiDigit(formula[_at]) || formula[_at] == '.' && !point); _at++)
        {
            if (formula[_at] == '.') { point = true; continue; }
            digits = digits * 10 + (formula[_at] - '0');
            if (point) decimals++;
        }
        var length = _at - start - (point ? 1 : 0);
        if (length is 0 or > MaxDigits) throw Error($"has no readable number at position {start + 1}; write up to {MaxDigits} digits");
        return Rational.Reduce(digits, BigInteger.Pow(10, decimals));
    }

    char? Peek()
    {
        while (_at < formula.Length && formula[_at] == ' ') _at++;
        return _at < formula.Length ? formula[_at] : null;
    }

    InputException Error(string what) => new($"formula '{formula}' {what}");
}
