#!/usr/bin/env python3
# A calculator of your own in ten lines: ASE relaxes positions and cell with the potential of the line marked HERE.
# It is started in a folder with structure.poscar and request.json, and leaves result.json (docs/command.md).
import json
from ase.io import read, write
from ase.calculators.lj import LennardJones
from ase.constraints import ExpCellFilter
from ase.optimize import BFGS

request = json.load(open("request.json"))
atoms = read("structure.poscar", format="vasp")
atoms.calc = LennardJones(sigma=1.9, epsilon=0.4, rc=6.0, smooth=True)  # HERE: any ASE calculator, such as a machine-learned potential
converged = BFGS(ExpCellFilter(atoms), logfile="-", maxstep=0.1).run(fmax=request["parameters"]["fmax_eV_per_A"], steps=int(request["parameters"]["max_steps"]))
write("relaxed.poscar", atoms, format="vasp", direct=True)
result = {"value": atoms.get_potential_energy(), "unit": request["unit"], "files": {"structure": "relaxed.poscar"}}
json.dump(result if converged else {"fault": "not-converged", "message": "forces above the limit"}, open("result.json", "w"))
