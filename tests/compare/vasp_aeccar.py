#!/usr/bin/python3
"""Negative points of AECCAR0 + AECCAR2 by pymatgen, as custodian's check counts them; writes the files and the numbers that the tests compare with.

    /usr/bin/python3 tests/compare/vasp_aeccar.py
"""
import gzip
import json
import pathlib
import shutil
import warnings

import numpy as np
import pymatgen.core
from pymatgen.core import Lattice, Structure
from pymatgen.io.vasp.inputs import Poscar
from pymatgen.io.vasp.outputs import Chgcar

OUT = pathlib.Path(__file__).parents[1] / "IpActors.Workers.Tests/Vasp/Fixtures/aeccar"
LI3OCL = Structure(Lattice.cubic(3.9), ["Li"] * 3 + ["O", "Cl"], [[0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5], [0.5, 0.5, 0.5], [0, 0, 0]])
# name: grid of core and valence, whether spin polarised, how far below zero the core reaches, packed
CASES = {"good": ((8, 6, 5), False, 0.0, False), "bad": ((8, 6, 5), False, 3.0, True), "spins": ((4, 5, 7), True, 1.5, False)}


def main():
    rng = np.random.default_rng(1)
    shutil.rmtree(OUT, ignore_errors=True)
    known = {"script": "tests/compare/vasp_aeccar.py", "pymatgen": pymatgen.core.__version__, "negative": {}}
    for name, (grid, spins, depth, packed) in CASES.items():
        folder = OUT / name
        folder.mkdir(parents=True)
        for file, level in (("AECCAR0", 2.0 - depth), ("AECCAR2", 1.0)):
            data = {"total": level + rng.normal(size=grid) * (0.3 if depth == 0 else 1.0)}
            if spins:
                data["diff"] = -10 * np.ones(grid)  # of spins, and no density
            Chgcar(Poscar(LI3OCL), data).write_file(str(folder / file))
            if packed:
                with open(folder / file, "rb") as plain, gzip.GzipFile(folder / f"{file}.gz", "wb", mtime=0) as gz:
                    shutil.copyfileobj(plain, gz)
                (folder / file).unlink()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            end = ".gz" if packed else ""
            total = (Chgcar.from_file(str(folder / f"AECCAR0{end}")) + Chgcar.from_file(str(folder / f"AECCAR2{end}"))).data["total"]
        known["negative"][name] = int((total < 0).sum())
    (OUT / "known.json").write_text(json.dumps(known, indent=1) + "\n")
    print(json.dumps(known))


main()
