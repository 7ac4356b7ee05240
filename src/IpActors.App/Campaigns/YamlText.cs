using System.Text;
using IpActors.Science;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace IpActors.App.Campaigns;

/// <summary>
/// A YAML file as its tree of nodes, read so that no input can hurt: at most 1 MiB of text, 32 levels, one document, no duplicate keys. Aliases are references in the tree; who walks it
/// counts nodes (<see cref="KeyCheck"/>). Every error is one line with file, line and column.
/// </summary>
static class YamlText
{
    public const int MaxBytes = 1 << 20;
    const int MaxDepth = 32;

    /// <summary>Reads the file's text, "-" for stdin.</summary>
    public static string Read(string path)
    {
        try
        {
            using var stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            var bytes = new byte[MaxBytes + 1];
            var n = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (n > MaxBytes) throw new InputException($"{path}: larger than 1 MiB, which no campaign file is; check the path");
            return new UTF8Encoding(false, true).GetString(bytes.AsSpan(0, n)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException) { throw Binary(path); }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException) { throw new InputException($"{path}: no such file; check the path"); }
        catch (UnauthorizedAccessException) when (Directory.Exists(path)) { throw new InputException($"{path}: a folder; give a campaign file such as config/quickstart.yaml"); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new InputException($"{path}: cannot be read ({e.Message}); check its type and permissions"); }
    }

    /// <summary>The mapping at the root.</summary>
    public static YamlMappingNode Parse(string source, string text)
    {
        if (text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'))) throw Binary(source);
        if (string.IsNullOrWhiteSpace(text)) throw Empty(source);
        RefuseTabs(source, text);
        try
        {
            if (!Scan(source, text)) throw Empty(source);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            var root = stream.Documents[0].RootNode;
            return root as YamlMappingNode ?? throw (root is YamlScalarNode { Value: "" or null or "~" or "null" } ? Empty(source)
                : new InputException($"{Place(source, root.Start)}: a {(root is YamlSequenceNode ? "list" : "single value")} where the sections of a campaign are expected; begin with a line like 'name: my-campaign'"));
        }
        catch (YamlException e) { throw new InputException($"{Place(source, e.Start)}: not YAML ({Reason(e)}); check indentation, colons and quotes there"); }
    }

    public static string Place(string source, Mark mark) => $"{source}:{mark.Line}:{mark.Column}";

    static InputException Binary(string source) => new($"{source}: binary data, not YAML text; give a campaign file such as config/quickstart.yaml");
    static InputException Empty(string source) => new($"{source}: empty; a campaign file needs at least 'name' and 'calculators' (start from config/quickstart.yaml)");

    static string Reason(YamlException e)
    {
        var m = e.InnerException is YamlException inner ? inner.Message : e.Message;
        var colon = m.StartsWith('(') ? m.IndexOf("): ", StringComparison.Ordinal) : -1;
        return (colon >= 0 ? m[(colon + 3)..] : m).TrimEnd('.', ' ');
    }

    static void RefuseTabs(string source, string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var indentation = lines[i].AsSpan(0, lines[i].Length - lines[i].TrimStart(' ', '\t').Length);
            var tab = indentation.IndexOf('\t');
            if (tab >= 0 && lines[i].Trim().Length > 0) throw new InputException($"{source}:{i + 1}:{tab + 1}: a tab in the indentation; YAML indents with spaces");
        }
    }

    /// <summary>One pass over the events before any tree is built: depth, documents, keys. False if there is no document.</summary>
    static bool Scan(string source, string text)
    {
        var parser = new Parser(new StringReader(text));
        var open = new Stack<Collection>();
        var anchors = new HashSet<AnchorName>();
        var documents = 0;
        while (parser.MoveNext())
        {
            if (parser.Current is NodeEvent { Anchor.IsEmpty: false } named) anchors.Add(named.Anchor);
            switch (parser.Current)
            {
                case AnchorAlias alias when !anchors.Contains(alias.Value):
                    throw new InputException($"{Place(source, alias.Start)}: '*{alias.Value}' refers to nothing; name the value it means with '&{alias.Value}' before it");
                case DocumentStart d when ++documents > 1:
                    throw new InputException($"{Place(source, d.Start)}: a second YAML document; one file holds one campaign");
                case MappingStart or SequenceStart:
                    if (open.TryPeek(out var parent)) parent.Next(source, parser.Current);
                    if (open.Count == MaxDepth) throw new InputException($"{Place(source, parser.Current.Start)}: nested deeper than {MaxDepth} levels; no campaign file is");
                    open.Push(new Collection(parser.Current is MappingStart));
                    break;
                case MappingEnd or SequenceEnd:
                    open.Pop();
                    break;
                case Scalar or AnchorAlias when open.TryPeek(out var around):
                    around.Next(source, parser.Current);
                    break;
            }
        }
        return documents == 1;
    }

    sealed class Collection(bool isMapping)
    {
        readonly Dictionary<string, Mark> _keys = new(StringComparer.Ordinal);
        bool _valueFollows;

        public void Next(string source, ParsingEvent e)
        {
            if (isMapping && !_valueFollows)
            {
                if (e is not Scalar key) throw new InputException($"{Place(source, e.Start)}: a key that is not plain text; write 'key: value'");
                if (!_keys.TryAdd(key.Value, key.Start)) throw new InputException($"{Place(source, key.Start)}: '{key.Value}' is there twice (first in line {_keys[key.Value].Line}); keep one");
            }
            _valueFollows = !_valueFollows;
        }
    }
}
