#!/usr/bin/python3
"""Runs `vasp diagnose` and `cp2k diagnose` on the outputs of real programs that custodian's tests hold, and compares what is found with what the table of faults says.

    /usr/bin/python3 tests/compare/faults_custodian.py CUSTODIAN/tests/files [--ipactors COMMAND]

The files (MIT, custodian's authors) are read where they lie; none is copied into this repository. Ends with 1 where a fault is missed or a good run is blamed.
"""
import argparse
import json
import pathlib
import shlex
import shutil
import subprocess
import tempfile

# file of stdout -> (code, INCAR lines beside or instead of the folder's own, other files)
STDOUT = {
    "vasp.algo_tet": ("algo_tet", "ALGO = All\nISMEAR = -5\n"), "vasp.algo_tet_only": ("algo_tet", "ALGO = All\nISMEAR = -5\n"), "vasp.amin": ("amin", ""), "vasp.brions": ("brions", ""), "vasp.brmix": ("brmix", ""),
    "vasp.dentet": ("dentet", ""), "vasp.dfpt_ncore": ("dfpt_ncore", ""), "vasp.fd_ncore": ("dfpt_ncore", ""), "vasp.edddav": ("edddav", ""), "vasp.edddav2": ("edddav", ""), "vasp.eddiag": ("eddiag", ""), "vasp.eddrmm": ("eddrmm", ""),
    "vasp.gradient_not_orthogonal": ("grad_not_orth", "ALGO = All\n"), "vasp.harris": ("spin_polarized_harris", ""), "vasp.hnform": ("hnform", "ISYM = 2\n"), "vasp.ibzkpt": ("ibzkpt", ""), "vasp.ksymm": ("ksymm", ""),
    "vasp.nbands_not_sufficient": ("nbands_not_sufficient", ""), "vasp.nicht_konvergent": ("nicht_konv", "LREAL = Auto\n"), "vasp.pdsyevx": ("pdsyevx", "ALGO = Fast\n"), "vasp.point_group": ("point_group", ""), "vasp.posmap": ("posmap", ""),
    "vasp.pricelv": ("pricelv", ""), "vasp.pssyevx": ("pssyevx", "ALGO = Fast\n"), "vasp.read_error": ("read_error", ""), "vasp.real_optlay": ("real_optlay", "LREAL = Auto\n"), "vasp.rhosyg": ("rhosyg", ""), "vasp.set_core_wf": ("set_core_wf", ""),
    "vasp.sgrcon": ("rot_matrix", ""), "vasp.subspace": ("subspacematrix", ""), "vasp.symprec_noise": ("symprec_noise", ""), "vasp.too_few_bands_round_error": ("too_few_bands", ""), "vasp.zbrent": ("zbrent", ""), "vasp.ztrtri": ("zpotrf", ""),
    "vasp6.bravais": ("bravais", ""), "vasp6.bzint": ("tet", "ISMEAR = -5\n"), "vasp6.coef": ("coef", ""), "vasp6.coef2": ("coef", ""), "vasp6.inv_rot_mat": ("inv_rot_mat", ""), "vasp6.point_group": ("point_group", ""), "vasp6.posmap": ("posmap", ""),
    "vasp6.rhosyg": ("rhosyg", ""), "vasp6.sgrcon": ("sgrcon_6", ""), "aliasing/vasp.aliasing": ("aliasing", None), "aliasing/vasp.aliasing_incar": ("aliasing_incar", None), "too_few_bands/vasp.too_few_bands": ("too_few_bands", None),
    "large_cell_real_optlay/vasp.out": ("real_optlay", None), "zpotrf/vasp.out": ("zpotrf", None), "zpotrf_small/vasp.out": ("zpotrf", None),
}
STDERR = {"std_err.txt.kpoints_trans": "kpoints_trans", "std_err.txt.oom": "out_of_memory", "lrf_comm/std_err.txt": "lrf_comm"}
# name of the case -> (code or None for a good run, {file in the run's folder: file of custodian}, further INCAR lines, options)
FOLDERS = {
    "unconverged electronic": ("unconverged_electronic", {"vasprun.xml": "unconverged/vasprun.xml.electronic", "INCAR": "unconverged/INCAR"}, "", []),
    "unconverged ionic": ("unconverged_ionic", {"vasprun.xml": "unconverged/vasprun.xml.ionic"}, "", []),
    "nonconverging for 4 steps of the 10": (None, {"OSZICAR": "nonconv/OSZICAR", "INCAR": "nonconv/INCAR"}, "", ["--running"]),
    "potim": ("potim", {"OSZICAR": "potim/OSZICAR", "OUTCAR": "potim/OUTCAR", "INCAR": "potim/INCAR"}, "", ["--running"]),
    "positive energy": ("positive_energy", {"OSZICAR": "positive_energy/OSZICAR", "INCAR": "positive_energy/INCAR"}, "", []),
    "drift": ("drift", {"OUTCAR": "drift/OUTCAR", "INCAR": "drift/INCAR"}, "EDIFFG = -0.001\n", []),
    "large sigma, too large": ("large_sigma", {"OUTCAR.gz": "large_sigma/OUTCAR_fail_sigma_check.gz", "INCAR": "large_sigma/INCAR"}, "", []),
    "tetrahedra, static": ("!incorrect_smearing", {"vasprun.xml": "static_smearing/vasprun.xml", "INCAR": "static_smearing/INCAR"}, "", []),
    "tetrahedra, relaxed": ("incorrect_smearing", {"vasprun.xml": "scan_metal/vasprun.xml", "INCAR": "scan_metal/INCAR"}, "", []),
    "metal with KSPACING": ("kspacing_metal", {"vasprun.xml": "scan_metal/vasprun.xml", "INCAR": "scan_metal/INCAR"}, "", []),
    # A cut file whose energies jump before the cut: the jump is what can be corrected.
    "vasprun.xml cut": ("potim", {"vasprun.xml": "bad_vasprun/vasprun.xml"}, "", []),
    "constant pressure not built in": ("npt", {"OUTCAR": "npt_bad_vasp/OUTCAR", "INCAR": "npt_bad_vasp/INCAR"}, "", []),
    "frozen": ("frozen", {"INCAR": "INCAR"}, "", ["--running", "--quiet-seconds", "30000"]),
    "BRMIX of a charged cell": (None, {"vasp.out": "vasp.brmix", "INCAR": "INCAR.nelect"}, "", ["--running"]),
    "large sigma, small enough": (None, {"OUTCAR.gz": "large_sigma/OUTCAR_pass_sigma_check.gz", "INCAR": "large_sigma/INCAR"}, "", ["--running"]),
    "constant pressure": ("!npt", {"OUTCAR": "npt_common/OUTCAR", "INCAR": "npt_common/INCAR"}, "", []),
    "constant volume": ("!npt", {"OUTCAR": "npt_nvt/OUTCAR", "INCAR": "npt_nvt/INCAR"}, "", []),
}
CP2K = {
    "scf not converged": ("scf_unconverged", "cp2k/cp2k.out.unconverged", []), "ill conditioned": ("cholesky", "cp2k/cp2k.out.cholesky", []), "preconditioner stuck": ("frozen", "cp2k/cp2k.out.precondstuck", ["--running", "--quiet-seconds", "4000"]),
    # Four equal values in a row; the table asks for six.
    "nearly not precise enough": (None, "cp2k/cp2k.out.imprecise", ["--running"]), "without an end, diagonalisation": (None, "cp2k/cp2k.out.conv", ["--running"]), "hybrid": (None, "cp2k/cp2k.out.hybrid", ["--running"]), "without an end": (None, "cp2k/cp2k.out.test", ["--running"]),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", type=pathlib.Path)
    parser.add_argument("--ipactors", default=str(pathlib.Path(__file__).parents[2] / "ipactors"))
    options = parser.parse_args()
    command = shlex.split(options.ipactors)
    counts = {"agrees": 0, "DIFFERS": 0, "absent": 0}

    def check(program, name, code, files, incar, arguments):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            for target, source in files.items():
                if not (options.files / source).exists():
                    counts["absent"] += 1
                    print(f"absent   {name}: {source} is not in the copy")
                    return
                shutil.copy(options.files / source, folder / target)
            if incar:
                (folder / "INCAR").write_text(incar + ((folder / "INCAR").read_text() if (folder / "INCAR").exists() else ""))  # of a tag given twice the first counts
            done = subprocess.run([*command, program, "diagnose", str(folder), *arguments, "--json"], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                counts["DIFFERS"] += 1
                print(f"DIFFERS  {name}: exit code {done.returncode}: {done.stderr.strip()}")
                return
            answer = json.loads(done.stdout)
            found = [f["code"] for f in answer["found"]]
            good = not found if code is None else code[1:] not in found if code.startswith("!") else any(f.startswith(code) for f in found)
            counts["agrees" if good else "DIFFERS"] += 1
            after = (answer["correction"] or {}).get("after", {})
            print(f"{'agrees ' if good else 'DIFFERS'}  {name}: expected {code or 'nothing'}, found {', '.join(found) or 'nothing'}; {answer['verdict']}" + (f" with {after}" if after else ""))

    for name, (code, incar) in STDOUT.items():
        folder = str(pathlib.PurePath(name).parent)
        own = {"INCAR": "INCAR", "KPOINTS": "KPOINTS"} if folder == "." else {f: f"{folder}/{f}" for f in ("INCAR", "KPOINTS", "OUTCAR") if (options.files / folder / f).exists()}
        check("vasp", name, code, {"vasp.out": name, **own}, incar or "", [])
    for name, code in STDERR.items():
        check("vasp", name, code, {"std_err.txt": name, "INCAR": "INCAR"}, "KPAR = 4\n", [])
    for name, (code, files, incar, arguments) in FOLDERS.items():
        check("vasp", name, code, files, incar, arguments)
    for name, (code, output, arguments) in CP2K.items():
        check("cp2k", name, code, {"cp2k.out": output, "cp2k.inp": "cp2k/cp2k.inp"}, "", arguments)
    print(", ".join(f"{v} {k}" for k, v in counts.items()))
    return 1 if counts["DIFFERS"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
