#!/usr/bin/python3
"""Lithium profiles from pymatgen's PhaseDiagram.get_element_profile (grand potential), on data/mp_legacy_formation.csv without LiS4.

Writes fixtures/phases_window.json: /usr/bin/python3 tests/compare/phases_window.py
"""
import json
import pathlib

from phases_hull import entries
from pymatgen.analysis.phase_diagram import PDEntry, PhaseDiagram
from pymatgen.core import Composition, Element
from pymatgen.core import __version__ as pymatgen_version

HERE = pathlib.Path(__file__).parent
FORMULAS = ["Li8Te2Br3I", "Li8S2Cl3I", "Li6O2ClBr", "Li6SSeClI", "Li12Se3TeBrI3", "Li6OSeI2", "LiFePO4", "FePO4", "Li3PS4"]


def main():
    rows = [(c, e) for c, e in entries() if c.reduced_formula != "LiS4"]
    out = []
    for f in FORMULAS:
        c = Composition(f)
        allowed = set(c) | {Element("Li")}
        pd = PhaseDiagram([PDEntry(x, e * x.num_atoms) for x, e in rows if set(x) <= allowed])
        steps = [{"voltage_V": -s["chempot"], "uptake_per_formula": s["evolution"]}
                 for s in pd.get_element_profile(Element("Li"), c) if s["chempot"] > -5]
        out.append({"formula": f, "steps": steps})
    (HERE / "fixtures" / "phases_window.json").write_text(json.dumps(
        {"source": f"tests/compare/phases_window.py, pymatgen {pymatgen_version}, data/mp_legacy_formation.csv without LiS4", "profiles": out}, indent=1) + "\n")


if __name__ == "__main__":
    main()
