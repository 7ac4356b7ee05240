#!/usr/bin/python3
"""The built-in model v1 in LAMMPS (Debian's lmp, python3-numpy).

    /usr/bin/python3 tests/compare/builtin_lammps.py              writes tests/IpActors.Workers.Tests/Builtin/Fixtures/lammps_cells.json: energy, forces, pressure
    /usr/bin/python3 tests/compare/builtin_lammps.py --dynamics   100 ps of NVT and of NPT in both programs (about five minutes of CPU): temperatures, volumes, D; needs bench/IpActors.Bench built

hybrid/overlay of table (short range with switch and guard, tabulated exactly at 5,000 points, splined and read as 100,000 linear pieces in r^2: with
20,000 their curvature shows as 3e-7 eV/A3) and coul/long at 9 A (pair_modify table 16: read from its own
table, since its erfc is a polynomial good to 1.5e-7, 3e-6 eV per atom) with kspace ewald at 1e-10 and alpha = 0.53 / A. LAMMPS leaves out the tail of the dispersion and, of the neutralising background, the pressure: both are added here in closed form (its energy holds the background). Cells are turned so that a is along x and b in
the plane of x and y; numbers are in that frame.
"""
import argparse
import json
import math
import pathlib
import subprocess
import tempfile
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests/IpActors.Workers.Tests/Builtin/Fixtures"
BENCH = ROOT / "bench/IpActors.Bench/bin/Release/net10.0/IpActors.Bench"
KE, TAIL, ALPHA, POINTS = 14.399645, 5.44392140358153e-4, 0.53, 5000
FORMAL = dict(Li=1, O=-2, S=-2, Se=-2, Te=-2, F=-1, Cl=-1, Br=-1, I=-1)
MASS = dict(Li=6.94, O=15.999, S=32.06, Se=78.971, Te=127.60, F=18.998, Cl=35.45, Br=79.904, I=126.904)
PAIR = {}
for line in open(ROOT / "data/builtin-v1.txt"):
    w = line.split()
    if len(w) == 5:
        PAIR[w[0], w[1]] = PAIR[w[1], w[0]] = tuple(map(float, w[2:]))


def short_range(r, a, rho, c6):
    x = r * r / 4
    g = np.where(r < 2, (10 - 15 * x + 6 * x * x) / 64, r ** -6.0)
    dg = np.where(r < 2, (-15 + 12 * x) / 64 * r / 2, -6 * r ** -7.0)
    t = np.clip(r - 8, 0, 1)
    s, ds = 1 - t ** 3 * (10 - 15 * t + 6 * t * t), -30 * t * t * (1 - t) ** 2
    u, du = a * np.exp(-r / rho) - c6 * g, -a / rho * np.exp(-r / rho) - c6 * dg
    return s * u, -(s * du + ds * u)


def turned(cell):
    """LAMMPS's frame of the same cell: a along x, b in the plane of x and y."""
    a, b, c = cell
    ax = np.linalg.norm(a)
    bx = b @ a / ax
    by = math.sqrt(b @ b - bx * bx)
    cx = c @ a / ax
    cy = (b @ c - bx * cx) / by
    return np.array([[ax, 0, 0], [bx, by, 0], [cx, cy, math.sqrt(c @ c - cx * cx - cy * cy)]])


def write_input(folder, cell, species, positions, kspace, tail, velocities=None):
    types = sorted(set(species))
    with open(folder / "data", "w") as f:
        f.write(f"x\n\n{len(species)} atoms\n{len(types)} atom types\n")
        for k, n in enumerate("xyz"):
            f.write(f"0 {cell[k, k]:.15g} {n}lo {n}hi\n")
        f.write(f"{cell[1, 0]:.15g} {cell[2, 0]:.15g} {cell[2, 1]:.15g} xy xz yz\n\nMasses\n\n" + "".join(f"{k + 1} {MASS[t]}\n" for k, t in enumerate(types)) + "\nAtoms # charge\n\n")
        for i, (s, r) in enumerate(zip(species, positions)):
            f.write(f"{i + 1} {types.index(s) + 1} {0.85 * FORMAL[s]:.15g} {r[0]:.15g} {r[1]:.15g} {r[2]:.15g}\n")
        if velocities is not None:
            f.write("\nVelocities\n\n" + "".join(f"{i + 1} {v[0]:.15g} {v[1]:.15g} {v[2]:.15g}\n" for i, v in enumerate(velocities)))
    r = np.sqrt(np.linspace(1.0, 81.0, POINTS))
    coefficients = "pair_coeff * * coul/long\n"
    with open(folder / "table", "w") as f:
        for i, a in enumerate(types):
            for j, b in enumerate(types[i:], i):
                u, force = short_range(r, *PAIR.get((a, b), (0.0, 1.0, 0.0)))
                f.write(f"\nP{i}_{j}\nN {POINTS} RSQ 1.0 9.0\n\n" + "".join(f"{k + 1} {r[k]:.15g} {u[k]:.15g} {force[k]:.15g}\n" for k in range(POINTS)))
                coefficients += f"pair_coeff {i + 1} {j + 1} table {folder}/table P{i}_{j}\n"
    (folder / "in").write_text(f"""units metal
atom_style charge
box tilt large
read_data {folder}/data
pair_style hybrid/overlay table linear 100000 coul/long 9.0
pair_modify pair coul/long table 16
{coefficients}{kspace}
neighbor 1.0 bin
neigh_modify delay 0 every 1 check yes
timestep 0.001
thermo_style custom step temp pe vol press pxx pyy pzz pxy pxz pyz
thermo_modify format float %.15g norm no
{tail}
""")
    return subprocess.run(["taskset", "-c", "1", "nice", "-n", "10", "lmp", "-in", folder / "in", "-log", "none"], check=True, capture_output=True, text=True).stdout


def one(name, cell, species, fractional, folder):
    cell = turned(np.array(cell))
    positions = np.array(fractional) @ cell
    out = write_input(folder, cell, species, positions, f"kspace_style ewald 1.0e-10\nkspace_modify gewald {ALPHA}", f"dump 1 all custom 1 {folder}/f id fx fy fz\ndump_modify 1 sort id format float %.15g\nrun 0").splitlines()
    k = next(i for i, l in enumerate(out) if l.split()[:1] == ["Step"])
    v = [float(x) for x in out[k + 1].split()]
    forces = np.loadtxt(folder / "f", skiprows=9, ndmin=2)[:, 1:]
    volume = float(np.linalg.det(cell))
    c6 = sum(PAIR.get((a, b), (0, 0, 0))[2] for a in species for b in species)
    charge = 0.85 * sum(FORMAL[s] for s in species)
    tail, background = -2 * math.pi * TAIL / volume * c6, -KE * math.pi * charge ** 2 / (2 * ALPHA ** 2 * volume)
    to_ev = 1 / 1.6021765e6  # of bar, as in LAMMPS
    pressure = [p * to_ev + (q < 3) * (tail + background) / volume for q, p in enumerate(v[5:11])]
    return dict(name=name, cell_A=cell.tolist(), species=species, fractional=[list(map(float, f)) for f in fractional], energy_eV=v[2] + tail, forces_eV_per_A=forces.tolist(), pressure_xx_yy_zz_xy_xz_yz_eV_per_A3=pressure)


def static():
    reference = {c["name"]: c for c in json.load(open(FIXTURES / "model_v1_cells.json"))["cells"]}
    chosen = ["Li3OCl 2x2x2, displaced, 40 atoms", "Li3OCl 2x2x2, displaced, Li vacancy, 39 atoms", "Li3OCl 2x2x2, displaced, Li dumbbell interstitial, 41 atoms", "Li6SSeClI triclinic, displaced, 10 atoms", "all nine species, triclinic, displaced, 40 atoms", "LiF rock salt, a=4.026"]
    cells = []
    with tempfile.TemporaryDirectory() as d:
        for name in chosen:
            c = reference[name]
            cells.append(one(name, c["cell_A"], c["species"], c["fractional"], pathlib.Path(d)))
        rng = np.random.default_rng(1)
        a, c = 3.95, 12.9  # I4/mmm Li4SCl2, conventional cell, atoms displaced by 0.1 A
        basis = [("S", 0, 0, 0), ("Cl", 0, 0, .352), ("Cl", 0, 0, .648), ("Li", .5, 0, 0), ("Li", 0, .5, 0), ("Li", 0, 0, .155), ("Li", 0, 0, .845)]
        atoms = [(s, (np.array(f) + h) % 1) for h in (np.zeros(3), np.full(3, .5)) for s, *f in basis]
        cell = np.diag([a * 1.12, a * 1.12, c * 1.12])
        cells.append(one("Li4SCl2 tetragonal, displaced, 14 atoms", cell, [s for s, _ in atoms], [f + rng.normal(0, .1, 3) @ np.linalg.inv(cell) for _, f in atoms], pathlib.Path(d)))
    version = subprocess.run(["lmp", "-h"], capture_output=True, text=True).stdout.split("\n")[1].strip()
    json.dump(dict(written_by="tests/compare/builtin_lammps.py", version=version, cells=cells), open(FIXTURES / "lammps_cells.json", "w"), indent=None, separators=(",", ":"))
    print(FIXTURES / "lammps_cells.json", len(cells), "cells")


def dynamics(kelvin=1000, ps=100):
    with tempfile.TemporaryDirectory() as d:
        folder = pathlib.Path(d)
        start = folder / "start"
        subprocess.run([BENCH, "dynamics", "cell", start, "2", "2", "2"], check=True)
        lines = [l.split() for l in open(start)]
        cell, species = np.array([[float(x) for x in l] for l in lines[:3]]), [l[0] for l in lines[3:]]
        numbers = np.array([[float(x) for x in l[1:]] for l in lines[3:]])
        n, steps = len(species), int(ps * 1000)
        for ensemble in ("nvt", "npt"):
            ours, theirs = folder / f"ours_{ensemble}", folder / f"theirs_{ensemble}"
            subprocess.run(["taskset", "-c", "1", "nice", "-n", "10", BENCH, "dynamics", "sample", start, str(kelvin), str(ps), ensemble, ours], check=True)
            fix = f"fix 1 all nvt temp {kelvin} {kelvin} 0.1" if ensemble == "nvt" else f"fix 1 all npt temp {kelvin} {kelvin} 0.1 tri 0.0 0.0 1.0"
            out = write_input(folder, cell, species, numbers[:, :3], "kspace_style pppm 1e-4", f"{fix}\nthermo 25\nrun {steps // 10}\nreset_timestep 0\ndump 1 all custom 25 {folder}/f id xu yu zu\ndump_modify 1 sort id format float %.10g\nrun {steps}", numbers[:, 3:])
            table = out[out.rindex("\nStep"):].split("\n")[2:]
            thermo = []
            for row in table:
                try:
                    thermo.append([float(x) for x in row.split()])
                except ValueError:
                    break
            frames = np.array([[float(x) for x in l.split()[1:]] for l in open(folder / "f") if len(l.split()) == 4 and l[:4] != "ITEM"]).reshape(-1, n * 3)
            with open(theirs, "w") as f:
                for t, x in zip(thermo, frames):
                    f.write(f"{t[1]!r} {t[3]!r} " + " ".join(f"{v:.8g}" for v in x) + "\n")
            for label, file in (("IpActors", ours), ("LAMMPS", theirs)):
                data = np.loadtxt(file, usecols=(0, 1))
                t, v = data.T
                blocks = v[: len(v) // 10 * 10].reshape(10, -1)
                # fluctuation over ten blocks too, by leaving one out
                sd = [np.delete(blocks, k, 0).std() for k in range(10)]
                text = f"{ensemble} {label}: T {t.mean():.1f} K, var(T)/mean^2 over 2/N_f {t.var() / t.mean() ** 2 / (2 / (3 * n - 3)):.3f}"
                if ensemble == "npt":
                    text += f", V {v.mean():.2f} +- {blocks.mean(1).std(ddof=1) / 10 ** .5:.2f} A3, sd(V) {v.std():.2f} +- {3 * np.std(sd):.2f} A3"
                else:
                    text += ", D, error, hops: " + subprocess.run([BENCH, "dynamics", "diffusion", start, file], check=True, capture_output=True, text=True).stdout.strip()
                print(text, flush=True)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--dynamics", action="store_true")
    p.add_argument("--kelvin", type=float, default=1000)
    p.add_argument("--ps", type=float, default=100)
    a = p.parse_args()
    dynamics(a.kelvin, a.ps) if a.dynamics else static()
