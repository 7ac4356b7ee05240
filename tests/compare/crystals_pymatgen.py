"""Writes tests/IpActors.Science.Tests/Crystals/Fixtures/pymatgen.json from structures that `ipactors space enumerate SPACE.yaml --out DIR` wrote as POSCAR:

    /usr/bin/python3 tests/compare/crystals_pymatgen.py DIR

Space groups by spglib through pymatgen (reading our POSCARs), Niggli-reduced lengths of seeded random cells, and one CIF with symmetry operations.
Debian 12: python3-pymatgen 2022.11.7, python3-spglib 2.0.2.
"""
import json
import pathlib
import sys

import numpy as np
import spglib
from pymatgen.core import Lattice, Structure
from pymatgen.io.cif import CifWriter
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

out = pathlib.Path(__file__).parent.parent / "IpActors.Science.Tests/Crystals/Fixtures/pymatgen.json"
candidates = []
files = sorted(pathlib.Path(sys.argv[1]).glob("*.poscar"))
for path in files[:: max(1, len(files) // 120)]:
    s = Structure.from_str(path.read_text(), fmt="poscar")
    a = SpacegroupAnalyzer(s, symprec=1e-3)
    niggli = sorted(s.get_reduced_structure("niggli").lattice.abc)
    candidates.append(dict(id=path.stem, number=a.get_space_group_number(), symbol=a.get_space_group_symbol(), atoms=len(s), primitive_atoms=len(a.find_primitive()),
                           composition={str(k): int(v) for k, v in s.composition.items()}, volume_A3=s.volume, niggli_abc_A=niggli))

rng = np.random.default_rng(20230601)
cells = []
while len(cells) < 60:
    m = rng.normal(size=(3, 3)) * rng.choice([1, 4, 9], size=(3, 1)) + rng.integers(-2, 3, size=(3, 3))
    if abs(np.linalg.det(m)) < 1:
        continue
    cells.append(dict(cell=m.tolist(), niggli_abc_A=sorted(Lattice(m).get_niggli_reduced_lattice().abc)))

spinel = Structure.from_spacegroup("Fd-3m", Lattice.cubic(8.24), ["Li", "Mn", "O"], [[1 / 8] * 3, [1 / 2] * 3, [0.2631] * 3])
hexagonal = Structure.from_spacegroup("P6_3mc", Lattice.hexagonal(3.25, 5.2), ["Zn", "O"], [[1 / 3, 2 / 3, 0], [1 / 3, 2 / 3, 0.382]])
cifs = [dict(cif=str(CifWriter(s, symprec=0.01)), atoms=len(s), number=SpacegroupAnalyzer(s).get_space_group_number(), volume_A3=s.volume,
             distances_A=sorted(set(np.round(s.distance_matrix[s.distance_matrix > 0.1], 4).tolist()))[:6]) for s in (spinel, hexagonal)]
out.write_text(json.dumps(dict(written_by="tests/compare/crystals_pymatgen.py", spglib=spglib.__version__, candidates=candidates, cells=cells, cifs=cifs), indent=1) + "\n")
print(len(candidates), len(cells), len(cifs))
