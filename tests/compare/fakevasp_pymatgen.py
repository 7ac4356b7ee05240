#!/usr/bin/python3
"""FakeVasp's outputs as pymatgen reads them: all files parse, and agree with each other in energies, forces, stress, structures and gap.

    /usr/bin/python3 tests/compare/fakevasp_pymatgen.py [--fakevasp PROGRAM]
"""
import argparse
import pathlib
import subprocess
import tempfile
import warnings

import numpy as np
from pymatgen.io.vasp.inputs import Kpoints, Poscar
from pymatgen.io.vasp.outputs import Eigenval, Oszicar, Outcar, Vasprun, Xdatcar

HERE = pathlib.Path(__file__).parent
POSCAR = "Li3OCl\n1.0\n3.95 0 0\n0 3.97 0\n0 0 3.91\nLi O Cl\n3 1 1\nDirect\n0.51 0.5 0\n0.5 0 0.5\n0 0.5 0.5\n0.5 0.5 0.5\n0 0 0.02\n"
LIST = "zone boundary\n4\nReciprocal\n0 0 0 1\n0.5 0 0 3\n0.5 0.5 0 3\n0.5 0.5 0.5 1\n"
MESH = "mesh\n0\nMonkhorst-Pack\n3 3 3\n"
CASES = {
    "relaxation, spin": ("SYSTEM = Li3OCl\nISPIN = 2\nMAGMOM = 5*0.6\nIBRION = 2\nISIF = 3\nNSW = 60\nEDIFF = 1E-6\nEDIFFG = -0.002\nISMEAR = 0\nSIGMA = 0.05\nENCUT = 520\n", LIST),
    "static, mesh": ("NSW = 0\nISMEAR = 0\nENCUT = 520\n", MESH),
    "relaxation of ions, other algorithm": ("ALGO = VeryFast\nIBRION = 1\nISIF = 2\nNSW = 40\nEDIFFG = -0.005\nISMEAR = 0\n", MESH),
    "dynamics": ("IBRION = 0\nMDALGO = 2\nSMASS = 0\nNSW = 20\nPOTIM = 1\nTEBEG = 600\nTEEND = 600\nISYM = 0\nRANDOM_SEED = 7 0 0\n", "g\n0\nGamma\n1 1 1\n"),
    "dynamics at constant pressure": ("IBRION = 0\nMDALGO = 3\nISIF = 3\nNSW = 30\nPOTIM = 1\nTEBEG = 600\nLANGEVIN_GAMMA = 3*10\nLANGEVIN_GAMMA_L = 10\nPMASS = 1000\n", "g\n0\nGamma\n1 1 1\n"),
    "a hole": ("NSW = 0\nNELECT = 21\nISMEAR = 0\n", LIST),
}


def check(name, folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run = Vasprun(folder / "vasprun.xml", parse_potcar_file=False)
        out, osz, eig = Outcar(folder / "OUTCAR"), Oszicar(folder / "OSZICAR"), Eigenval(folder / "EIGENVAL")
        contcar, frames = Poscar.from_file(folder / "CONTCAR"), Xdatcar(folder / "XDATCAR").structures
        points = Kpoints.from_file(folder / "IBZKPT")
    n = len(run.ionic_steps)
    assert n == len(osz.ionic_steps) == len(frames), (n, len(osz.ionic_steps), len(frames))
    energies = np.array([s["e_fr_energy"] for s in run.ionic_steps])
    assert np.allclose(energies, [s["F"] for s in osz.ionic_steps], atol=1e-6)  # eight digits in OSZICAR
    assert abs(float(run.final_energy) - out.final_energy) < 1e-6 and abs(float(run.final_energy) - float(osz.final_energy)) < 1e-6
    out.read_pattern({"stress": r"in kB\s+([-\d.]+)\s+([-\d.]+)\s+([-\d.]+)\s+([-\d.]+)\s+([-\d.]+)\s+([-\d.]+)"}, postprocess=float)
    text = (folder / "OUTCAR").read_text()
    forces = np.array([[float(x) for x in line.split()[3:]] for line in text.rsplit("TOTAL-FORCE (eV/Angst)", 1)[1].split("\n")[2:2 + len(run.final_structure)]])
    assert np.abs(forces - np.array(run.ionic_steps[-1]["forces"])).max() < 1e-6
    stress = np.array(run.ionic_steps[-1]["stress"])
    assert np.abs(np.array(out.data["stress"][-1]) - [stress[0][0], stress[1][1], stress[2][2], stress[0][1], stress[1][2], stress[2][0]]).max() < 1e-4
    assert np.abs(np.array(out.drift[-1])).max() < 1e-5
    assert np.allclose(run.final_structure.lattice.matrix, contcar.structure.lattice.matrix, atol=1e-7)
    difference = run.final_structure.frac_coords - contcar.structure.frac_coords
    assert np.abs(difference - np.round(difference)).max() < 1e-7
    assert np.allclose(frames[-1].lattice.matrix, contcar.structure.lattice.matrix, atol=1e-7)
    gap, other = run.eigenvalue_band_properties, eig.eigenvalue_band_properties
    if name != "a hole":
        assert abs(gap[0] - other[0]) < 1e-3 and gap[0] > 1, (gap, other)
        assert (run.converged_electronic if "dynamics" in name else run.converged) and run.efermi is not None and gap[2] < run.efermi < gap[1]
    assert points.num_kpts == len(run.actual_kpoints) and abs(sum(run.actual_kpoints_weights) - 1) < 1e-6
    assert run.complete_dos is not None and abs(out.nelect - run.parameters["NELECT"]) < 1e-6
    print(f"agrees  {name}: {n} steps, {float(run.final_energy):.6f} eV, gap {gap[0]:.4f} eV, largest force {np.abs(forces).max():.4f} eV/A, V {run.final_structure.volume:.3f} A3")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fakevasp", default=str(HERE.parent / "FakeVasp/bin/Release/net10.0/FakeVasp"))
    program = str(pathlib.Path(parser.parse_args().fakevasp).resolve())
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        subprocess.run([program, "make-potcars", scratch / "potcars"], check=True)
        for k, (name, (incar, kpoints)) in enumerate(CASES.items()):
            folder = scratch / str(k)
            folder.mkdir()
            for file, text in {"INCAR": incar, "KPOINTS": kpoints, "POSCAR": POSCAR, "POTCAR": "".join((scratch / "potcars" / p / "POTCAR").read_text() for p in ("Li_sv", "O", "Cl"))}.items():
                (folder / file).write_text(text)
            subprocess.run([program], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            check(name, folder)


if __name__ == "__main__":
    main()
