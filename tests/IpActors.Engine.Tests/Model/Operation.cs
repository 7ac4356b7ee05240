using FsCheck;
using FsCheck.Fluent;

namespace IpActors.Engine.Tests.Model;

/// <summary>One step of a random history. Toys, names and numbers are small, so that things meet.</summary>
public abstract record Operation
{
    /// <summary>Adds a number to a toy; the same id again is already so, a negative number is refused.</summary>
    public sealed record AddTo(int Toy, int Id, int N) : Operation;
    /// <summary>Opens a job whose worker fails a few times, then reports so often.</summary>
    public sealed record Job(int Toy, int Failures, int Reports) : Operation;
    public sealed record CloseJob(int Toy) : Operation;
    /// <summary>A letter from one toy to another.</summary>
    public sealed record Letter(int From, int To, bool Acknowledged) : Operation;
    /// <summary>A letter that its receiver refuses for ever, then taken back.</summary>
    public sealed record BadLetter(int From, int To) : Operation;
    /// <summary>Adds to all toys at once, without waiting in between.</summary>
    public sealed record Burst(int Size) : Operation;
    /// <summary>Code that throws, once.</summary>
    public sealed record Throw(int Toy, bool InFolding) : Operation;
    /// <summary>Code that throws until the engine gives the toy up.</summary>
    public sealed record Poison(int Toy) : Operation;
    public sealed record Read(int Toy) : Operation;
    /// <summary>Works are started from here on.</summary>
    public sealed record Start : Operation;
    public sealed record Pause(bool On) : Operation;
    /// <summary>The engine is disposed of and opened again.</summary>
    public sealed record Reopen : Operation;
    /// <summary>The process is gone, in the middle of so many commands, and what the disk has is opened again.</summary>
    public sealed record Crash(int UnderWay) : Operation;

    public const int Toys = 4;

    static Gen<int> Any(int n) => Gen.Choose(0, n - 1);
    static Gen<int> OfToys => Any(Toys);

    static readonly Gen<Operation> One = Gen.Frequency<Operation>(
        (6, from t in OfToys from i in Any(12) from n in Gen.Choose(-1, 5) select (Operation)new AddTo(t, i, n)),
        (5, from t in OfToys from f in Any(3) from r in Gen.Choose(1, 3) select (Operation)new Job(t, f, r)),
        (2, from t in OfToys select (Operation)new CloseJob(t)),
        (5, from a in OfToys from b in OfToys from k in Any(3) select (Operation)new Letter(a, b, k > 0)),
        (1, from a in OfToys from b in OfToys select (Operation)new BadLetter(a, b)),
        (2, from n in Gen.Choose(2, 30) select (Operation)new Burst(n)),
        (1, from t in OfToys from b in Any(2) select (Operation)new Throw(t, b > 0)),
        (1, from t in OfToys select (Operation)new Poison(t)),
        (3, from t in OfToys select (Operation)new Read(t)),
        (2, Gen.Constant<Operation>(new Start())),
        (1, from b in Any(2) select (Operation)new Pause(b > 0)),
        (1, Gen.Constant<Operation>(new Reopen())),
        (2, from n in Any(8) select (Operation)new Crash(n)));

    /// <summary>Histories, made smaller by leaving out halves, quarters, ... and single steps.</summary>
    public static readonly Arbitrary<Operation[]> Histories = Arb.From(from n in Gen.Choose(1, 25) from ops in One.ArrayOf(n) select ops, Smaller);

    static IEnumerable<Operation[]> Smaller(Operation[] ops)
    {
        for (var part = ops.Length / 2; part >= 1; part /= 2)
            for (var at = 0; at + part <= ops.Length; at += part)
                yield return [.. ops[..at], .. ops[(at + part)..]];
    }
}
