#!/usr/bin/python3
"""Hull energies by scipy's HiGHS and by pymatgen's PhaseDiagram, on data/mp_legacy_formation.csv.

Writes fixtures/phases_hull.json: /usr/bin/python3 tests/compare/phases_hull.py
"""
import csv
import json
import pathlib
import random

import numpy
import scipy
from pymatgen.analysis.phase_diagram import PDEntry, PhaseDiagram
from pymatgen.core import Composition
from pymatgen.core import __version__ as pymatgen_version
from scipy.optimize import linprog

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent


def entries():
    with open(ROOT / "data" / "mp_legacy_formation.csv") as f:
        rows = [(Composition(r["formula"]), float(r["formation_energy_eV_per_atom"])) for r in csv.DictReader(f)]
    listed = {c.reduced_formula for c, _ in rows if len(c) == 1}
    for symbol in {e.symbol for c, _ in rows for e in c}:
        if Composition(symbol).reduced_formula not in listed:
            rows.append((Composition(symbol), 0.0))
    return rows


def highs(rows, target, exclude_self):
    own = target.fractional_composition
    use = [(c, e) for c, e in rows if set(c) <= set(target) and not (exclude_self and c.fractional_composition.almost_equals(own, 0, 1e-9))]
    elements = list(target)
    a = numpy.array([[c.get_atomic_fraction(x) for c, _ in use] for x in elements])
    b = numpy.array([target.get_atomic_fraction(x) for x in elements])
    r = linprog([e for _, e in use], A_eq=a, b_eq=b, bounds=(0, None), method="highs",
                options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10})
    assert r.status == 0, (target, r.message)
    return float(r.fun)


def main():
    rows = entries()
    rng = random.Random(7)
    table2 = [r["formula"] for r in json.loads((ROOT / "data" / "paper_tables.json").read_text())["table2"]]
    listed = [c for c, _ in rows if len(c) > 1]
    self_out = rng.sample([c.formula.replace(" ", "") for c in listed], 60) + ["Fe3Ni2", "Te2H2O3F4", "Se2S2O7", "CoH2SO5"]
    mixed = []  # random mixtures of two to four listed phases: many elements, often on degenerate facets
    for _ in range(40):
        total = Composition({})
        for c in rng.sample(listed, rng.randint(2, 4)):
            total += c * rng.randint(1, 3)
        mixed.append(total.formula.replace(" ", ""))
    cases = [{"formula": f, "exclude_self": s, "e_hull_eV_per_atom": highs(rows, Composition(f), s)}
             for s, fs in ((False, table2 + mixed), (True, self_out)) for f in dict.fromkeys(fs)]

    diagrams = []
    for chemsys, targets in [("Li O S Cl Br", ["Li12OS3Cl2Br2", "Li8OSCl4", "Li3OCl", "LiClO4"]), ("Li O Se I", ["Li6OSeI2", "Li2SeO3"]),
                             ("Li Fe P O", ["LiFePO4", "Li3Fe2P3O12", "Fe3P7O2"]), ("Li Se Te Br I", ["Li12Se3TeBrI3"])]:
        allowed = set(chemsys.split())
        pd = PhaseDiagram([PDEntry(c, e * c.num_atoms) for c, e in rows if {x.symbol for x in c} <= allowed])
        for f in targets:
            c = Composition(f)
            diagrams.append({
                "formula": f, "e_hull_eV_per_atom": pd.get_hull_energy(c) / c.num_atoms,
                "products": {k.composition.reduced_formula: v for k, v in pd.get_decomposition(c).items()}})
    out = {"source": f"tests/compare/phases_hull.py, scipy {scipy.__version__} HiGHS, pymatgen {pymatgen_version}, data/mp_legacy_formation.csv",
           "highs": cases, "pymatgen": diagrams}
    (HERE / "fixtures" / "phases_hull.json").write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
