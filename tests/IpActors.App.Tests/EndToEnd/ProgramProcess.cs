namespace IpActors.App.Tests.EndToEnd;

/// <summary>A campaign whose relaxations are done by a program of its own: a script that leaves a mark for every start, so that a run lost or doubled is seen.</summary>
sealed class ProgramCampaign : IDisposable
{
    public CampaignProcess Process { get; } = new();
    public string Folder => Process.Folder;
    public string Marks => Path.Combine(Folder, "marks");

    /// <param name="python">The script's body: <c>request</c>, <c>marks</c> and <c>answer(energy)</c> are at hand.</param>
    public ProgramCampaign(string python, string launcher = "{poll_s: 0.1, grace_s: 1}", string restart = "{backoff_first_s: 0.1, backoff_longest_s: 0.2}")
    {
        Directory.CreateDirectory(Marks);
        System.IO.File.WriteAllText(Path.Combine(Folder, "relax.py"), $$"""
            import json, os, sys, time, hashlib
            request = json.load(open("request.json"))
            marks = "{{Marks}}"
            name = os.path.basename(os.path.dirname(os.path.dirname(os.getcwd())))
            attempt = int(os.path.basename(os.getcwd()).split("-")[0])
            with open(os.path.join(marks, name + "." + str(attempt)), "a") as f: f.write("started\n")
            lines = open("structure.poscar").read().split("\n")
            counts = dict(zip(lines[5].split(), map(int, lines[6].split())))
            def answer():
                # an energy of the composition alone, with a little of each ordering's own
                own = int(hashlib.sha256("\n".join(lines[1:]).encode()).hexdigest()[:6], 16) / 16**6
                energy = sum(counts[e] * { "Li": -3.0, "O": -6.0, "S": -5.0, "Cl": -4.0, "Br": -3.5 }[e] for e in counts) + 0.01 * own * sum(counts.values())
                open("relaxed.poscar", "w").write("\n".join(lines))
                json.dump({"value": energy, "unit": "eV", "files": {"structure": "relaxed.poscar"} }, open("result.part", "w"))
                os.rename("result.part", "result.json")
            {{string.Join("\n", python.Split('\n').Select(l => l.TrimEnd()))}}

            """);
        System.IO.File.WriteAllText(Process.File, $$"""
            name: tiny
            seed: 3
            journal: sqlite:tiny.db
            space: {aristotypes: [Li3XZ], x: [O, S], z: [Cl, Br], max_index: 2}
            screening: {max_decomposition_energy_eV_per_atom: 5}
            objectives:
              - {property: decomposition-energy, transform: linear, scale: -1.0, reference: -5.0}
              - {property: band-gap, transform: linear, scale: 1.0, reference: 0.0}
            surrogate: {latent: 4, starts: 1}
            acquisition: {initial: 4, batch: 2}
            stop: {max_iterations: 2}
            calculators:
              relaxation: {with: command}
              band-gap: {with: builtin}
            programs:
              command: {command: [python3, relax.py], scheme: toy}
              cache: "{{Path.Combine(Folder, "cache")}}"
            launcher: {{launcher}}
            restart: {{restart}}
            """);
    }

    /// <summary>How many times each attempt of each compound was started.</summary>
    public IReadOnlyDictionary<string, int> Starts => Directory.EnumerateFiles(Marks).ToDictionary(f => Path.GetFileName(f), f => System.IO.File.ReadAllLines(f).Length);

    /// <summary>Changes the campaign file.</summary>
    public void Edit(string from, string to)
    {
        var text = System.IO.File.ReadAllText(Process.File);
        Assert.Contains(from, text);
        System.IO.File.WriteAllText(Process.File, text.Replace(from, to));
    }

    public void ClearMarks() { foreach (var f in Directory.GetFiles(Marks)) System.IO.File.Delete(f); }

    public void Dispose() => Process.Dispose();
}
