using System.Runtime.InteropServices;

namespace IpActors.App.Progress;

/// <summary>Ctrl-C and SIGTERM: the first asks for a clean stop, a second one ends the process at once.</summary>
sealed class Interruption : IDisposable
{
    public const int ExitCode = 130;
    readonly CancellationTokenSource _stop = new();
    readonly PosixSignalRegistration[] _registrations;

    public CancellationToken Token => _stop.Token;
    public bool Happened => _stop.IsCancellationRequested;

    public Interruption(CancellationToken outer = default)
    {
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
        outer.Register(_stop.Cancel);
    }

    void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_stop.IsCancellationRequested) Environment.Exit(ExitCode);
        Console.Error.WriteLine("ipactors: stopping; what is done is kept (again to stop at once)");
        // Not on the signal's thread: what waits for the token may run on.
        _ = Task.Run(_stop.Cancel);
    }

    public void Dispose()
    {
        foreach (var r in _registrations) r.Dispose();
        _stop.Dispose();
    }
}
