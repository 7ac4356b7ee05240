using IpActors.Science;

namespace IpActors.Workers.Cp2k;

/// <summary>Reads CP2K's input format, which its .restart files have too: sections, keywords, comments after <c>!</c> and <c>#</c>, lines continued by <c>\</c>.</summary>
public static class Cp2kInputReader
{
    const int Deepest = 64;

    /// <summary>The root section. Throws <see cref="InputException"/> with the line for sections that do not close, and for directives of CP2K's preprocessor (<c>@SET</c>, <c>@IF</c>, <c>@INCLUDE</c>), which are not followed.</summary>
    public static Cp2kSection Read(TextReader text, string source)
    {
        var open = new Stack<Cp2kSection>([new("")]);
        var number = 0;
        for (var line = text.ReadLine(); line is not null; line = text.ReadLine())
        {
            number++;
            var content = WithoutComment(line).Trim();
            while (content.EndsWith('\\') && text.ReadLine() is { } more) { number++; content = content[..^1].TrimEnd() + " " + WithoutComment(more).Trim(); }
            if (content.Length == 0) continue;
            if (content[0] == '@') throw new InputException($"{source}:{number}: '{content.Split(' ')[0]}' is a directive of CP2K's preprocessor; give the input as CP2K echoes it (cp2k --echo)");
            var (word, rest) = Words(content);
            if (word[0] != '&') { open.Peek().Lines.Add((word, rest)); continue; }
            if (word.StartsWith("&END", StringComparison.OrdinalIgnoreCase))
            {
                if (open.Count == 1) throw new InputException($"{source}:{number}: {content} closes a section that is not open; remove it");
                var closed = open.Pop();
                if (rest.Length > 0 && !Words(rest).Word.Equals(closed.Name, StringComparison.OrdinalIgnoreCase)) throw new InputException($"{source}:{number}: {content} where &{closed.Name} is open; close sections in the order they were opened");
                continue;
            }
            if (open.Count > Deepest) throw new InputException($"{source}:{number}: more than {Deepest} sections inside each other; is every section closed with &END?");
            var section = new Cp2kSection(word[1..], rest);
            open.Peek().Sections.Add(section);
            open.Push(section);
        }
        return open.Count == 1 ? open.Peek() : throw new InputException($"{source}: ends inside &{open.Peek().Name}; the file is cut short, or an &END is missing");
    }

    public static Cp2kSection Read(string text, string source) => Read(new StringReader(text), source);

    static string WithoutComment(string line)
    {
        var quoted = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            if (quoted != '\0') { if (line[i] == quoted) quoted = '\0'; }
            else if (line[i] is '"' or '\'') quoted = line[i];
            else if (line[i] is '!' or '#') return line[..i];
        }
        return line;
    }

    static (string Word, string Others) Words(string content)
    {
        var at = content.IndexOfAny([' ', '\t']);
        return at < 0 ? (content, "") : (content[..at], content[at..].Trim());
    }
}
