using System.Globalization;
using IpActors.Science;

namespace IpActors.FakeVasp.Inputs;

/// <summary>What is needed of one dataset of a POTCAR.</summary>
sealed record PotcarHead(string Title, string Element, double Valence, double MassU, double EnmaxEv)
{
    /// <summary>All datasets of a POTCAR, in order.</summary>
    public static ImmutableArray<PotcarHead> Read(string text)
    {
        var heads = ImmutableArray.CreateBuilder<PotcarHead>();
        string title = "", element = "";
        double valence = double.NaN, mass = 0, enmax = 0;
        foreach (var line in text.Split('\n'))
        {
            if (After(line, "TITEL") is { } t) title = t.Trim();
            else if (After(line, "VRHFIN") is { } v) element = v.Split(':')[0].Trim();
            if (After(line, "ZVAL") is { } z) valence = Number(z);
            if (After(line, "POMASS") is { } m) mass = Number(m);
            if (After(line, "ENMAX") is { } e) enmax = Number(e);
            if (line.Contains("End of Dataset", StringComparison.Ordinal))
            {
                if (title.Length == 0 || element.Length == 0 || double.IsNaN(valence)) throw new InputException("POTCAR: a dataset without TITEL, VRHFIN or ZVAL");
                heads.Add(new(title, element, valence, mass, enmax));
                (title, element, valence) = ("", "", double.NaN);
            }
        }
        return heads.ToImmutable();
    }

    static string? After(string line, string name)
    {
        var at = line.IndexOf(name, StringComparison.Ordinal);
        var equals = at < 0 ? -1 : line.IndexOf('=', at);
        return equals < 0 ? null : line[(equals + 1)..];
    }

    static double Number(string text) => double.Parse(text.Split([' ', ';'], StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
}
