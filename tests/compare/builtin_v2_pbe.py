#!/usr/bin/python3
"""Runs CP2K single points (PBE, GTH, DZVP-MOLOPT-SR) of the cells of a job list, one process at a time; appends one JSON line a cell.

usage: nice -n 10 /usr/bin/python3 builtin_v2_pbe.py JOBS.json RESULTS.jsonl
A job: {"name", "cell" (A, rows), "frac", "species", "k" (Monkhorst-Pack mesh)}. Result: energy (eV), forces (eV/A), stress = (1/V) dE/d(strain) (eV/A^3), eigenvalue
edges (eV) at the eight points {0,1/2}^3 and the seconds it took. CP2K ends with code 0 when the SCF has not converged: the output is searched for it.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time

import numpy as np

HA, BOHR = 27.211386245988, 0.529177210903
Q = dict(Li=3, H=1, O=6, S=6, Se=6, Te=6, F=7, Cl=7, Br=7, I=7)

def text(job, cutoff=300, eps="5e-6"):
    s = job['species']
    kinds = ''.join(f'    &KIND {e}\n      ELEMENT {e}\n      BASIS_SET DZVP-MOLOPT-SR-GTH\n      POTENTIAL GTH-PBE-q{Q[e]}\n    &END KIND\n' for e in sorted(set(s)))
    cell = ''.join(f'      {n} {v[0]:.8f} {v[1]:.8f} {v[2]:.8f}\n' for n, v in zip('ABC', job['cell']))
    at = ''.join(f'      {e} {f[0]:.8f} {f[1]:.8f} {f[2]:.8f}\n' for e, f in zip(s, job['frac']))
    pts = ''.join(f'          SPECIAL_POINT K{i} {(i>>2&1)/2} {(i>>1&1)/2} {(i&1)/2}\n' for i in range(8))
    return f'''&GLOBAL
  PROJECT p
  RUN_TYPE ENERGY_FORCE
  PRINT_LEVEL LOW
&END GLOBAL
&FORCE_EVAL
  METHOD QS
  STRESS_TENSOR ANALYTICAL
  &PRINT
    &FORCES ON
    &END FORCES
    &STRESS_TENSOR ON
    &END STRESS_TENSOR
  &END PRINT
  &DFT
    BASIS_SET_FILE_NAME BASIS_MOLOPT
    POTENTIAL_FILE_NAME GTH_POTENTIALS
    &MGRID
      CUTOFF {cutoff}
      REL_CUTOFF 40
    &END MGRID
    &QS
      EPS_DEFAULT 1.0E-9
    &END QS
    &XC
      &XC_FUNCTIONAL PBE
      &END XC_FUNCTIONAL
    &END XC
    &KPOINTS
      SCHEME MONKHORST-PACK {' '.join(map(str, job['k']))}
      PARALLEL_GROUP_SIZE -1
    &END KPOINTS
    &SCF
      SCF_GUESS ATOMIC
      EPS_SCF {eps}
      MAX_SCF 60
      ADDED_MOS 4
      &DIAGONALIZATION
        ALGORITHM STANDARD
      &END DIAGONALIZATION
      &MIXING
        METHOD BROYDEN_MIXING
        ALPHA 0.4
        NBROYDEN 8
      &END MIXING
    &END SCF
    &PRINT
      &BAND_STRUCTURE
        ADDED_MOS 4
        FILE_NAME bands.bs
        &KPOINT_SET
          NPOINTS 1
{pts}        &END KPOINT_SET
      &END BAND_STRUCTURE
    &END PRINT
  &END DFT
  &SUBSYS
    &CELL
{cell}      PERIODIC XYZ
    &END CELL
    &COORD
      SCALED T
{at}    &END COORD
{kinds}  &END SUBSYS
&END FORCE_EVAL
'''

def run(job):
    with tempfile.TemporaryDirectory() as d:
        open(d + '/p.inp', 'w').write(text(job))
        t = time.time()
        subprocess.run(['cp2k.psmp', '-i', 'p.inp', '-o', 'p.out'], cwd=d, env=dict(os.environ, OMP_NUM_THREADS='1'), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        out = open(d + '/p.out').read()
        bands = open(d + '/bands.bs').read() if os.path.exists(d + '/bands.bs') else ''
    r = dict(job, seconds=round(time.time() - t, 1), converged='NOT converged' not in out and 'PROGRAM ENDED AT' in out)
    m = re.search(r'ENERGY\| Total FORCE_EVAL.*?(-?\d+\.\d+)', out)
    if not m or not r['converged']: return dict(r, converged=False)
    r['energy_eV'] = float(m[1]) * HA
    f = re.findall(r'^\s+\d+\s+\d+\s+[A-Z][a-z]?((?:\s+-?\d+\.\d+){3})\s*$', out[out.index('ATOMIC FORCES'):], re.M)
    r['forces_eV_per_A'] = [[float(x) * HA / BOHR for x in l.split()] for l in f]
    m = re.search(r'STRESS\| Analytical stress tensor \[GPa\](.*?)STRESS\| 1/3', out, re.S)
    rows = re.findall(r'STRESS\|\s+[xyz]((?:\s+-?\d+\.\d+E[+-]\d+){3})', m[1])
    r['stress_eV_per_A3'] = (-np.array([[float(x) for x in l.split()] for l in rows]) / 160.21766208).tolist()
    nocc = sum(Q[e] for e in job['species']) // 2
    vbm, cbm = [], []
    for block in re.split(r'#\s+Point', bands)[1:]:
        e = [float(l.split()[1]) for l in block.splitlines() if re.match(r'\s+\d+\s+-?\d+\.\d+\s+\d', l)]
        vbm.append(e[nocc - 1]), cbm.append(e[nocc])
    r['vbm_eV'], r['cbm_eV'] = vbm, cbm
    return r

if __name__ == '__main__':
    done = set()
    if os.path.exists(sys.argv[2]): done = {json.loads(l)['name'] for l in open(sys.argv[2])}
    for job in json.load(open(sys.argv[1])):
        if job['name'] in done: continue
        r = run(job)
        open(sys.argv[2], 'a').write(json.dumps(r) + '\n')
        print(job['name'], r['seconds'], r.get('energy_eV'), r['converged'], flush=True)
