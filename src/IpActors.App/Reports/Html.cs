using System.Globalization;
using System.Text;

namespace IpActors.App.Reports;

/// <summary>Writes HTML in which every text is escaped; only <see cref="Raw"/> takes markup, and only markup made here.</summary>
public sealed class Html
{
    readonly StringBuilder _text = new();

    public static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;").Replace("'", "&#39;");

    public Html Raw(string markup) { _text.Append(markup); return this; }
    public Html Element(string tag, string text) => Raw($"<{tag}>").Raw(Escape(text)).Raw($"</{tag.Split(' ')[0]}>\n");
    public Html Heading(string text, string id) => Raw($"<h2 id=\"{id}\">").Raw(Escape(text)).Raw("</h2>\n");
    public Html Paragraph(string text) => Element("p", text);

    /// <summary>A table with a caption and column headings; a row's class marks it.</summary>
    public Html Table(string caption, IEnumerable<string> headings, IEnumerable<(string? Class, IEnumerable<string> Cells)> rows)
    {
        Raw("<div class=\"wide\"><table>\n").Element("caption", caption).Raw("<thead><tr>");
        foreach (var h in headings) Raw("<th scope=\"col\">").Raw(Escape(h)).Raw("</th>");
        Raw("</tr></thead>\n<tbody>\n");
        foreach (var (mark, cells) in rows)
        {
            Raw(mark is null ? "<tr>" : $"<tr class=\"{mark}\">");
            foreach (var cell in cells) Raw("<td>").Raw(Escape(cell)).Raw("</td>");
            Raw("</tr>\n");
        }
        return Raw("</tbody></table></div>\n");
    }

    public static string Number(double v, int digits = 4) => double.IsFinite(v) ? v.ToString("G" + digits, CultureInfo.InvariantCulture) : "missing";
    public override string ToString() => _text.ToString();
}
