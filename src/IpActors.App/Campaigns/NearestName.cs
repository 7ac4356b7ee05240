namespace IpActors.App.Campaigns;

/// <summary>The valid name that a mistyped one most likely meant: the smallest edit distance (insert, delete, replace, swap of neighbours), ties in the given order.</summary>
static class NearestName
{
    public static string Of(string wrong, IEnumerable<string> valid) => valid.MinBy(v => Distance(Plain(wrong), Plain(v)))!;

    /// <summary>Optimal string alignment distance.</summary>
    public static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }

    /// <summary>Case and the choice between '-' and '_' count for nothing; a long junk key is cut, so that the distance stays cheap.</summary>
    static string Plain(string name) => (name.Length > 80 ? name[..80] : name).ToLowerInvariant().Replace('-', '_');
}
