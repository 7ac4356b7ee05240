namespace IpActors.Workers.Launchers.Slurm;

/// <summary>A submission that is being made: <c>submitting.json</c>, before sbatch is called.</summary>
/// <param name="Name">The job's name, by which it is found again; no other submission has it.</param>
sealed record Submitting(string Name, int Index, int Count);

/// <summary>What was submitted: <c>job.json</c>.</summary>
sealed record Submitted(string Id, string Name);

/// <summary><c>started.json</c>, written by the job.</summary>
sealed record JobStarted(string Host, string Job);

/// <summary><c>exit.json</c>, written by the job.</summary>
sealed record JobExit(int Code, string Stopped, string Job);
