#!/usr/bin/python3
"""Compares the export of config/stability-map.yaml with the published decomposition energies and gaps.

usage: ipactors export config/stability-map.yaml --format csv --out map.csv
       /usr/bin/python3 tests/compare/stability_map.py map.csv

Prints Markdown: counts by family, correlation with the tolerance factor (scipy), and the rows of Table 2 (data/paper_tables.json)
with the lowest microstate of the same formula and space group in the default space.
"""
import collections
import csv
import json
import pathlib
import re
import sys

from scipy.stats import pearsonr, spearmanr

SHANNON_A = dict(Li=.76, O=1.40, S=1.84, Se=1.98, Te=2.21, F=1.33, Cl=1.81, Br=1.96, I=2.20)
X, Z = ('O', 'S', 'Se', 'Te'), ('F', 'Cl', 'Br', 'I')
root = pathlib.Path(__file__).resolve().parents[2]


def composition(formula):
    return {e: int(n or 1) for e, n in re.findall(r'([A-Z][a-z]?)(\d*)', formula)}


def tolerance_factor(formula):
    c = composition(formula)
    mean = lambda site: sum(SHANNON_A[e] * c.get(e, 0) for e in site) / sum(c.get(e, 0) for e in site)
    return (SHANNON_A['Li'] + mean(Z)) / (2**.5 * (mean(X) + mean(Z)))


rows = [r for r in csv.DictReader(open(sys.argv[1])) if r['role'].lower() == 'candidate' and r['e_d_signed_eV_per_atom']]
signed = [float(r['e_d_signed_eV_per_atom']) for r in rows]
t = [tolerance_factor(r['formula']) for r in rows]
print(f'{len(rows)} compounds; E_d against the tolerance factor: Spearman {spearmanr(t, signed)[0]:.2f}, Pearson {pearsonr(t, signed)[0]:.2f}\n')
for title, key in (('family', lambda r: r['aristotype']), ('chalcogens', lambda r: '-'.join(e for e in X if e in composition(r['formula'])))):
    table = collections.defaultdict(list)
    for r, e in zip(rows, signed):
        table[key(r)].append(e)
    print(f'| {title} | compounds | E_d < 0.1 | on or below the hull | lowest E_d (eV/atom) |\n|---|---|---|---|---|')
    for k, e in sorted(table.items()):
        print(f'| {k} | {len(e)} | {sum(v < .1 for v in e)} | {sum(v <= 0 for v in e)} | {min(e):.3f} |')
    print()
lowest = {}
for r, e in zip(rows, signed):
    k = r['formula'], r['space_group']
    if k not in lowest or e < lowest[k][0]:
        lowest[k] = e, float(r['band_gap_eV'])
print('| compound | E_d paper | E_d here (signed) | E_g paper | E_g here |\n|---|---|---|---|---|')
ours, theirs = [], []
for p in json.load(open(root / 'data/paper_tables.json'))['table2']:
    e, g = lowest[p['formula'], p['space_group'].replace('3-', '-3')]
    ours.append((max(0, e), g)), theirs.append((p['Ed_eV_per_atom'], p['Eg_eV']))
    print(f"| {p['formula']} {p['space_group'].replace('3-', '-3')} | {p['Ed_eV_per_atom']:.3f} | {e:.3f} | {p['Eg_eV']:.2f} | {g:.2f} |")
for k, name in enumerate(('E_d', 'E_g')):
    a, b = [o[k] for o in ours], [x[k] for x in theirs]
    print(f'\n{name}: Spearman {spearmanr(a, b)[0]:.2f}, mean absolute error {sum(abs(i - j) for i, j in zip(a, b)) / len(a):.3f}')
text = [('Li3OBr', .017), ('Li7O2Br3', .006), ('Li6OSI2', .052), ('Li7O2Cl3', 0), ('Li7O2ClBr2', 0), ('Li4OClBr', 0), ('Li4OCl2', 0), ('Li4OBr2', 0), ('Li7S2Cl3', .147), ('Li3TeF', .783),
        ('Li7Te2F3', .640), ('Li8Se2Br3I', .125), ('Li7SeTeFCl2', .295), ('Li12SeTe3F3Br', .635)]
print("\n| named in the paper's text | E_d paper | lowest E_d of that formula here |\n|---|---|---|")
for f, e in text:
    found = [v[0] for k, v in lowest.items() if composition(k[0]) == composition(f)]
    print(f'| {f} | {e:.3f} | {min(found):.3f} |' if found else f'| {f} | {e:.3f} | not in the default space under that name |')
