using IpActors.Engine.Journals;
using IpActors.Science;

namespace IpActors.Engine.Tests.Journals;

public sealed class PostgresAddressTests
{
    static PostgresAddress Parse(string text) => Assert.IsType<PostgresAddress>(JournalAddress.Parse("journal", text));

    [Theory]
    [InlineData("postgresql://me@db.example.org:5433/screening?schema=quick", "postgresql://me@db.example.org:5433/screening?schema=quick")]
    [InlineData("postgres://me@db/screening?password_file=/home/me/.pw&sslmode=verify-full", "postgresql://me@db:5432/screening?schema=public")]
    [InlineData("postgresql://m%40e@[::1]:7/s%20x", "postgresql://m%40e@[::1]:7/s%20x?schema=public")]
    [InlineData("postgresql:///screening?host=/run/postgresql&user=me&port=5432", "postgresql://me@/screening?host=/run/postgresql&port=5432&schema=public")]
    [InlineData("postgresql://me@db", "postgresql://me@db:5432/me?schema=public")]
    public void A_url_is_read_and_shown_without_what_is_private(string text, string shown)
    {
        var at = Parse(text);
        Assert.Equal(shown, $"{at}");
        Assert.Equal(shown, $"{Parse(shown)}");
    }

    [Theory]
    [InlineData("postgresql://me:secret@host/db")] [InlineData("postgres://me:sec/ret@host/db")] [InlineData("postgresql://me:sec@ret@host/db")] [InlineData("postgresql://me:se?secret@host/db")]
    [InlineData("postgresql://me@host/db?password=secret")] [InlineData("postgresql://me@host/db?secret")] [InlineData("postgresql://me@host:secret/db")] [InlineData("postgresql://me:secret#x@host/db")]
    [InlineData("postgresql://me@host/db?sslmode=secret")] [InlineData("postgresql://me@host/db?schema=Secret-secret")] [InlineData("Host=h;Password=secret")] [InlineData("Server=h;Pwd=secret")]
    [InlineData("mysql://me:secret@h/d")] [InlineData("postgres:secret")] [InlineData("POSTGRESQL://me:secret@h/d")] [InlineData("postgresql://me@host/db?reconnect_s=secret")] [InlineData("postgresql://me@host/db?schema=a&schema=secret")]
    public void What_may_hold_a_password_is_refused_in_one_line_that_does_not_repeat_it(string text)
    {
        var message = Assert.Throws<InputException>(() => JournalAddress.Parse("journal", text)).Message;
        Assert.StartsWith("journal: ", message);
        Assert.DoesNotContain("secret", message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_file_may_be_exclusive()
    {
        Assert.Equal(new SqliteAddress("a/b.db", true), JournalAddress.Parse("journal", "sqlite:a/b.db?network=exclusive"));
        Assert.Equal(new SqliteAddress("a/b.db"), JournalAddress.Parse("journal", "a/b.db"));
        Assert.Contains("the one value of network is exclusive", Assert.Throws<InputException>(() => JournalAddress.Parse("journal", "sqlite:a.db?network=shared")).Message);
    }
}
