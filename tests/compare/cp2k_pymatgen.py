#!/usr/bin/python3
"""Reads the runs of CP2K that the tests keep with pymatgen (Debian's 2022.11) and ASE, and compares with `ipactors cp2k parse`.

    /usr/bin/python3 tests/compare/cp2k_pymatgen.py [IPACTORS.dll]

pymatgen takes 1 hartree = 27.21138625 eV (CODATA 2018), CP2K 2023.1 27.21138386 eV (CODATA 2006): energies are compared in hartree. It reads no gzip and no bands.bs.
"""
import gzip
import json
import os
import subprocess
import sys
import tempfile
import warnings

import numpy as np

warnings.filterwarnings("ignore")
from ase.io import read  # noqa: E402
from pymatgen.core.units import Ha_to_eV as PMG_EV  # noqa: E402
from pymatgen.io.cp2k.outputs import Cp2kOutput  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "../IpActors.Workers.Tests/Cp2k/Fixtures")
DLL = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "../../src/IpActors.App/bin/Release/net10.0/ipactors.dll")
OUR_EV = 27.2113838565563


def ours(folder):
    return json.loads(subprocess.run(["dotnet", DLL, "cp2k", "parse", folder, "--json"], check=True, capture_output=True, text=True).stdout)


def main():
    folder = os.path.join(FIXTURES, "relaxed")
    mine = ours(folder)
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, "cp2k.out")
        with gzip.open(os.path.join(folder, "cp2k.out.gz"), "rt") as packed, open(path, "w") as plain:
            plain.write(packed.read())
        theirs = Cp2kOutput(path, verbose=False, auto_load=False)
        theirs.parse_energies()
        theirs.convergence()
    e = np.array(theirs.data["total_energy"]) / PMG_EV
    f = np.array([s["energy_eV"] for s in mine["steps"]]) / OUR_EV
    shift = min((np.abs(e - f[k:k + len(e)]).max() for k in range(len(f) - len(e) + 1)))
    assert shift < 1e-7, (e, f)
    assert all(theirs.data["scf_converged"]) and mine["scf_not_converged"] == 0
    frames = read(os.path.join(folder, "P-pos-1.xyz"), index=":")
    positions = np.array(mine["fractional"]) @ np.array(mine["cell_A"])
    difference = positions - frames[-1].positions
    difference -= np.round(difference @ np.linalg.inv(mine["cell_A"])) @ np.array(mine["cell_A"])
    assert np.abs(difference).max() < 1e-9
    assert frames[-1].get_chemical_symbols() == mine["species"]
    print(f"energies of {len(e)} steps to {shift:.1e} hartree (pymatgen), positions to {np.abs(difference).max():.1e} A (ASE)")


main()
