using System.Collections;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace IpActors.Workers.Launchers.Local;

/// <summary>The few calls of Linux that .NET has no names for: start a program in a session of its own, signal a process that cannot have become another one meanwhile, wait for any descendant.</summary>
static partial class Posix
{
    public const int SigTerm = 15, SigKill = 9;
    const short SetPgroup = 0x02, SetSigDefault = 0x04, SetSigMask = 0x08, SetSid = 0x80;
    const int WriteOnly = 1, Create = 0x40, Truncate = 0x200, NoFollow = 0x20000;

    /// <summary>Starts a program without a shell: argument list, environment, folder, standard output and error into files (null: /dev/null), input empty, all signals at their defaults.</summary>
    /// <param name="ownSession">In a session (and so a process group) of its own; else in a process group of its own.</param>
    /// <returns>The process id, which is the group's too.</returns>
    public static unsafe int Spawn(IReadOnlyList<string> command, string folder, string? stdout, string? stderr, IEnumerable<KeyValuePair<string, string>> environment, bool ownSession)
    {
        // glibc's opaque types are 80 and 336 bytes on x86-64; there is room to spare.
        var actions = (byte*)NativeMemory.AllocZeroed(1024);
        var attributes = (byte*)NativeMemory.AllocZeroed(1024);
        var sets = (byte*)NativeMemory.AllocZeroed(256);
        var argv = Strings(command);
        var envp = Strings([.. environment.Select(e => $"{e.Key}={e.Value}")]);
        try
        {
            Check(posix_spawn_file_actions_init(actions));
            Check(posix_spawnattr_init(attributes));
            Check(posix_spawnattr_setflags(attributes, (short)((ownSession ? SetSid : SetPgroup) | SetSigDefault | SetSigMask)));
            Check(posix_spawnattr_setsigmask(attributes, sets + 128)); // none blocked
            Check(sigfillset(sets));
            Check(posix_spawnattr_setsigdefault(attributes, sets));
            Check(posix_spawn_file_actions_addchdir_np(actions, folder));
            Check(posix_spawn_file_actions_addopen(actions, 0, "/dev/null", 0, 0));
            foreach (var (fd, file) in new[] { (1, stdout), (2, stderr) })
                Check(posix_spawn_file_actions_addopen(actions, fd, file ?? "/dev/null", file is null ? WriteOnly : WriteOnly | Create | Truncate | NoFollow, 0x1A4)); // 0644
            Check(posix_spawnp(out var pid, command[0], actions, attributes, argv, envp));
            return pid;
        }
        finally
        {
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
            NativeMemory.Free(actions);
            NativeMemory.Free(attributes);
            NativeMemory.Free(sets);
            Free(argv);
            Free(envp);
        }

        static void Check(int error) { if (error != 0) throw new Win32Exception(error); }
    }

    static unsafe byte** Strings(IReadOnlyList<string> texts)
    {
        var all = (byte**)NativeMemory.AllocZeroed((nuint)(texts.Count + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Count; i++)
        {
            if (texts[i].Contains('\0')) throw new ArgumentException("an argument holds a zero byte");
            all[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        }
        return all;
    }

    static unsafe void Free(byte** texts)
    {
        for (var t = texts; *t is not null; t++) Marshal.FreeCoTaskMem((nint)(*t));
        NativeMemory.Free(texts);
    }

    public static IEnumerable<KeyValuePair<string, string>> Environment(IEnumerable<KeyValuePair<string, string>> added)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry e in System.Environment.GetEnvironmentVariables()) all[(string)e.Key] = (string)e.Value!;
        foreach (var (key, value) in added) all[key] = value;
        return all;
    }

    /// <summary>Sends a signal to that process, and to no other that has its number now: it is held by a descriptor while <paramref name="isStill"/> looks again.</summary>
    public static bool Signal(int pid, int signal, Func<bool> isStill)
    {
        var fd = (int)syscall(434 /* pidfd_open */, pid, 0, 0, 0);
        if (fd < 0) return false;
        try { return isStill() && syscall(424 /* pidfd_send_signal */, fd, signal, 0, 0) == 0; }
        finally { _ = close(fd); }
    }

    /// <summary>Orphans among this process's descendants become its children, so that it learns of their end.</summary>
    public static void BecomeSubreaper() => _ = prctl(36, 1, 0, 0, 0);

    /// <summary>Waits for a child's end: its id with its exit code or signal, (0, …) where none has ended yet and <paramref name="block"/> is false, (-1, …) without children.</summary>
    public static (int Pid, int? Code, int? Signal) Wait(int pid, bool block)
    {
        int ended, status;
        do { ended = waitpid(pid, out status, block ? 0 : 1); } while (ended < 0 && Marshal.GetLastPInvokeError() == 4 /* EINTR */);
        return ended <= 0 ? (ended, null, null) : (status & 0x7f) == 0 ? (ended, (status >> 8) & 0xff, null) : (ended, null, status & 0x7f);
    }

    [LibraryImport("libc")] private static unsafe partial int posix_spawn_file_actions_init(byte* actions);
    [LibraryImport("libc")] private static unsafe partial int posix_spawn_file_actions_destroy(byte* actions);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static unsafe partial int posix_spawn_file_actions_addchdir_np(byte* actions, string path);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static unsafe partial int posix_spawn_file_actions_addopen(byte* actions, int fd, string path, int flags, uint mode);
    [LibraryImport("libc")] private static unsafe partial int posix_spawnattr_init(byte* attributes);
    [LibraryImport("libc")] private static unsafe partial int posix_spawnattr_destroy(byte* attributes);
    [LibraryImport("libc")] private static unsafe partial int posix_spawnattr_setflags(byte* attributes, short flags);
    [LibraryImport("libc")] private static unsafe partial int posix_spawnattr_setsigmask(byte* attributes, byte* set);
    [LibraryImport("libc")] private static unsafe partial int posix_spawnattr_setsigdefault(byte* attributes, byte* set);
    [LibraryImport("libc")] private static unsafe partial int sigfillset(byte* set);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static unsafe partial int posix_spawnp(out int pid, string file, byte* actions, byte* attributes, byte** argv, byte** envp);
    [LibraryImport("libc", SetLastError = true)] private static partial int waitpid(int pid, out int status, int options);
    [LibraryImport("libc", SetLastError = true)] private static partial nint syscall(nint number, nint a, nint b, nint c, nint d);
    [LibraryImport("libc")] private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);
    [LibraryImport("libc")] private static partial int close(int fd);
}
