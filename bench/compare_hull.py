#!/usr/bin/python3
"""pymatgen's PhaseDiagram on the targets of bench/hull_targets.csv, among all phases of their elements in data/mp_legacy_formation.csv.

    /usr/bin/python3 bench/compare_hull.py             times it: seconds per target, building included; compares with ipactors' energies where given
    /usr/bin/python3 bench/compare_hull.py --write     writes the 200 targets (seeded)

Half of the targets have a six-element system each (Li and five others), half share one. The entries of a system are all phases of its elements, and an
element without an entry at 0. Parsing is left out; choosing the entries, building the diagram and the hull energy count. A diagram is built once per system.
--limit N takes the first N systems of the first half. --energies FILE: JSON of `ipactors hull --entries data/mp_legacy_formation.csv --targets bench/hull_targets.csv --json`.
"""
import argparse
import csv
import json
import pathlib
import random
import statistics
import time

from pymatgen.analysis.phase_diagram import PDEntry, PhaseDiagram
from pymatgen.core import Composition, Element
from pymatgen.core import __version__

ROOT = pathlib.Path(__file__).parents[1]
ELEMENTS = "O S Se Te F Cl Br I H C Ni Co Mn Fe P".split()
SHARED = ["Li", "O", "S", "Se", "Cl", "Br"]


def rows(path):
    return list(csv.DictReader(line for line in open(ROOT / path) if not line.startswith("#")))


def write():
    rng = random.Random(200)
    with open(ROOT / "bench/hull_targets.csv", "w") as f:
        f.write("# 200 six-element targets, written by bench/compare_hull.py --write\nformula,system\n")
        seen = set()
        while len(seen) < 100:
            system = tuple(sorted(rng.sample(ELEMENTS, 5)))
            if system in seen:
                continue
            seen.add(system)
            f.write("".join(f"{e}{rng.randint(1, 12)}" for e in ("Li", *system)) + ",own\n")
        for _ in range(100):
            f.write("".join(f"{e}{rng.randint(1, 12)}" for e in SHARED) + ",shared\n")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--write", action="store_true")
    p.add_argument("--limit", type=int, default=100)
    p.add_argument("--energies")
    a = p.parse_args()
    if a.write:
        return write()
    parsed = [(Composition(r["formula"]), float(r["formation_energy_eV_per_atom"])) for r in rows("data/mp_legacy_formation.csv")]
    sets = [(c, {e.symbol for e in c}, e * c.num_atoms) for c, e in parsed]
    targets = [(Composition(r["formula"]), r["formula"], r["system"]) for r in rows("bench/hull_targets.csv")]
    ours = {r["formula"]: r["e_hull_eV_per_atom"] for r in json.load(open(a.energies))} if a.energies else {}

    def build(system):
        entries = [PDEntry(c, e) for c, s, e in sets if s <= system]
        entries += [PDEntry(Composition(x), 0.0) for x in system if not any(len(e.composition) == 1 and Element(x) in e.composition for e in entries)]
        return PhaseDiagram(entries), len(entries)

    own, sizes, differences = [], [], []
    for c, formula, _ in [t for t in targets if t[2] == "own"][:a.limit]:
        start = time.perf_counter()
        pd, n = build({e.symbol for e in c})
        energy = pd.get_hull_energy(c) / c.num_atoms
        own.append(time.perf_counter() - start)
        sizes.append(n)
        if formula in ours:
            differences.append(abs(ours[formula] - energy))
    start = time.perf_counter()
    pd, n = build(set(SHARED))
    built = time.perf_counter() - start
    each = []
    for c, formula, system in targets:
        if system != "shared":
            continue
        start = time.perf_counter()
        energy = pd.get_hull_energy(c) / c.num_atoms
        each.append(time.perf_counter() - start)
        if formula in ours:
            differences.append(abs(ours[formula] - energy))
    print(f"pymatgen {__version__}")
    print(f"{len(own)} targets in a system each ({min(sizes)} to {max(sizes)} entries, median {statistics.median(sizes)}): {sum(own):.2f} s, median {1e3 * statistics.median(own):.1f} ms a target, building included")
    print(f"{len(each)} targets in one system ({n} entries): {built + sum(each):.3f} s; {1e3 * built:.0f} ms to build, then {1e3 * statistics.median(each):.2f} ms a target")
    print(f"{len(own) + len(each)} targets: {sum(own) + built + sum(each):.2f} s")
    if differences:
        print(f"largest difference from ipactors over {len(differences)} targets: {max(differences):.1e} eV/atom")


if __name__ == "__main__":
    main()
