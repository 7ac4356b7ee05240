#!/usr/bin/python3
"""Structures that `ipactors space enumerate` wrote, read by pymatgen and ASE.

    for f in poscar cif extxyz; do ipactors space enumerate SPACE.yaml --out DIR/$f --format $f; done
    ipactors space enumerate SPACE.yaml > DIR/list.csv
    /usr/bin/python3 tests/compare/space_structures.py DIR

Every compound of the list must have the listed formula, number of atoms and space group (spglib at 1e-3 A) in each format, and the same
crystal in all of them: cell lengths and angles, and interatomic distances. Prints the number of structures; exit 1 with the differences.

    /usr/bin/python3 tests/compare/space_structures.py --argyrodite

counts the inequivalent arrangements of four S and four Br over 4a and 4d of the cubic cell of config/spaces/argyrodite.vasp by brute force (70
structures grouped by StructureMatcher): 6, as tests/IpActors.Science.Tests/Enumeration/OwnAristotypeTests.cs expects.
Debian 12: python3-pymatgen 2022.11.7, python3-ase 3.22.1, python3-spglib 2.0.2.
"""
import csv
import itertools
import pathlib
import sys

import ase.io
import numpy as np
import spglib
from pymatgen.core import Composition, Structure


def distances(cell, fractions):
    d = fractions[:, None] - fractions[None]
    shifts = np.array(list(itertools.product((-1, 0, 1), repeat=3)))
    v = (d - np.round(d))[:, :, None] + shifts
    return np.sort(np.linalg.norm(v @ cell, axis=-1).min(axis=-1).ravel())


def group(cell, fractions, numbers):
    return spglib.get_spacegroup((cell, fractions, numbers), symprec=1e-3)


def read(path, fmt):
    """(reader, cell, fractions, numbers) as each program sees the file."""
    atoms = ase.io.read(path, format={"poscar": "vasp", "cif": "cif", "extxyz": "extxyz"}[fmt])
    yield "ase", np.array(atoms.cell), atoms.get_scaled_positions(), list(atoms.numbers)
    if fmt != "extxyz":
        s = Structure.from_str(path.read_text(), fmt=fmt)
        yield "pymatgen", s.lattice.matrix, s.frac_coords, list(s.atomic_numbers)


def main(folder):
    wrong, n = [], 0
    for row in csv.DictReader(open(folder / "list.csv")):
        n += 1
        first = None
        for fmt in ("poscar", "cif", "extxyz"):
            for reader, cell, fractions, numbers in read(folder / fmt / f"{row['id']}.{fmt}", fmt):
                where = f"{row['id']}.{fmt} by {reader}"
                formula = Composition.from_dict({}) if not numbers else Structure(cell, numbers, fractions).composition
                if formula.reduced_composition != Composition(row["formula"]).reduced_composition:
                    wrong.append(f"{where}: formula {formula}, listed {row['formula']}")
                if len(numbers) != int(row["atoms"]):
                    wrong.append(f"{where}: {len(numbers)} atoms, listed {row['atoms']}")
                found = group(cell, fractions, numbers)
                if found != f"{row['space_group']} ({row['space_group_number']})":
                    wrong.append(f"{where}: space group {found}, listed {row['space_group']}")
                now = (np.sort(np.linalg.norm(cell, axis=1)), distances(cell, fractions), sorted(numbers))
                first = first or now
                if now[2] != first[2] or any(not np.allclose(a, b, atol=1e-6) for a, b in zip(now[:2], first[:2])):
                    wrong.append(f"{where}: another crystal than the POSCAR")
    print("\n".join(wrong) if wrong else f"{n} structures, alike in all formats")
    return 1 if wrong or n == 0 else 0


def argyrodite():
    from pymatgen.analysis.structure_matcher import StructureMatcher
    parent = Structure.from_str((pathlib.Path(__file__).parents[2] / "config/spaces/argyrodite.vasp").read_text(), fmt="poscar")
    cubic = parent * [[-1, 1, 1], [1, -1, 1], [1, 1, -1]]
    sites = [i for i, s in enumerate(cubic) if s.specie.symbol == "Br"]
    orderings = []
    for chosen in itertools.combinations(sites, 4):
        s = cubic.copy()
        for i in chosen:
            s[i] = "S"
        orderings.append(s)
    matcher = StructureMatcher(ltol=1e-3, stol=1e-3, angle_tol=0.01, primitive_cell=False, scale=False)
    groups = matcher.group_structures(orderings)
    print(f"{len(orderings)} arrangements, {len(groups)} inequivalent; sizes {sorted(len(g) for g in groups)}")
    return 0


if __name__ == "__main__":
    sys.exit(argyrodite() if sys.argv[1] == "--argyrodite" else main(pathlib.Path(sys.argv[1])))
