#!/usr/bin/python3
"""Molecular dynamics of the built-in model beside LAMMPS (Debian's lmp), one core, CPU time of whole steps, in turns.

    dotnet build bench/IpActors.Bench -c Release && nice -n 10 /usr/bin/python3 bench/compare_md.py [--rounds 3] [--sizes 41,136,1001] [--write]

Cells of Li3OCl with one Li interstitial, 2 ps at 1000 K behind them (written by our bench program), NVE at 1 fs. LAMMPS: buck/coul/long with the model's A, rho, C6 and charges (it has no switch; its short range is
cut at 9 A), PPPM, the repulsion and dispersion at 9 A, the Coulomb cutoff and skin as named; its lists are checked every step. The force error of each is against its own converged Ewald sum in double precision: ours against the
setting Converged, LAMMPS against kspace_style ewald 1e-9 with the same pair terms. Time of LAMMPS: CPU seconds of a long run less those of a short one.
"""
import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
BENCH = ROOT / "bench/IpActors.Bench/bin/Release/net10.0/IpActors.Bench"
FORMAL = dict(Li=1, O=-2, S=-2, Se=-2, Te=-2, F=-1, Cl=-1, Br=-1, I=-1)
MASS = dict(Li=6.94, O=15.999, Cl=35.45)
PAIR = {}
for line in open(ROOT / "data/builtin-v1.txt"):
    w = line.split()
    if len(w) == 5:
        PAIR[w[0], w[1]] = PAIR[w[1], w[0]] = tuple(map(float, w[2:]))
STEPS = {41: (20000, 3000), 136: (8000, 1200), 1001: (1500, 150)}  # ours, LAMMPS
CELLS = {41: (2, 2, 2), 136: (3, 3, 3), 1001: (5, 5, 8)}
ENV = dict(os.environ, OMP_NUM_THREADS="1", DOTNET_TieredPGO="0")


def run(core, *command):
    """stdout and CPU seconds"""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(["taskset", "-c", str(core), *map(str, command)], check=True, capture_output=True, text=True, env=ENV).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return out, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Lammps:
    def __init__(self, folder, cell, core):
        self.folder, self.core = folder, core
        lines = [l.split() for l in open(cell)]
        self.box = [float(lines[k][k]) for k in range(3)]
        self.atoms = [(w[0], *map(float, w[1:])) for w in lines[3:]]
        self.types = sorted({a[0] for a in self.atoms})
        with open(folder / "data", "w") as f:
            f.write(f"x\n\n{len(self.atoms)} atoms\n{len(self.types)} atom types\n")
            for b, n in zip(self.box, "xyz"):
                f.write(f"0 {b!r} {n}lo {n}hi\n")
            f.write("\nMasses\n\n" + "".join(f"{k + 1} {MASS[t]}\n" for k, t in enumerate(self.types)) + "\nAtoms # charge\n\n")
            for i, a in enumerate(self.atoms):
                f.write(f"{i + 1} {self.types.index(a[0]) + 1} {0.85 * FORMAL[a[0]]} " + " ".join(repr(v) for v in a[1:4]) + "\n")
            f.write("\nVelocities\n\n" + "".join(f"{i + 1} " + " ".join(repr(v) for v in a[4:7]) + "\n" for i, a in enumerate(self.atoms)))

    def script(self, coulomb, kspace, skin, tail):
        pairs = "".join(f"pair_coeff {a + 1} {b + 1} {' '.join(map(repr, PAIR.get((self.types[a], self.types[b]), (0.0, 1.0, 0.0))))}\n" for a in range(len(self.types)) for b in range(a, len(self.types)))
        return f"""units metal
atom_style charge
read_data {self.folder}/data
pair_style buck/coul/long 9.0 {coulomb}
{pairs}kspace_style {kspace}
neighbor {skin} bin
neigh_modify delay 0 every 1 check yes
timestep 0.001
thermo 100000
fix 1 all nve
{tail}
"""

    def run(self, text):
        (self.folder / "in").write_text(text)
        return run(self.core, "lmp", "-in", self.folder / "in", "-log", "none")

    def forces(self, coulomb, kspace):
        self.run(self.script(coulomb, kspace, 1.0, f"dump 1 all custom 1 {self.folder}/f id fx fy fz\ndump_modify 1 sort id format float %.12g\nrun 0"))
        rows = open(self.folder / "f").read().split("ITEM: ATOMS")[1].splitlines()[1:]
        return [float(v) for r in rows for v in r.split()[1:]]

    def time(self, coulomb, kspace, skin, steps):
        short, long = (self.run(self.script(coulomb, kspace, skin, f"run {n}"))[1] for n in (steps // 10, steps))
        return (long - short) / (steps - steps // 10) * 1e6


def rms(a, b):
    return (sum((x - y) ** 2 for x, y in zip(a, b)) / len(a)) ** .5


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--sizes", default="41,136,1001")
    p.add_argument("--core", type=int, default=1)
    p.add_argument("--write", action="store_true")
    p.add_argument("--settings", default="9.0:1e-4:1.0,6.0:1e-4:1.0", help="LAMMPS: Coulomb cutoff:accuracy:skin, ...")
    a = p.parse_args()
    table = []
    with tempfile.TemporaryDirectory() as d:
        folder = pathlib.Path(d)
        for n in map(int, a.sizes.split(",")):
            cell = folder / f"cell{n}"
            run(a.core, BENCH, "dynamics", "cell", cell, *CELLS[n])
            lammps = Lammps(folder, cell, a.core)
            exact = lammps.forces(9.0, "ewald 1.0e-9")
            settings = [s.split(":") for s in a.settings.split(",")]
            errors = [rms(lammps.forces(c, f"pppm {e}"), exact) for c, e, _ in settings]
            ours, theirs, error = [], [[] for _ in settings], 0
            for _ in range(a.rounds):
                out = run(a.core, BENCH, "dynamics", "run", cell, STEPS[n][0])[0].split()
                ours.append(float(out[0]))
                error = float(out[1])
                for k, (c, e, s) in enumerate(settings):
                    theirs[k].append(lammps.time(c, f"pppm {e}", s, STEPS[n][1]))
            for (c, e, s), t, err in zip(settings, theirs, errors):
                table.append((n, f"{c} A, PPPM {e}, skin {s} A", ours, error, t, err))
                print(f"{n} atoms, LAMMPS {c} A PPPM {e} skin {s}: ours {statistics.median(ours):.1f} us (rms {error:.1e}), LAMMPS {statistics.median(t):.1f} us (rms {err:.1e}), ratio {statistics.median(x / y for x, y in zip(t, ours)):.1f}", flush=True)
    if a.write:
        def span(v):
            return f"{statistics.median(v):.3g} ({min(v):.3g} to {max(v):.3g})"
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT).stdout.strip()
        cpu = next(l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name"))
        rows = "".join(f"| {n} | {s} | {span(o)} | {e:.1e} | {span(t)} | {f:.1e} | {statistics.median(x / y for x, y in zip(t, o)):.1f} |\n" for n, s, o, e, t, f in table)
        (ROOT / "bench/results/molecular-dynamics.md").write_text(f"""# Molecular dynamics beside LAMMPS

`bench/compare_md.py`, {a.rounds} rounds in turns, CPU time on one core of a shared machine ({cpu}, load {os.getloadavg()[0]:.0f}); commit {commit}; LAMMPS 29 Sep 2021 (Debian). Microseconds per NVE step of 1 fs, median (lowest to highest);
force errors in eV/A rms against each program's own converged Ewald sum (forces are 2 to 3 eV/A). Li3OCl with one interstitial at 1000 K.

| atoms | LAMMPS: Coulomb cutoff | IpActors, us | error | LAMMPS, us | error | LAMMPS / IpActors, median of pairs |
|---|---|---|---|---|---|---|
{rows}""")


main()
