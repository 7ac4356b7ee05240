using IpActors.FakeVasp;
using IpActors.FakeVasp.Inputs;
using IpActors.FakeVasp.Misdeeds;
using IpActors.Science;

if (args is ["make-potcars", var library])
{
    StandInPotcars.Make(library);
    return 0;
}
if (args.Length > 0)
{
    Console.Error.WriteLine("FakeVasp takes no arguments in a run's folder; or: FakeVasp make-potcars DIR");
    return 2;
}
var effects = new Effects();
var misdeed = new Misdeed(effects);
try
{
    var inputs = RunInputs.Read();
    misdeed.Prepare(inputs);
    new Run(inputs, effects, misdeed).Play();
    misdeed.AtEnd();
    return 0;
}
catch (EndOfRunException e) { return e.ExitCode; }
catch (InputException e)
{
    Console.WriteLine($" vasp.6.4.2 stand-in FakeVasp\n {e.Message}\n     ---->  I REFUSE TO CONTINUE WITH THIS SICK JOB ... BYE!!! <----");
    return 1;
}
catch (IpActors.Workers.Builtin.DynamicsFaultException e)
{
    Console.WriteLine($" ERROR FEXCP: supplied Exchange-correlation table is too small: {e.Message}");
    return 1;
}
