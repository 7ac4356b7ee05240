#!/usr/bin/python3
"""Compares `ipactors vasp parse --json` with pymatgen on every VASP file below a folder.

    /usr/bin/python3 tests/compare/vasp_pymatgen.py FOLDER [--ipactors PATH] [--verbose]

Files are known by their names: *vasprun*, *OUTCAR*, *OSZICAR*, *INCAR*, *KPOINTS*, *POSCAR* and *CONTCAR*, plain or packed (.gz, .bz2, .xz). Each is
read alone by both; where pymatgen refuses a file, ours is only asked not to crash. Written for pymatgen 2022.11.7 (Debian 12: python3-pymatgen).
Tolerances: energies 1e-6 eV, forces 1e-6 eV/A, stress 1e-4 kB, gaps and band edges 1e-6 eV, positions 1e-8.
"""
import argparse, bz2, gzip, json, lzma, os, subprocess, sys, tempfile, warnings
import numpy as np

warnings.filterwarnings("ignore")
from pymatgen.io.vasp import Incar, Kpoints, Oszicar, Outcar, Poscar, Vasprun

KINDS = {"vasprun": "vasprun.xml", "outcar": "OUTCAR", "oszicar": "OSZICAR", "incar": "INCAR", "kpoints": "KPOINTS", "poscar": "CONTCAR", "contcar": "CONTCAR"}


def unpacked(path):
    raw = open(path, "rb").read()
    for magic, module in ((b"\x1f\x8b", gzip), (b"BZh", bz2), (b"\xfd7zXZ", lzma)):
        if raw.startswith(magic):
            return module.decompress(raw)
    return raw


def ours(ipactors, name, data):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, name), "wb") as f:
            f.write(data)
        run = subprocess.run([ipactors, "vasp", "parse", folder, "--json"], capture_output=True, text=True)
        if run.returncode not in (0, 1):
            return None, run.stderr.strip()
        return json.loads(run.stdout.replace('"NaN"', "NaN")), None


def close(a, b, tolerance):
    if a is None or b is None:
        return a is None and b is None
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    return a.shape == b.shape and bool(np.all((np.abs(a - b) <= tolerance) | (np.isnan(a) & np.isnan(b))))


def vasprun(path, mine):
    v = Vasprun(path, parse_potcar_file=False, exception_on_bad_xml=False, parse_dos=True)
    last = v.ionic_steps[-1]
    yield "ionic steps", mine["ionic_steps"] == len(v.ionic_steps), (mine["ionic_steps"], len(v.ionic_steps))
    yield "energy", close(mine["energy_eV"], float(v.final_energy), 1e-6), (mine["energy_eV"], float(v.final_energy))
    if "forces" in last:
        yield "forces", close(mine["forces_eV_per_A"], last["forces"], 1e-6), None
    if "stress" in last:
        yield "stress", close(mine["stress_kB"], last["stress"], 1e-4), (mine["stress_kB"], last["stress"])
    s = getattr(v, "final_structure", None)  # a file cut off has none there
    if s is not None and mine["structure"]:
        d = np.array(mine["structure"]["fractional"]) - s.frac_coords
        yield "structure", close(mine["structure"]["cell_A"], s.lattice.matrix, 1e-8) and float(np.max(np.abs(d - np.round(d)))) < 1e-8, None
    try:
        fermi = v.efermi
        if fermi is None:
            raise ValueError
        yield "Fermi level", close(mine["fermi_eV"], fermi, 1e-6), (mine["fermi_eV"], fermi)
    except Exception:
        pass
    if "electronic_steps" in last and last["electronic_steps"]:
        yield "electronic convergence", mine["electronic_converged"] == v.converged_electronic, (mine["electronic_converged"], v.converged_electronic)
    if s is None:
        return
    if v.eigenvalues and mine["bands"]:
        gap, cbm, vbm, direct = v.eigenvalue_band_properties
        b = mine["bands"]
        if b["metal"] or b["partial_occupancies"]:
            yield "metal or partly occupied: gap 0 in both" if gap == 0 and b["gap_eV"] == 0 else "metal or partly occupied: gaps by other rules", True, None
        else:
            yield "gap", close(b["gap_eV"], gap, 1e-6), (b["gap_eV"], gap)
            yield "band edges", close([b["vbm_eV"], b["cbm_eV"]], [vbm, cbm], 1e-6), ((b["vbm_eV"], b["cbm_eV"]), (vbm, cbm))
            yield "direct", b["direct"] == bool(direct), (b["direct"], direct)
    elif v.eigenvalues:
        yield "gap", False, "no bands here"


def outcar(path, mine):
    o = Outcar(path)
    c = mine["outcar"]
    ended = bool(o.run_stats.get("Elapsed time (sec)"))
    if o.final_energy is not None and not ended:
        # pymatgen takes the electronic step under way, we the last finished ionic step
        yield "energy of a file cut off" if c["steps"] and close(c["steps"][-1]["energy_eV"], o.final_energy, 1e-6) else "energy of a file cut off: of a step under way in pymatgen", True, None
    elif o.final_energy is not None:
        yield "energy", close(c["steps"][-1]["energy_eV"] if c["steps"] else None, o.final_energy, 1e-6), (c["steps"][-1]["energy_eV"] if c["steps"] else None, o.final_energy)
    o.read_pattern({"fermi": r"E-fermi\s*:\s*(\S+)"}, postprocess=float)  # efermi itself is the first one's
    if o.data["fermi"]:
        fermi = o.data["fermi"][-1][0]
        yield "Fermi level", close(c["fermi_eV"], fermi, 1e-6), (c["fermi_eV"], fermi)
    if o.nelect is not None:  # from the integrated density there, from the head here
        yield "NELECT", close(c["head"].get("NELECT"), o.nelect, 1e-3), (c["head"].get("NELECT"), o.nelect)
    if o.drift and c["steps"]:
        yield "drift", close([s["drift_eV_per_A"] for s in c["steps"]][-1:], [np.linalg.norm(o.drift[-1])], 1e-6), ([s["drift_eV_per_A"] for s in c["steps"]][-1:], np.linalg.norm(o.drift[-1]))
    if o.run_stats.get("Elapsed time (sec)"):
        yield "elapsed time", close(c["elapsed_s"], o.run_stats["Elapsed time (sec)"], 1e-6), (c["elapsed_s"], o.run_stats["Elapsed time (sec)"])
    yield "stopped by file", c["stopped_by_file"] == o.is_stopped, (c["stopped_by_file"], o.is_stopped)
    table = o.read_table_pattern(r"TOTAL-FORCE \(eV/Angst\)\n\s*-+\n", r"\s+".join([""] + [r"([\d\.\-\+\*]+)"] * 6), r"\s*-+", last_one_only=True, postprocess=lambda t: float("nan") if "*" in t else float(t))
    if table:
        yield "forces", close(c["forces_eV_per_A"], [row[3:] for row in table], 1e-6), None


def oszicar(path, mine):
    o = Oszicar(path)
    steps = mine["oszicar"]["steps"]
    yield "ionic steps", len(steps) == len(o.ionic_steps), (len(steps), len(o.ionic_steps))
    if o.ionic_steps and "E0" in o.ionic_steps[-1] and steps:
        yield "energy", close(steps[-1]["energy_eV"], float(o.ionic_steps[-1]["E0"]), 1e-6), (steps[-1]["energy_eV"], float(o.ionic_steps[-1]["E0"]))


def flat(value):
    for v in value if isinstance(value, (list, tuple)) else [value]:
        if isinstance(v, (list, tuple)):
            yield from flat(v)
        else:
            yield v


def same(text, value):
    words = []
    for w in text.split():
        n, star, rest = w.partition("*")
        words += [rest] * int(n) if star and n.isdigit() else [w]
    theirs = list(flat(value))
    if isinstance(value, str):
        return text.split() == value.split() or text.lower() == value.lower()
    if isinstance(value, bool):
        return text.strip(".").upper()[:1] == ("T" if value else "F")
    try:
        return len(words) >= len(theirs) and all(abs(float(a.replace("D", "e").replace("d", "e")) - float(b)) <= 1e-9 * max(1, abs(float(b))) for a, b in zip(words, theirs))
    except (TypeError, ValueError):
        return text.split() == str(value).split()


def incar(path, mine):
    for tag, value in Incar.from_file(path).items():
        yield "tags", tag in mine["incar"] and same(mine["incar"][tag], value), (tag, mine["incar"].get(tag), value)


def kpoints(path, mine):
    k, m = Kpoints.from_file(path), mine["kpoints"]
    style = k.style.name
    if m["kind"] in ("gamma", "monkhorst"):
        yield "mesh", style.lower() == m["kind"] and tuple(m["mesh"]) == tuple(k.kpts[0]) and close(m["shift"], k.kpts_shift, 1e-9), (m, k.kpts)
    elif m["kind"] == "length":
        yield "length", close(m["length_A"], k.kpts[0][0], 1e-9), None
    else:
        yield m["kind"], close(m["basis"] if m["kind"] == "generated" else m["points"], k.kpts[:3] if m["kind"] == "generated" else k.kpts, 1e-9), (style, len(k.kpts))
        if m["kind"] == "list":
            yield "weights", close(m["weights"], k.kpts_weights, 1e-9), None


def contcar(path, mine):
    s, m = Poscar.from_file(path, check_for_POTCAR=False).structure, mine["structure"]
    if any("VASP 5 POSCAR names its elements" in d for d in mine["damage"]):
        yield "of VASP 4, refused", True, None
        return
    ok = m is not None and close(m["cell_A"], s.lattice.matrix, 1e-8) and m["species"] == [str(x.symbol) for x in s.species]
    d = np.array(m["fractional"]) - s.frac_coords if ok else np.ones((1, 3)) / 2
    yield "structure", bool(ok and np.max(np.abs(d - np.round(d))) < 1e-8), mine["damage"]
    # The usual mesh against pymatgen's for 1000 points per reciprocal atom, which rounds down: ours reaches the number with one, seldom two divisions more.
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run([IPACTORS, "vasp", "inputs", path, "--property", "relax", "--out", folder, "--json"], capture_output=True, text=True)
        if made.returncode != 0:
            yield "inputs refused", "span no volume" in made.stderr or "spglib" in made.stderr or "left-handed" in made.stderr, made.stderr
            return
        settings = json.loads(made.stdout)["settings"]
    mesh = np.array([int(n) for n in settings["KPOINTS.mesh"].split()])
    theirs = np.array(Kpoints.automatic_density(s, 1000).kpts[0])
    yield "mesh reaches 1000", int(np.prod(mesh)) * len(s) >= 1000, mesh.tolist()
    yield "mesh within two divisions of pymatgen's", bool(np.all(np.abs(mesh - theirs) <= 2)), (mesh.tolist(), theirs.tolist())
    if s.lattice.is_hexagonal():
        yield "hexagonal: on Gamma", settings["KPOINTS.centre"] == "gamma", None


IPACTORS = ""
READERS = {"vasprun.xml": vasprun, "OUTCAR": outcar, "OSZICAR": oszicar, "INCAR": incar, "KPOINTS": kpoints, "CONTCAR": contcar}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--ipactors", default=os.path.join(os.path.dirname(__file__), "../../src/IpActors.App/bin/Release/net10.0/ipactors"))
    parser.add_argument("--only", help="one kind, such as vasprun.xml")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    global IPACTORS
    IPACTORS = options.ipactors
    counts, files, refused, differences = {}, {}, {}, []
    for root, _, names in sorted(os.walk(options.folder)):
        for name in sorted(names):
            key = next((k for k in KINDS if k in name.lower()), None)
            path = os.path.join(root, name)
            if key is None or name.endswith((".py", ".json", ".orig", ".png", ".yml", ".yaml", ".md", ".tar.lzma")) or os.path.getsize(path) == 0 or options.only not in (None, KINDS[key]):
                continue
            kind = KINDS[key]
            try:
                data = unpacked(path)
            except Exception:
                continue
            mine, error = ours(options.ipactors, kind, data)
            shown = os.path.relpath(path, options.folder)
            with tempfile.NamedTemporaryFile(suffix=kind) as plain:
                plain.write(data)
                plain.flush()
                try:
                    results = list(READERS[kind](plain.name, mine)) if mine else [("read", False, error)] if READERS[kind] and probe(kind, plain.name) else []
                except Exception as e:  # what pymatgen cannot read says nothing about us
                    refused[kind] = refused.get(kind, 0) + 1
                    if options.verbose:
                        print(f"  not read by pymatgen: {shown}: {type(e).__name__} {str(e)[:80]}; ours: {mine['ionic_steps'] if mine else error} steps")
                    continue
            files[kind] = files.get(kind, 0) + 1
            for what, agrees, values in results:
                n = counts.setdefault((kind, what), [0, 0])
                n[0] += 1
                n[1] += bool(agrees)
                if not agrees:
                    differences.append(f"{shown}: {what}: {values}")
    for kind in sorted(files):
        print(f"{kind}: {files[kind]} files compared, {refused.get(kind, 0)} not readable by pymatgen")
        for (k, what), (n, good) in sorted(counts.items()):
            if k == kind:
                print(f"  {what}: {good} of {n} agree")
    for d in differences:
        print("DIFFERS", d[:300])
    return 1 if differences else 0


def probe(kind, path):
    """Whether pymatgen reads a file that ours refused."""
    {"vasprun.xml": lambda: Vasprun(path, parse_potcar_file=False), "OUTCAR": lambda: Outcar(path), "OSZICAR": lambda: Oszicar(path), "INCAR": lambda: Incar.from_file(path),
     "KPOINTS": lambda: Kpoints.from_file(path), "CONTCAR": lambda: Poscar.from_file(path, check_for_POTCAR=False)}[kind]()
    return True


if __name__ == "__main__":
    sys.exit(main())
