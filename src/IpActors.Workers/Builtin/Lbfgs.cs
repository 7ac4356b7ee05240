namespace IpActors.Workers.Builtin;

/// <summary>Limited-memory BFGS: the two-loop recursion of Nocedal (Math. Comp. 35, 773 (1980)) over the last pairs of steps and gradient changes.</summary>
sealed class Lbfgs(int size, int memory, double firstInverseCurvature)
{
    readonly double[][] _s = [.. Enumerable.Range(0, memory).Select(_ => new double[size])], _y = [.. Enumerable.Range(0, memory).Select(_ => new double[size])];
    readonly double[] _rho = new double[memory], _a = new double[memory];
    int _count, _next;

    public bool IsFresh => _count == 0;
    public void Forget() => (_count, _next) = (0, 0);

    /// <summary>Remembers a step and its change of gradient; pairs without positive curvature are left out.</summary>
    public void Remember(ReadOnlySpan<double> step, ReadOnlySpan<double> change)
    {
        var sy = Dot(step, change);
        if (!(sy > 1e-10 * Math.Sqrt(Dot(step, step) * Dot(change, change)))) return;
        step.CopyTo(_s[_next]);
        change.CopyTo(_y[_next]);
        _rho[_next] = 1 / sy;
        _next = (_next + 1) % memory;
        _count = Math.Min(_count + 1, memory);
    }

    /// <summary>-H g.</summary>
    public void Direction(ReadOnlySpan<double> gradient, Span<double> direction)
    {
        for (var k = 0; k < size; k++) direction[k] = -gradient[k];
        for (var m = 1; m <= _count; m++)
        {
            var i = (_next - m + memory) % memory;
            _a[i] = _rho[i] * Dot(_s[i], direction);
            AddTo(direction, -_a[i], _y[i]);
        }
        var newest = (_next - 1 + memory) % memory;
        var scale = _count == 0 ? firstInverseCurvature : 1 / (_rho[newest] * Dot(_y[newest], _y[newest]));
        for (var k = 0; k < size; k++) direction[k] *= scale;
        for (var m = _count; m >= 1; m--)
        {
            var i = (_next - m + memory) % memory;
            AddTo(direction, _a[i] - _rho[i] * Dot(_y[i], direction), _s[i]);
        }
    }

    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (var k = 0; k < a.Length; k++) sum += a[k] * b[k];
        return sum;
    }

    static void AddTo(Span<double> to, double factor, ReadOnlySpan<double> v) { for (var k = 0; k < to.Length; k++) to[k] += factor * v[k]; }
}
