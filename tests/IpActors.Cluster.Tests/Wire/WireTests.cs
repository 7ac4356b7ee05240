using System.Text.Json;
using IpActors.Cluster.Wire;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Works;

namespace IpActors.Cluster.Tests.Wire;

public class WireTests
{
    static readonly JsonSerializerOptions Options = WireSerializer.Options(EntityKinds.All);
    static readonly EntityId Run = EntityId.Run("c", "Li3OCl", "relaxation", "main");
    static readonly RunSpec Spec = new("c", "Li3OCl", "relaxation", "main", "builtin", ImmutableSortedDictionary<string, double>.Empty.Add("fmax", 0.1).Add("x", double.NaN), 7, RestartPolicy.Default) { Settings = Texts.None.Add("INCAR.ENCUT", "520") };

    static T Sent<T>(T message) => (T)JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(message, message!.GetType(), Options), message.GetType(), Options)!;

    public static TheoryData<ICommand> Commands() =>
    [
        new RequestRun(Spec), new StartRun(2, "nonce", "/runs/a"), new AcknowledgeRun(),
        new FailRun("nonce", new Fault("scf", FaultKind.Physics, "did not converge"), null, new Correction("mixing", "less", Texts.None.Add("INCAR.AMIX", "0.4"), Texts.None.Add("INCAR.AMIX", "0.1"))),
        new RecordHull("digest", -0.01, 0, [], true), new AcknowledgeEvaluation(), new RankCompound(1, 0.25),
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_arrives_as_it_was_sent(ICommand command)
    {
        var sent = new EntityRequest(Run, command, new WorkId(Run, "launch/main@1"));
        var arrived = Sent(sent);
        Assert.Equal((sent.To, sent.Reporter), (arrived.To, arrived.Reporter));
        Assert.Equal(Text(command), Text(arrived.Command!));
        Assert.Equal(command.GetType(), arrived.Command!.GetType());
    }

    [Fact]
    public void A_work_arrives_with_its_identity_and_what_it_is_made_from()
    {
        var launch = new LaunchRun(Spec, Spec.Parameters, 3, "nonce", TimeSpan.FromSeconds(4)) { Settings = Spec.Settings!, Earlier = ["/a", "/b"] };
        var arrived = Assert.IsType<LaunchRun>(Sent(new RunOrder("keeper", 5, Run, launch)).Work);
        Assert.Equal((launch.Key, launch.Delay, launch.Priority, launch.Slots), (arrived.Key, arrived.Delay, arrived.Priority, arrived.Slots));
        Assert.Equal(Text(launch), Text(arrived));
        var tell = Assert.IsType<Tell>(Sent(new OwesRequest(Run, 9, [new Tell(EntityId.Compound("c", "x"), new AcknowledgeEvaluation(), "part", new AcknowledgeRun())], [])).Works[0]);
        Assert.Equal(("tell/part@1", EntityId.Compound("c", "x")), (tell.Key, tell.To));
        Assert.IsType<AcknowledgeEvaluation>(tell.Command);
        Assert.IsType<AcknowledgeRun>(tell.Acknowledge);
    }

    [Fact]
    public void Decisions_arrive_with_their_events_or_their_words()
    {
        var accepted = Decision.Accept(new RunStarting(1, "n", "/f"), new RunDelivered());
        Assert.Equal(accepted, Sent(new EntityReply(ReplyKind.Decision, accepted)).Decision);
        Assert.Equal(Decision.Refuse("no"), Sent(new EntityReply(ReplyKind.Decision, Decision.Refuse("no"))).Decision);
    }

    [Fact]
    public void A_state_does_not_cross_it_is_read_from_the_journal() => Assert.Null(Sent(new EntityReply(ReplyKind.State) { State = new DftRun() }).State);

    [Fact]
    public void A_name_of_any_other_type_makes_nothing()
    {
        var forged = """{"to":{"campaign":"c","kind":"run","key":"k"},"command":["System.IO.FileInfo",{"fileName":"/etc/passwd"}]}""";
        Assert.Contains("unknown ICommand", Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<EntityRequest>(forged, Options)).Message);
    }

    public static TheoryData<Type> CommandTypes() => [.. typeof(EntityKinds).Assembly.GetTypes().Where(t => !t.IsAbstract && typeof(ICommand).IsAssignableFrom(t))];

    [Theory]
    [MemberData(nameof(CommandTypes))]
    public void Every_command_of_the_domain_can_be_made_from_what_is_sent(Type type)
    {
        var made = Sent(new EntityRequest(Run, (ICommand)JsonSerializer.Deserialize("{}", type, Options)!, null)).Command;
        Assert.IsType(type, made);
    }

    static string Text(object o) => JsonSerializer.Serialize(o, o.GetType(), Options);
}
