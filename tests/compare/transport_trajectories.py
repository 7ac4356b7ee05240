#!/usr/bin/python3
"""Trajectories as other programs write them, and what other programs read and compute from them.

Writes fixtures/transport/*: run in this folder as /usr/bin/python3 transport_trajectories.py (needs lmp, cp2k, python3-ase, python3-pymatgen, python3-mdanalysis).
LAMMPS and CP2K run small Lennard-Jones mixtures; pymatgen writes the XDATCARs, ASE the extxyz. Every file is read back by ASE or pymatgen, unwrapped here (minimum image of each step in
fractional coordinates), and its MSD is a plain double loop; MDAnalysis (Fourier transform) and ASE (DiffusionCoefficient) compute theirs from the same positions.
"""
import gzip
import io
import json
import os
import pathlib
import re
import subprocess
import tempfile

import ase.io
import MDAnalysis
import numpy as np
from ase import Atoms
from ase.md.analysis import DiffusionCoefficient
from MDAnalysis.analysis.msd import EinsteinMSD
from pymatgen.core import Element, Lattice, Structure
from pymatgen.core import __version__ as pymatgen_version
from pymatgen.io.vasp.outputs import Xdatcar

OUT = pathlib.Path(__file__).parent / "fixtures" / "transport"

LAMMPS = """units metal
atom_style atomic
lattice fcc 5.8
region box prism 0 2 0 2 0 2 0.4 0.2 0.3
create_box 2 box
create_atoms 1 box
set type 1 type/fraction 2 0.4 4711
mass 1 39.948
mass 2 20.1797
pair_style lj/cut 5.0
pair_coeff 1 1 0.0104 3.40
pair_coeff 2 2 0.0050 2.80
pair_coeff 1 2 0.0070 3.10
velocity all create 300 12345
timestep 0.002
fix 1 all nve
run 500
reset_timestep 0
group ne type 2
compute m ne msd com no
thermo 50
thermo_modify format line "%d %20.15g %20.15g %20.15g %20.15g"
thermo_style custom step c_m[1] c_m[2] c_m[3] c_m[4]
dump d1 all custom 50 unwrapped.dump id type xu yu zu
dump_modify d1 format float %.12g sort id
dump d2 all custom 50 folded.dump id type element x y z
dump_modify d2 format float %.12g element Ar Ne
dump d3 all custom 50 scaled.dump id element xs ys zs ix iy iz
dump_modify d3 format float %.12g element Ar Ne
run 1000
"""

CP2K = """&GLOBAL
  PROJECT argon
  RUN_TYPE MD
  PRINT_LEVEL LOW
&END GLOBAL
&FORCE_EVAL
  METHOD FIST
  STRESS_TENSOR ANALYTICAL
  &MM
    &FORCEFIELD
      &SPLINE
        EMAX_SPLINE 1000.0
      &END SPLINE
      &NONBONDED
%s      &END NONBONDED
%s    &END FORCEFIELD
    &POISSON
      &EWALD
        EWALD_TYPE none
      &END EWALD
    &END POISSON
  &END MM
  &SUBSYS
    &CELL
      A 10.5 0.0 0.0
      B 1.0 10.5 0.0
      C 0.5 0.3 10.8
    &END CELL
    &COORD
%s    &END COORD
  &END SUBSYS
&END FORCE_EVAL
&MOTION
  &MD
    ENSEMBLE NPT_F
    STEPS 400
    TIMESTEP 5.0
    TEMPERATURE 150
    &BAROSTAT
      PRESSURE 3000
      TIMECON 1000
    &END BAROSTAT
    &THERMOSTAT
      &NOSE
        TIMECON 100
      &END NOSE
    &END THERMOSTAT
  &END MD
  &PRINT
    &TRAJECTORY
      &EACH
        MD 20
      &END EACH
    &END TRAJECTORY
    &CELL
      &EACH
        MD 20
      &END EACH
    &END CELL
    &RESTART OFF
    &END RESTART
  &END PRINT
&END MOTION
"""


def run_lammps(folder):
    (folder / "in").write_text(LAMMPS)
    log = subprocess.run(["lmp", "-in", "in"], cwd=folder, capture_output=True, text=True, check=True).stdout
    rows = [[float(v) for v in m.groups()] for m in re.finditer(r"^ *(\d+) +([-+.e\d]+) +([-+.e\d]+) +([-+.e\d]+) +([-+.e\d]+) *$", log, re.M)][-21:]
    assert [r[0] for r in rows] == list(range(0, 1001, 50))
    for name in ("unwrapped", "folded", "scaled"):
        (OUT / f"{name}.dump").write_bytes((folder / f"{name}.dump").read_bytes())
    return [r[1:] for r in rows[1:]]


def run_cp2k(folder):
    pair = "        &LENNARD-JONES\n          ATOMS %s %s\n          EPSILON %g\n          SIGMA %g\n          RCUT 5.0\n        &END LENNARD-JONES\n"
    charge = "      &CHARGE\n        ATOM %s\n        CHARGE 0.0\n      &END CHARGE\n"
    h = np.array([[10.5, 0, 0], [1, 10.5, 0], [0.5, 0.3, 10.8]])
    sites = [(np.array([i, j, k]) + b) / 2 @ h for i in range(2) for j in range(2) for k in range(2) for b in ([0, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5])]
    text = CP2K % (pair % ("Ar", "Ar", 119.8, 3.405) + pair % ("Ne", "Ar", 60, 3.1) + pair % ("Ne", "Ne", 35, 2.8), charge % "Ar" + charge % "Ne",
                   "".join("      %s %.10f %.10f %.10f\n" % ("Ne" if n % 4 == 0 else "Ar", *r) for n, r in enumerate(sites)))
    (folder / "ar.inp").write_text(text)
    subprocess.run(["cp2k", "ar.inp"], cwd=folder, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, check=True)
    for name in ("argon-pos-1.xyz", "argon-1.cell"):
        (OUT / name).write_bytes((folder / name).read_bytes())


def walk():
    """8 Li that hop and vibrate among 6 O and 2 Cl that vibrate and drift together, in a skew cell; one of constant and one of breathing shape."""
    rng = np.random.default_rng(2023)
    h = np.array([[9.0, 0.2, 0], [-1.0, 8.5, 0.3], [0.4, 0.2, 9.5]])
    frames, species = 240, ["Li"] * 8 + ["O"] * 6 + ["Cl"] * 2
    at = rng.random((16, 3)) @ h
    cells, positions = [], []
    for k in range(frames):
        at[:8] += np.where(rng.random((8, 1)) < 0.04, 1.0, 0.0) * 2.5 * (v := rng.normal(size=(8, 3))) / np.linalg.norm(v, axis=1, keepdims=True)
        at += [0.01, -0.02, 0.005]
        cells.append(h * (1 + 0.01 * np.sin(0.2 * k)) + 0.05 * np.sin(0.1 * k) * np.eye(3)[::-1])
        positions.append(at @ np.linalg.inv(h) + rng.normal(scale=0.008, size=(16, 3)))
    return species, h, cells, positions


def write_walk():
    species, h, cells, positions = walk()
    constant = [Structure(Lattice(h), species, f % 1.0) for f in positions]
    breathing = [Structure(Lattice(c), species, f % 1.0) for c, f in zip(cells, positions)]
    (OUT / "walk.XDATCAR.gz").write_bytes(gzip.compress(Xdatcar_text(constant, variable=False).encode(), mtime=0))
    (OUT / "breathing.XDATCAR.gz").write_bytes(gzip.compress(Xdatcar_text(breathing[:60], variable=True).encode(), mtime=0))
    buffer = io.StringIO()
    images = [Atoms(species, scaled_positions=s.frac_coords, cell=s.lattice.matrix, pbc=True, info={"Time": 20.0 * k}) for k, s in enumerate(breathing[:60])]
    ase.io.write(buffer, images, format="extxyz")
    (OUT / "breathing.extxyz.gz").write_bytes(gzip.compress(buffer.getvalue().encode(), mtime=0))


def Xdatcar_text(structures, variable):
    """As VASP writes it (pymatgen's own writer makes text of a read file only): eight decimals."""
    def header(s):
        return "walk\n           1\n" + "".join("  %11.6f %11.6f %11.6f\n" % tuple(v) for v in s.lattice.matrix) + "   Li   O    Cl\n     8     6     2\n"
    text = "" if variable else header(structures[0])
    for k, s in enumerate(structures):
        text += (header(s) if variable else "") + "Direct configuration=%6d\n" % (k + 1) + "".join("  %.8f  %.8f  %.8f\n" % tuple(f) for f in s.frac_coords)
    return text


def from_ase(path, **kwargs):
    with (gzip.open(path, "rt") if path.suffix == ".gz" else open(path)) as f:
        return [(np.array(a.cell), a.get_chemical_symbols(), a.get_scaled_positions(wrap=False)) for a in ase.io.read(f, index=":", **kwargs)]


def from_pymatgen(path):
    with tempfile.NamedTemporaryFile("w", suffix="XDATCAR") as f:
        f.write(gzip.open(path, "rt").read())
        f.flush()
        return [(s.lattice.matrix, [e.symbol for e in s.species], s.frac_coords) for s in Xdatcar(f.name).structures]


def unwrap(frames, mobile):
    """Mobile ions against the centre of mass of the others, Cartesian, unwrapped."""
    species = frames[0][1]
    u = [frames[0][2] @ frames[0][0]]
    for (_, _, f0), (h, _, f1) in zip(frames, frames[1:]):
        d = f1 - f0
        u.append(u[-1] + (d - np.round(d)) @ h)
    u = np.array(u)
    mass = np.array([float(Element(s).atomic_mass) if s != mobile else 0.0 for s in species])
    u = u - (np.einsum("i,kix->kx", mass, u) / mass.sum())[:, None, :]
    return u[:, [i for i, s in enumerate(species) if s == mobile]]


def msd(u, lags):
    rows = []
    for m in lags:
        d = u[m:] - u[:-m]
        x = (d ** 2).mean(axis=(0, 1))
        charge = (d.sum(axis=1) ** 2).sum(axis=1).mean() / u.shape[1]
        rows.append({"lag": m, "x": x[0], "y": x[1], "z": x[2], "charge": charge})
    return rows


def by_mdanalysis(u, lags):
    n = u.shape[1]
    universe = MDAnalysis.Universe.empty(n, trajectory=True)
    universe.load_new(u.astype(np.float32))
    result = EinsteinMSD(universe, select="all", msd_type="xyz", fft=False).run().results.timeseries
    return [float(result[m]) for m in lags]


def by_ase(u, step_fs):
    images = [Atoms("Li" * u.shape[1], positions=p) for p in u]
    d = DiffusionCoefficient(images, step_fs)  # ASE's own time unit follows through: A^2 per fs
    d.calculate()
    return float(np.mean(d.get_diffusion_coefficients()[0])) * 0.1  # cm2/s


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as t:
        lammps = run_lammps(pathlib.Path(t))
    with tempfile.TemporaryDirectory() as t:
        run_cp2k(pathlib.Path(t))
    write_walk()
    files = {
        "folded.dump": ("Ne", [from_ase(OUT / "folded.dump", format="lammps-dump-text")]),
        "walk.XDATCAR.gz": ("Li", [from_pymatgen(OUT / "walk.XDATCAR.gz"), from_ase(OUT / "walk.XDATCAR.gz", format="vasp-xdatcar")]),
        "breathing.XDATCAR.gz": ("Li", [from_pymatgen(OUT / "breathing.XDATCAR.gz"), from_ase(OUT / "breathing.XDATCAR.gz", format="vasp-xdatcar")]),
        "breathing.extxyz.gz": ("Li", [from_ase(OUT / "breathing.extxyz.gz", format="extxyz")]),
    }
    cp2k = from_ase(OUT / "argon-pos-1.xyz", format="xyz")
    cells = np.loadtxt(OUT / "argon-1.cell")[:, 2:11].reshape(-1, 3, 3)
    positions = [a.positions for a in ase.io.read(OUT / "argon-pos-1.xyz", index=":", format="xyz")]
    files["argon-pos-1.xyz"] = ("Ne", [[(h, s, p @ np.linalg.inv(h)) for h, (_, s, _), p in zip(cells, cp2k, positions)]])
    out = {"source": f"tests/compare/transport_trajectories.py: ASE {ase.__version__}, pymatgen {pymatgen_version}, MDAnalysis {MDAnalysis.__version__}, LAMMPS and CP2K of Debian", "files": [], "lammps_compute_msd_A2": lammps}
    for name, (mobile, readers) in files.items():
        lags = [m for m in (1, 2, 5, 10, 40, 100) if m < len(readers[0])]
        paths = [unwrap(frames, mobile) for frames in readers]
        for p in paths[1:]:
            assert np.abs(p - paths[0]).max() < 1e-5, name
        entry = {"file": name, "species": mobile, "frames": len(readers[0]), "ions": paths[0].shape[1], "volume_A3": float(np.mean([abs(np.linalg.det(h)) for h, _, _ in readers[0]])),
                 "msd_A2": msd(paths[0], lags), "mdanalysis_msd_A2": by_mdanalysis(paths[0], lags)}
        if name == "walk.XDATCAR.gz":
            entry["ase_D_cm2_per_s"] = by_ase(paths[0], 50.0)
        out["files"].append(entry)
    (OUT / "expected.json").write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
