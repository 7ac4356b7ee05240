using System.Text;
using IpActors.Science;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Cp2k;

/// <summary>CP2K's text files, plain or packed by gzip.</summary>
static class Cp2kFiles
{
    /// <summary>The file in the folder, or its .gz; null where neither is there.</summary>
    public static TextReader? Find(string folder, string name) =>
        new RunFolder(folder).Open(name) is { } stream ? new StreamReader(stream, Encoding.UTF8, true, 1 << 16) : null;

    /// <summary>Lines as far as they are whole: a packed file that ends early gives what it holds.</summary>
    public static IEnumerable<string> Lines(TextReader text)
    {
        while (true)
        {
            string? line;
            try { line = text.ReadLine(); }
            catch (InvalidDataException) { yield break; }
            if (line is null) yield break;
            yield return line;
        }
    }

    public static double Number(string text, string source) =>
        FortranNumber.Parse(text) ?? throw new InputException($"{source}: '{text}' is not a number; is this a file of CP2K?");
}
