using System.Globalization;
using System.Text;
using IpActors.Science;

namespace IpActors.App.Cli;

/// <summary>A comma-separated table with a header row; columns are found by name, others ignored. Errors name file, line and column.</summary>
public sealed class Csv
{
    public string Source { get; }
    public IReadOnlyList<string> Header { get; }
    public IReadOnlyList<string[]> Rows { get; }
    readonly List<int> _lines = [];

    /// <summary>Commas between double quotes belong to the cell; a quote in it is written twice.</summary>
    static string[] Cells(string line)
    {
        if (!line.Contains('"')) return [.. line.Split(',').Select(c => c.Trim())];
        var (cells, cell, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"') cell.Append(line[++i]);
            else if (line[i] == '"') quoted = !quoted;
            else if (line[i] == ',' && !quoted) { cells.Add(cell.ToString().Trim()); cell.Clear(); }
            else cell.Append(line[i]);
        }
        cells.Add(cell.ToString().Trim());
        return [.. cells];
    }

    public Csv(string source, string text)
    {
        Source = source;
        var rows = new List<string[]>();
        string[]? header = null;
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r');
            if (number == 1) line = line.TrimStart('\uFEFF');
            if (line.Trim().Length == 0 || line.StartsWith('#')) continue;
            if (line.Contains('\0')) throw new InputException($"{source}:{number}: binary data, not CSV; give a text file with a header row");
            var cells = Cells(line);
            if (header is null) { header = cells; continue; }
            if (cells.Length != header.Length) throw new InputException($"{source}:{number}: {cells.Length} cells, but the header has {header.Length}; give one cell per column");
            rows.Add(cells);
            _lines.Add(number);
        }
        Header = header ?? throw new InputException($"{source}: empty; a CSV with a header row is expected");
        Rows = rows;
    }

    public static Csv Read(string path) => new(path, Output.ReadInput(path));

    public int? Find(string column) { for (var i = 0; i < Header.Count; i++) if (Header[i] == column) return i; return null; }
    public int Column(string column) => Find(column) ?? throw new InputException($"{Source}: no column '{column}'; it has {string.Join(", ", Header)}");

    /// <summary>The number in that cell; anything not finite is an error with its place.</summary>
    public double Number(int row, int column) =>
        double.TryParse(Rows[row][column], NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v) ? v
        : throw new InputException($"{Source}:{_lines[row]}: '{Rows[row][column]}' in column '{Header[column]}' is not a finite number; write it like 1.5 or 2e-3");

    /// <summary>All columns of all rows as numbers.</summary>
    public double[][] Numbers() => Enumerable.Range(0, Rows.Count).Select(r => Enumerable.Range(0, Header.Count).Select(c => Number(r, c)).ToArray()).ToArray();
    public int Line(int row) => _lines[row];
}
