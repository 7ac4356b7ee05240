using IpActors.Domain.Compounds;
using IpActors.Domain.Views;
using IpActors.Domain.Works;

namespace IpActors.Engine.Snapshots;

/// <summary>Summaries of compounds one after the other, a name that comes again as its number.</summary>
sealed class SummaryCodec
{
    readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    readonly List<string> _names = [];

    void Name(BinaryWriter w, string name)
    {
        if (_numbers.TryGetValue(name, out var number)) { w.Write7BitEncodedInt(number); return; }
        _numbers.Add(name, _numbers.Count);
        w.Write7BitEncodedInt(_numbers.Count - 1);
        w.Write(name);
    }

    string Name(BinaryReader r)
    {
        var number = r.Read7BitEncodedInt();
        if (number == _names.Count) _names.Add(CompoundSummary.Shared(r.ReadString()));
        return number < _names.Count ? _names[number] : throw new InvalidDataException("a name that has not come yet");
    }

    static void Maybe<T>(BinaryWriter w, T? value, Action<T> write) where T : class { w.Write(value is not null); if (value is not null) write(value); }
    static void Maybe(BinaryWriter w, int? value) { w.Write(value is not null); if (value is { } v) w.Write7BitEncodedInt(v); }
    static int? MaybeInt(BinaryReader r) => r.ReadBoolean() ? r.Read7BitEncodedInt() : null;

    void List<T>(BinaryWriter w, IReadOnlyCollection<T> items, Action<T> write) { w.Write7BitEncodedInt(items.Count); foreach (var x in items) write(x); }
    static ImmutableArray<T> List<T>(BinaryReader r, Func<T> read)
    {
        var count = r.Read7BitEncodedInt();
        if (count == 0) return [];
        var items = ImmutableArray.CreateBuilder<T>(count);
        while (items.Count < count) items.Add(read());
        return items.MoveToImmutable();
    }

    public void Write(BinaryWriter w, CompoundSummary c)
    {
        var i = c.Identity;
        w.Write(i.Id); w.Write((byte)i.Role); Name(w, i.Formula); Name(w, i.Aristotype); Name(w, i.SpaceGroup); w.Write7BitEncodedInt(i.SpaceGroupNumber); w.Write(i.SymprecA); w.Write7BitEncodedInt(i.Index);
        Maybe(w, i.Origin == i.Id ? null : i.Origin, w.Write);
        w.Write((byte)c.Stage); w.Write(c.IsRelaxed); w.Write(c.EnergyEvPerAtom); Name(w, c.Scheme);
        Maybe(w, c.Hull, h => { w.Write(h.SignedEvPerAtom); w.Write(h.EdEvPerAtom); w.Write(h.Passes); });
        Maybe(w, c.Iteration); Maybe(w, c.Rank);
        Maybe(w, c.Front, f => { w.Write7BitEncodedInt(f.Front); w.Write(f.ExclusiveHypervolume); });
        Maybe(w, c.Reason, w.Write);
        List(w, c.Known, v =>
        {
            Name(w, v.Property); w.Write(v.Value); w.Write(v.Error); Name(w, v.Unit);
            List(w, v.Flags, f => Name(w, f));
            List(w, v.Details, d => { Name(w, d.Key); w.Write(d.Value); });
            Name(w, v.Calculator);
        });
        List(w, c.ScreeningOpen, p => Name(w, p));
        List(w, c.Wanted, p => Name(w, p));
    }

    public CompoundSummary Read(BinaryReader r, string campaign)
    {
        var (id, role, formula, aristotype, group, number, symprec, index) = (r.ReadString(), (CompoundRole)r.ReadByte(), Name(r), Name(r), Name(r), r.Read7BitEncodedInt(), r.ReadDouble(), r.Read7BitEncodedInt());
        var identity = new CompoundIdentity(campaign, id, role, formula, aristotype, group, number, symprec, index, r.ReadBoolean() ? r.ReadString() : id);
        return new CompoundSummary(identity, (CompoundStage)r.ReadByte())
        {
            IsRelaxed = r.ReadBoolean(), EnergyEvPerAtom = r.ReadDouble(), Scheme = Name(r),
            Hull = r.ReadBoolean() ? new(r.ReadDouble(), r.ReadDouble(), r.ReadBoolean()) : null,
            Iteration = MaybeInt(r), Rank = MaybeInt(r),
            Front = r.ReadBoolean() ? new(r.Read7BitEncodedInt(), r.ReadDouble()) : null,
            Reason = r.ReadBoolean() ? r.ReadString() : null,
            Known = List(r, () => new PropertyValue(Name(r), r.ReadDouble(), r.ReadDouble(), Name(r), List(r, () => Name(r)),
                List(r, () => KeyValuePair.Create(Name(r), r.ReadDouble())).ToImmutableSortedDictionary(StringComparer.Ordinal), Name(r))),
            ScreeningOpen = List(r, () => Name(r)), Wanted = List(r, () => Name(r)),
        };
    }
}
