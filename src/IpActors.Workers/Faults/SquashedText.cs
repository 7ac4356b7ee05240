namespace IpActors.Workers.Faults;

/// <summary>
/// Text without blanks, line ends and vertical bars, in lower case: VASP 6 prints messages in boxes, wrapped anew and with blanks lost, and versions differ in their capitals. What is looked for is squashed likewise.
/// </summary>
public static class SquashedText
{
    public static string Of(string text)
    {
        var buffer = new char[text.Length];
        var n = 0;
        foreach (var c in text)
            if (c != '|' && !char.IsWhiteSpace(c)) buffer[n++] = char.ToLowerInvariant(c);
        return new(buffer, 0, n);
    }
}
