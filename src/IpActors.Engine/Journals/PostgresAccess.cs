using System.Net.Sockets;
using IpActors.Science;
using Npgsql;

namespace IpActors.Engine.Journals;

/// <summary>Opening connections, small helpers, and PostgreSQL's errors in words.</summary>
static class PostgresAccess
{
    /// <summary>A statement that takes longer is broken off and tried again, as if the connection had been lost.</summary>
    public static readonly TimeSpan StatementTimeout = TimeSpan.FromSeconds(30);

    public static NpgsqlDataSource Source(PostgresAddress at, int connections)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = at.Host, Port = at.Port, Database = at.Database, Username = at.User, SearchPath = $"\"{at.Schema}\"", ApplicationName = "ipactors", MaxPoolSize = connections, Timeout = 15,
            CommandTimeout = (int)StatementTimeout.TotalSeconds, CancellationTimeout = 2000, TcpKeepAlive = true, MaxAutoPrepare = 32, AutoPrepareMinUsages = 2, Enlist = false,
        };
        if (at.SslMode is { } mode) settings.SslMode = Enum.Parse<SslMode>(mode.Replace("-", ""), ignoreCase: true);
        if (at.SslRootCert is { } certificate) settings.RootCertificate = certificate;
        if (at.PasswordFile is { } file) settings.Password = ReadPassword(file);
        return new NpgsqlDataSourceBuilder(settings.ToString()).Build();
    }

    static string ReadPassword(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
                throw new InputException($"{path}: the password file can be read by others; chmod 600 it");
            return File.ReadLines(path).FirstOrDefault() is { Length: > 0 } line ? line : throw new InputException($"{path}: the password file is empty; write the password into its first line");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new InputException($"{path}: the password file cannot be read; check the path and its permissions"); }
    }

    public static NpgsqlCommand Command(this NpgsqlConnection db, string sql, params ReadOnlySpan<object?> values)
    {
        var c = new NpgsqlCommand(sql, db);
        foreach (var value in values) c.Parameters.Add(Parameter(value));
        return c;
    }

    /// <summary>A positional parameter; its type is that of the value, null is text.</summary>
    public static NpgsqlParameter Parameter(object? value) => value is null ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text } : new NpgsqlParameter { Value = value };

    public static async Task<int> Do(this NpgsqlConnection db, string sql, object?[] values, CancellationToken cancel)
    {
        await using var c = db.Command(sql, values);
        return await c.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }

    public static async Task<List<T>> Rows<T>(this NpgsqlConnection db, string sql, Func<NpgsqlDataReader, T> read, object?[] values, CancellationToken cancel)
    {
        await using var c = db.Command(sql, values);
        await using var r = await c.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var rows = new List<T>();
        while (await r.ReadAsync(cancel).ConfigureAwait(false)) rows.Add(read(r));
        return rows;
    }

    /// <summary>The server went, is not there yet, or did not answer in time: the same may work later, and whether a commit went through is not known.</summary>
    public static bool IsLost(Exception e) => e switch
    {
        PostgresException p => p.SqlState is "57P01" or "57P02" or "57P03" or "53300" or "57014" or "55P03" or "40001" or "40P01" || p.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException n => n.InnerException is SocketException or IOException or TimeoutException or ObjectDisposedException || n.IsTransient,
        SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    /// <summary>What is wrong and what to do, in one line without secrets.</summary>
    public static string Explain(PostgresAddress at, Exception e) => $"{at}: " + e switch
    {
        PostgresException p => p.SqlState switch
        {
            "28P01" => $"the password of '{at.User}' is wrong; check PGPASSWORD, ~/.pgpass or password_file",
            "28000" => $"the server refuses '{at.User}' from here; check the user and the server's pg_hba.conf",
            "3D000" => $"there is no database '{at.Database}'; create it (createdb {at.Database}) or name another",
            "42501" => $"'{at.User}' lacks a permission ({p.MessageText}); grant it, or give a schema of the user's own with ?schema=NAME",
            "53100" => "no space left on the server's disk; nothing half-written was kept; free some space and run again",
            "53300" => "the server has no connection left; raise max_connections or end others",
            "57P03" => "the server is starting up or shutting down; try again",
            "25006" => "the server is read-only (a standby?); name the primary",
            "57014" or "55P03" => "a statement waited too long for a lock that another session holds; end that session and run again",
            _ => $"{p.MessageText} (SQLSTATE {p.SqlState})",
        },
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => "the server does not answer in time; check its load and the network",
        NpgsqlException n when n.Message.Contains("No password", StringComparison.Ordinal) => $"the server wants a password of '{at.User}'; give it by PGPASSWORD, ~/.pgpass or ?password_file=PATH",
        NpgsqlException { InnerException: SocketException s } => $"no server answers there ({s.Message}); start it, or check host and port",
        SocketException s => $"no server answers there ({s.Message}); start it, or check host and port",
        _ => $"the connection failed ({e.Message})",
    };
}
