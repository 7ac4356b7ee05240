using System.Collections;
using System.Text.RegularExpressions;

namespace IpActors.App.Logging;

/// <summary>
/// Takes secrets out of text before it is kept: passwords in addresses, what is written after words such as password or token, and the values of this process's environment that are named as secrets.
/// </summary>
static partial class Redaction
{
    const string Hidden = "***";
    const int ShortestSecret = 6;
    static readonly Lazy<string[]> InEnvironment = new(() => [.. Secrets(Environment.GetEnvironmentVariables())]);

    public static string Of(string text)
    {
        text = UserInfo().Replace(text, "$1" + Hidden);
        text = Bearer().Replace(text, "$1" + Hidden);
        text = Assigned().Replace(text, "$1$2$3" + Hidden);
        foreach (var secret in InEnvironment.Value) text = text.Replace(secret, Hidden, StringComparison.Ordinal);
        return text;
    }

    /// <summary>The values of variables with such names, the longest first; short ones would hide ordinary words.</summary>
    internal static IEnumerable<string> Secrets(IDictionary variables) => variables.Cast<DictionaryEntry>().Where(v => SecretName().IsMatch((string)v.Key)).Select(v => (string?)v.Value ?? "")
        .Where(v => v.Length >= ShortestSecret).OrderByDescending(v => v.Length);

    /// <summary>scheme://user:password@host</summary>
    [GeneratedRegex(@"([A-Za-z][A-Za-z0-9+.-]*://[^\s/@:""']*:)[^\s/@""']+(?=@)")]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"(\b(?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{6,}", RegexOptions.IgnoreCase)]
    private static partial Regex Bearer();

    /// <summary>password: x, Password=x; "secret": "x", api_key = 'x'; the quotes may be escaped, as in JSON within JSON.</summary>
    [GeneratedRegex(@"((?<![A-Za-z])(?:pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key)\\?[""']?\s*[:=]\s*)(?:(\\?"")[^""\\]+(?=\\?"")|(')[^']+(?=')|[^\s;,&""'\\]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Assigned();

    [GeneratedRegex("PASS|DB_PWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|CREDENTIAL|OTLP_.*HEADERS", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
