using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IpActors.Engine.Journals;
using Npgsql;

namespace IpActors.Engine.Tests.Toys;

/// <summary>
/// A PostgreSQL of the tests' own, on a loopback port, in a temporary folder; as the user postgres where we are root, whom it refuses. It ends with the process that started it, however that ends. Where it cannot be
/// had, tests are skipped and say why.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    static readonly Lazy<PostgresServer> SharedOne = new(() => { var server = new PostgresServer(); AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose(); return server; });
    static readonly Lazy<string?> Tools = new(FindTools);
    static int _schemas;
    readonly string _folder;
    Process? _process;

    /// <summary>The one of this test run; for tests that do not stop it.</summary>
    public static PostgresServer Shared { get { Require(); return SharedOne.Value; } }

    public int Port { get; }
    public string Folder => _folder;

    /// <summary>Skips the test where there is no PostgreSQL.</summary>
    public static void Require() => Skip.If(Missing is not null, Missing);

    static string? Missing => Tools.Value is null ? "PostgreSQL is not installed (Debian, Ubuntu: apt-get install postgresql); initdb and postgres are neither on the PATH nor in /usr/lib/postgresql"
        : IsRoot && !File.ReadLines("/etc/passwd").Any(l => l.StartsWith("postgres:", StringComparison.Ordinal)) ? "PostgreSQL does not run as root and there is no user postgres" : null;

    static bool IsRoot => Environment.UserName == "root";

    static string? FindTools()
    {
        if (OperatingSystem.IsWindows()) return null;
        var folders = (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(d => Path.Combine(d, "bin")) : []).Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'));
        return folders.FirstOrDefault(f => f.Length > 0 && File.Exists(Path.Combine(f, "initdb")) && File.Exists(Path.Combine(f, "postgres")));
    }

    public PostgresServer()
    {
        Require();
        _folder = Directory.CreateTempSubdirectory("ipactors-pg-").FullName;
        if (IsRoot) Run("chown", "postgres", _folder);
        Run(Path.Combine(Tools.Value!, "initdb"), "-D", $"{_folder}/data", "-U", "postgres", "-A", "trust", "--no-sync", "--no-instructions", "-E", "UTF8", "--locale=C.UTF-8");
        using (var any = new TcpListener(IPAddress.Loopback, 0)) { any.Start(); Port = ((IPEndPoint)any.LocalEndpoint).Port; }
        File.AppendAllText($"{_folder}/data/postgresql.conf", $"\nlisten_addresses = '127.0.0.1'\nport = {Port}\nunix_socket_directories = '{_folder}'\nfsync = off\nmax_connections = 80\n"); // processes are killed here, not the machine
        File.WriteAllText($"{_folder}/data/pg_hba.conf", "host all guarded 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\nlocal all all trust\n");
        Start();
        Sql("CREATE ROLE guarded LOGIN PASSWORD 'quite-secret'; CREATE ROLE plain LOGIN");
        Sql("CREATE DATABASE screening");
    }

    /// <summary>The command, as postgres where we are root.</summary>
    static ProcessStartInfo As(string program, params IEnumerable<string> arguments) => new(IsRoot ? "setpriv" : program,
        IsRoot ? ["--reuid=postgres", "--regid=postgres", "--init-groups", program, .. arguments] : [.. arguments]) { WorkingDirectory = "/", RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

    static void Run(string program, params string[] arguments)
    {
        using var p = Process.Start(program == "chown" ? new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } : As(program, arguments))!;
        var error = p.StandardError.ReadToEndAsync();
        p.StandardOutput.ReadToEnd();
        p.WaitForExit();
        if (p.ExitCode != 0) throw new InvalidOperationException($"{program}: {error.Result}");
    }

    /// <summary>A shell between us and the server ends it when its input ends, which it does however we end, and clears up unless told to keep the data.</summary>
    public void Start()
    {
        var info = As("/bin/sh", "-c", "\"$0\" -D \"$1\" >\"$1.log\" 2>&1 & server=$!; read line; kill -INT $server; wait $server; [ \"$line\" = keep ] || rm -rf \"$2\"", Path.Combine(Tools.Value!, "postgres"), $"{_folder}/data", _folder);
        _process = Process.Start(info)!;
        for (var i = 0; ; i++)
            try { Sql("SELECT 1"); return; }
            catch (Exception e) when (i < 600 && e is NpgsqlException or SocketException) { Thread.Sleep(50); }
    }

    /// <summary>As a power failure of its own: all its processes die, and what they had not on the disk is gone.</summary>
    public void Kill()
    {
        Run(Path.Combine(Tools.Value!, "pg_ctl"), "stop", "-D", $"{_folder}/data", "-m", "immediate");
        _process!.StandardInput.WriteLine("keep");
        _process.StandardInput.Close();
        _process.WaitForExit();
    }

    public void Sql(string sql, string database = "postgres")
    {
        using var db = Open(database);
        using var c = new NpgsqlCommand(sql, db);
        c.ExecuteNonQuery();
    }

    public T Value<T>(string sql, string schema)
    {
        using var db = Open("screening", schema);
        using var c = new NpgsqlCommand(sql, db);
        return (T)c.ExecuteScalar()!;
    }

    /// <summary>Is there a journal in that schema?</summary>
    public bool Exists(string schema)
    {
        try { return Value<bool>("SELECT to_regclass('journal') IS NOT NULL", schema); }
        catch (Exception e) when (e is NpgsqlException or SocketException) { return false; }
    }

    public NpgsqlConnection Open(string database = "screening", string schema = "public")
    {
        var db = new NpgsqlConnection($"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Search Path={schema};Pooling=false;Timeout=5");
        db.Open();
        return db;
    }

    /// <summary>A journal that is not there yet.</summary>
    public PostgresAddress NewJournal(int reconnect = 30) => At($"t{Environment.ProcessId}_{Interlocked.Increment(ref _schemas)}", reconnect);
    public PostgresAddress At(string schema, int reconnect = 30) => PostgresAddress.Parse("test", $"postgresql://postgres@127.0.0.1:{Port}/screening?schema={schema}&reconnect_s={reconnect}");

    public void Dispose()
    {
        if (_process is not { } p) return;
        _process = null;
        try { p.StandardInput.Close(); } catch (IOException) { }
        if (!p.WaitForExit(20_000)) p.Kill();
        p.Dispose();
        try { Directory.Delete(_folder, recursive: true); } catch (IOException) { } catch (UnauthorizedAccessException) { }
    }
}
