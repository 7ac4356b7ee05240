using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

if (args is ["optimiser", ..]) { IpActors.Bench.OptimiserTasks.Run(args[1..]); return; }
if (args is ["engine", ..]) { await IpActors.Bench.Engine.EngineTasks.Run(args[1..]); return; }
if (args is ["dynamics", ..]) { IpActors.Bench.DynamicsTasks.Run(args[1..]); return; }
if (args is ["journal", _, ..]) { await IpActors.Bench.JournalRates.Run(args[1..]); return; }

// In this process: what is measured is milliseconds and more, and a second build would take longer than the measurement.
// dotnet run -c Release --project bench/IpActors.Bench -- --filter '*Hull*'; without a filter, everything (about two minutes).
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(2).WithIterationCount(7).AsDefault()));
