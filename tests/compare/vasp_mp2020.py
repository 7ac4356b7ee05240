#!/usr/bin/python3
"""The Materials Project's corrections (MP2020) by pymatgen, for docs/vasp.md: per anion, so that of a lithium chalcogenide halide and the binaries it would fall into they are the same and no E_d against binaries has any of them.

    /usr/bin/python3 tests/compare/vasp_mp2020.py
"""
import itertools
import warnings

warnings.simplefilter("ignore")
from pymatgen.core import Composition
from pymatgen.entries.compatibility import MaterialsProject2020Compatibility
from pymatgen.entries.computed_entries import ComputedEntry
from pymatgen.io.vasp.sets import MPRelaxSet

POTCAR = MPRelaxSet.CONFIG["POTCAR"]
SCHEME = MaterialsProject2020Compatibility(check_potcar_hash=False)


def correction(formula, oxide="oxide"):
    c = Composition(formula)
    entry = ComputedEntry(c, -10.0, parameters={"run_type": "GGA", "hubbards": {}, "potcar_symbols": [f"PBE {POTCAR[e.symbol]}" for e in c.elements]},
                          data={"oxide_type": oxide if "O" in c else "None"})
    return SCHEME.process_entry(entry).correction


def main():
    for x in ("O", "S", "Se", "Te"):
        print(f"Li2{x}: {correction(f'Li2{x}'):.3f} eV")
    for z in ("F", "Cl", "Br", "I"):
        print(f"Li{z}: {correction(f'Li{z}'):.3f} eV")
    for (x, z), n in itertools.product(itertools.product(("O", "S", "Se", "Te"), ("F", "Cl", "Br", "I")), (1, 2)):
        formula = f"Li{2 + n}{x}{z}{n}"
        assert abs(correction(formula) - correction(f"Li2{x}") - n * correction(f"Li{z}")) < 1e-9, formula
    mixed = correction("Li9O2SClBrI")
    assert abs(mixed - 2 * correction("Li2O") - sum(correction(f) for f in ("Li2S", "LiCl", "LiBr", "LiI"))) < 1e-9
    print(f"Li2O2: {correction('Li2O2', 'peroxide'):.3f} eV; the elements: {correction('Li'):.3f} eV")
    print("every correction of Li(2+n)XZn is that of Li2X + n LiZ")


main()
