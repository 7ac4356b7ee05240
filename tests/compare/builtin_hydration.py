"""Writes tests/IpActors.Workers.Tests/Builtin/Fixtures/hydration_cells.json: energies and forces of cells with molecular XH- ions, by
brute-force sums in numpy (Ewald with both sums cut below 1e-13), written independently of the C# code. Run: /usr/bin/python3 tests/compare/builtin_hydration.py
"""
import itertools
import json
import math
import pathlib
import sys
import numpy as np
import scipy
from scipy.special import erfc

ROOT = pathlib.Path(__file__).resolve().parents[2]
KE, QS = 14.399645, 0.85
FORMAL = dict(Li=1, O=-2, S=-2, Se=-2, Te=-2, F=-1, Cl=-1, Br=-1, I=-1)
QH = dict(O=.426, S=.13, Se=.12, Te=0.)
MORSE = dict(O=(7.0525, 2.1986, .9485), S=(3.8, 1.88, 1.34), Se=(3.4, 1.79, 1.46), Te=(2.8, 1.77, 1.656))
HX = dict(O=311.97, F=311.97 * .75, S=1900., Se=3000., Te=6000., Cl=1400., Br=2300., I=5000.)
PAIR = {('H', x): (a, .25, 0.) for x, a in HX.items()}
for line in open(ROOT / 'data/builtin-v1.txt'):
    w = line.split()
    if len(w) == 5:
        PAIR[w[0], w[1]] = tuple(map(float, w[2:]))
PAIR.update({(b, a): v for (a, b), v in list(PAIR.items())})
TAIL = 5.44392140358153e-4


def short(r, p):
    a, rho, c6 = p
    t = min(max(r - 8, 0.), 1.)
    s, ds = 1 - t**3 * (10 - 15 * t + 6 * t * t), -30 * t * t * (1 - t)**2
    x = r * r / 4
    g, dg = (r**-6, -6 * r**-7) if r >= 2 else ((10 - 15 * x + 6 * x * x) / 64, (-30 + 24 * x) * r / 256)
    v, dv = a * math.exp(-r / rho) - c6 * g, -a / rho * math.exp(-r / rho) - c6 * dg
    return s * v, s * dv + ds * v


def energy(cell, frac, species, bonds, alpha=0.5):
    """Energy and forces; bonds: [(index of H, index of X)]."""
    cell, frac = np.array(cell, float), np.array(frac, float)
    pos, n, volume = frac @ cell, len(species), abs(np.linalg.det(cell))
    q = np.array([0. if s == 'H' else QS * FORMAL[s] for s in species])
    for h, x in bonds:
        q[h], q[x] = QS * QH[species[x]], -QS * (1 + QH[species[x]])
    e, f = 0., np.zeros((n, 3))
    rc = 5.9 / alpha
    inv = np.linalg.inv(cell)
    m = [int(math.ceil(rc * np.linalg.norm(inv[:, k]))) + 1 for k in range(3)]
    shifts = np.array(list(itertools.product(*[range(-k, k + 1) for k in m]))) @ cell
    for i in range(n):
        for j in range(n):
            p = PAIR.get((species[i], species[j]))
            if p:
                e -= 2 * math.pi / volume * p[2] * TAIL
            for d in pos[j] - pos[i] + shifts:
                r = np.linalg.norm(d)
                if r < 1e-9 or r > rc:
                    continue
                u = KE * q[i] * q[j] * erfc(alpha * r) / r
                du = -u / r - KE * q[i] * q[j] * 2 * alpha / math.sqrt(math.pi) * math.exp(-(alpha * r)**2) / r
                if p and r < 9:
                    a, b = short(r, p)
                    u, du = u + a, du + b
                e += u / 2
                f[i] += du * d / r
    kc = 2 * alpha * 5.9
    recip = 2 * math.pi * inv.T
    m = [int(kc * np.linalg.norm(cell[k]) / (2 * math.pi)) + 1 for k in range(3)]
    for h in itertools.product(*[range(-k, k + 1) for k in m]):
        k = np.array(h) @ recip
        k2 = k @ k
        if 0 < k2 < kc * kc:
            ph = pos @ k
            c, s = (q * np.cos(ph)).sum(), (q * np.sin(ph)).sum()
            g = 2 * math.pi * KE / volume * math.exp(-k2 / (4 * alpha**2)) / k2
            e += g * (c * c + s * s)
            f += 2 * g * (q * (np.sin(ph) * c - np.cos(ph) * s))[:, None] * k
    e -= KE * alpha / math.sqrt(math.pi) * (q * q).sum() + KE * math.pi * q.sum()**2 / (2 * alpha**2 * volume)
    for h, x in bonds:
        d = (pos[h] - pos[x]) @ inv
        d = (d - np.round(d)) @ cell
        r = np.linalg.norm(d)
        well, a, r0 = MORSE[species[x]]
        big, rho, _ = PAIR['H', species[x]]
        ex, qq = math.exp(-a * (r - r0)), KE * q[h] * q[x]
        e += well * ((1 - ex)**2 - 1) - qq / r - big * math.exp(-r / rho)
        slope = 2 * well * a * (1 - ex) * ex + qq / r**2 + big / rho * math.exp(-r / rho)
        f[h] -= slope * d / r
        f[x] += slope * d / r
    return e, f


def cells():
    rng = np.random.RandomState(5)
    for x, scale in (('O', 1.), ('S', 1.24), ('Se', 1.30), ('Te', 1.42)):
        a, c = 3.549 * scale, 4.334 * scale
        d = MORSE[x][2] / c
        frac = np.array([[0, 0, 0], [.5, .5, 0], [0, .5, .195], [.5, 0, -.195], [0, .5, .195 + d], [.5, 0, -.195 - d]]) + .01 * rng.randn(6, 3)
        yield f'Li{x}H', np.diag([a, a, c]), frac, ['Li', 'Li', x, x, 'H', 'H'], [(4, 2), (5, 3)]
    cell = np.array([[7.9, .1, 0], [0, 4.0, .2], [.1, 0, 4.1]])
    frac = np.array([[.25, 0, 0], [0, .5, 0], [0, 0, .5], [0, 0, 0], [.25, .5, .5], [.12, .05, .1], [.5, .5, 0], [.5, 0, .5], [.5, 0, 0], [.75, .5, .5]]) + .01 * rng.randn(10, 3)
    yield 'Li5H O S Cl Br', cell, frac, ['Li', 'Li', 'Li', 'O', 'Cl', 'H', 'Li', 'Li', 'S', 'Br'], [(5, 3)]


out = []
for name, cell, frac, species, bonds in cells():
    e, f = energy(cell, frac, species, bonds)
    h = 1e-4
    step = np.zeros_like(frac)
    step[-1] = np.array([h, 0, 0]) @ np.linalg.inv(cell)
    slope = (energy(cell, frac + step, species, bonds)[0] - energy(cell, frac - step, species, bonds)[0]) / (2 * h)
    assert abs(slope + f[-1][0]) < 1e-6 * max(1, abs(slope)), (slope, f[-1][0])
    assert abs(energy(cell, frac, species, bonds, .62)[0] - e) < 1e-10
    out.append(dict(name=name, cell_A=np.array(cell).tolist(), fractional=frac.tolist(), species=species, bonds=bonds, energy_eV=e, forces_eV_per_A=f.tolist()))
    print(name, e, file=sys.stderr)
path = ROOT / 'tests/IpActors.Workers.Tests/Builtin/Fixtures/hydration_cells.json'
path.write_text(json.dumps(dict(made_by=f'tests/compare/builtin_hydration.py, numpy {np.__version__}, scipy {scipy.__version__}', cells=out), indent=1) + '\n')
