#!/usr/bin/python3
"""The versions of the built-in model against the published values: tables (Markdown) on stdout, scatter plots in docs/figures.

usage: dotnet run -c Release tests/compare/builtin_exam.cs -- v1 docs/figures/builtin-exam-v1.csv      (and v2; a minute each on two cores)
       /usr/bin/python3 tests/compare/builtin_exam.py [--property conductivity SIGMA.csv [SIGMA2.csv]]
       dotnet run -c Release tests/compare/builtin_exam.cs -- v2 SIGMA.csv --property conductivity --threads 2     (hours; goes on where SIGMA.csv stands)

Published: data/paper_tables.json (Table 2) and, for the compounds named in the text, tests/compare/fixtures/builtin_exam_microstates.csv. None of them entered a fit of v2.
"""
import csv
import json
import math
import pathlib
import re
import sys

from scipy.stats import spearmanr

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIGURES = ROOT / 'docs/figures'
# rows whose compound's own PBE energy or gap was fitted to in v1 (v2: none)
V1_ED, V1_EG = ('Li3OCl', 'Li3OBr', 'Li3TeF'), ('Li3OCl', 'Li8S2Cl3I', 'Li8O2Cl3Br', 'Li8Se2BrI3', 'Li8OSCl4', 'Li6OSeI2', 'Li8Te2Br3I')


def table(path):
    return {(r['source'], r['formula'], r['space_group']): r for r in csv.DictReader(l for l in open(path) if not l.startswith('#'))}


def paper():
    rows = {('table2', p['formula'], p['space_group'].replace('3-', '-3')): p for p in json.load(open(ROOT / 'data/paper_tables.json'))['table2']}
    for r in csv.DictReader(l for l in open(ROOT / 'tests/compare/fixtures/builtin_exam_microstates.csv') if not l.startswith('#')):
        rows.setdefault((r['source'], r['formula'], r['space_group']), dict(Ed_eV_per_atom=float(r['e_d_paper_eV_per_atom'])))
    return rows


def statistics(pairs):
    a, b = zip(*pairs)
    n = len(pairs)
    return f'{n} | {spearmanr(a, b)[0]:.2f} | {sum(abs(y - x) for x, y in pairs) / n:.3f} | {sum(y - x for x, y in pairs) / n:+.3f}'


def conductivity(paths):
    published = {(k[1], k[2]): p['conductivity_400K_S_per_cm'] for k, p in paper().items() if k[0] == 'table2'}
    for path in paths:
        rows = {(r['formula'], r['space_group']): r for r in csv.DictReader(l for l in open(path) if not l.startswith('#')) if r['sigma_400K_S_per_cm']}
        pairs = [(math.log10(p), math.log10(float(rows[k]['sigma_400K_S_per_cm']))) for k, p in published.items() if k in rows]
        print(f'{path}: log10 sigma(400 K); rows, Spearman, mean absolute error (decades), bias: {statistics(pairs)}')
        for k, p in published.items():
            if k in rows:
                r = rows[k]
                print(f"| {k[0]} {k[1]} | {p:.1e} | {r['sigma_400K_S_per_cm']} x/: 10^{r['error_decades']} | {r['mechanism']} | {r['note']} |")


def main():
    published, models = paper(), {v: table(FIGURES / f'builtin-exam-{v}.csv') for v in ('v1', 'v2')}
    number = lambda m, k, c: float(models[m][k][c])
    quantities = [('E_d, eV/atom', 'Ed_eV_per_atom', lambda m, k: max(0., number(m, k, 'e_d_signed_eV_per_atom')), V1_ED), ('E_g, eV', 'Eg_eV', lambda m, k: number(m, k, 'e_g_eV'), V1_EG),
                  ('E_h, kJ/mol', 'Eh_kJ_per_mol', lambda m, k: number(m, k, 'e_h_kJ_per_mol'), ())]
    print('| property | rows | model | n | Spearman | mean absolute error | bias |\n|---|---|---|---|---|---|---|')
    for title, key, ours, fitted in quantities:
        keys = [k for k, p in published.items() if key in p]
        sets = [('all', keys), ('Table 2', [k for k in keys if k[0] == 'table2']), ('outside v1\'s fit', [k for k in keys if k[1] not in fitted]), ('O the only chalcogen', [k for k in keys if k[0] == 'table2' and not re.search('S|Te', k[1])]),
                ('E_d above 0, signed', [k for k in keys if k[0] == 'table2' and published[k][key] > 0])]
        for name, members in sets:
            if (name == 'Table 2' and members == keys) or (name == "outside v1's fit" and not fitted) or (name.startswith('E_d') and not title.startswith('E_d')):
                continue
            for m in models:
                value = (lambda k: number(m, k, 'e_d_signed_eV_per_atom')) if name.endswith('signed') else (lambda k: ours(m, k))
                print(f'| {title} | {name} | {m} | {statistics([(published[k][key], value(k)) for k in members])} |')
    hydration = [k for k, p in published.items() if 'Eh_kJ_per_mol' in p]
    for m in models:
        print(f"\nE_h, {m}: sign right for {sum((published[k]['Eh_kJ_per_mol'] > 0) == (number(m, k, 'e_h_kJ_per_mol') > 0) for k in hydration)} of {len(hydration)}; "
              f"E_d < 0.1 agrees for {sum((p['Ed_eV_per_atom'] < .1) == (number(m, k, 'e_d_signed_eV_per_atom') < .1) for k, p in published.items())} of {len(published)}")
    print('\n| compound | E_d paper | v1 | v2 | E_g paper | v1 | v2 | E_h paper | v1 | v2 |\n|---|---|---|---|---|---|---|---|---|---|')
    for k, p in published.items():
        cells = [f'{k[1]} {k[2]}', f"{p['Ed_eV_per_atom']:.3f}"] + [f"{number(m, k, 'e_d_signed_eV_per_atom'):.3f}" for m in models]
        cells += ([f"{p['Eg_eV']:.2f}"] if 'Eg_eV' in p else ['']) + [f"{number(m, k, 'e_g_eV'):.2f}" for m in models]
        cells += [f"{p['Eh_kJ_per_mol']:.0f}"] + [f"{number(m, k, 'e_h_kJ_per_mol'):.0f}" for m in models] if 'Eh_kJ_per_mol' in p else ['', '', '']
        print('| ' + ' | '.join(cells) + ' |')
    plot(published, models, quantities)


def plot(published, models, quantities):
    import matplotlib
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(1, 3, figsize=(12, 4))
    for axis, (title, key, ours, _) in zip(axes, quantities):
        keys = [k for k, p in published.items() if key in p]
        for m, colour, marker in (('v1', '#9aa3ad', 's'), ('v2', '#0072b2', 'o')):
            axis.plot([published[k][key] for k in keys], [ours(m, k) for k in keys], marker, color=colour, markersize=5, label=m, alpha=.85)
        low, high = axis.get_xlim()[0], axis.get_xlim()[1]
        axis.plot([low, high], [low, high], color='#444444', linewidth=.8)
        axis.set_xlabel(f'{title}, published')
        axis.set_ylabel('built-in model')
        axis.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(FIGURES / 'builtin-exam.png', dpi=110, metadata=dict(Software=None))


if '--property' in sys.argv:
    conductivity(sys.argv[sys.argv.index('--property') + 2:])
else:
    main()
