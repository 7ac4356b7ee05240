#!/usr/bin/python3
"""Discretised test problems as pools for `ipactors backtest` (docs/optimiser.md): writes NAME.csv into the folder given.

Each pool is 270 uniform points and 30 on the analytic front, columns id, x_1.., f1.. (minimised: use scale -1).
ZDT1 and ZDT2: Zitzler, Deb, Thiele, Evol. Comput. 8, 173 (2000). DTLZ2, DTLZ7: Deb, Thiele, Laumanns, Zitzler (2002).
"""
import sys
import numpy as np

rng = np.random.default_rng(2023)
uniform = lambda d: rng.random((270, d))


def zdt(shape):
    x = np.vstack([uniform(5), np.column_stack([np.linspace(0, 1, 30), np.zeros((30, 4))])])
    g = 1 + 9 * x[:, 1:].mean(axis=1)
    return x, np.column_stack([x[:, 0], g * shape(x[:, 0] / g)])


def dtlz2():
    angles = rng.random((30, 2))
    x = np.vstack([uniform(5), np.column_stack([angles, np.full((30, 3), 0.5)])])
    r = 1 + ((x[:, 2:] - 0.5) ** 2).sum(axis=1)
    a, b = x[:, 0] * np.pi / 2, x[:, 1] * np.pi / 2
    return x, np.column_stack([r * np.cos(a) * np.cos(b), r * np.cos(a) * np.sin(b), r * np.sin(a)])


def dtlz7():
    x = np.vstack([uniform(5), np.column_stack([rng.random((30, 2)), np.zeros((30, 3))])])
    g = 1 + 9 * x[:, 2:].mean(axis=1)
    h = 3 - sum(x[:, k] / (1 + g) * (1 + np.sin(3 * np.pi * x[:, k])) for k in (0, 1))
    return x, np.column_stack([x[:, 0], x[:, 1], (1 + g) * h])


problems = {"zdt1": lambda: zdt(lambda t: 1 - np.sqrt(t)), "zdt2": lambda: zdt(lambda t: 1 - t**2), "dtlz2": dtlz2, "dtlz7": dtlz7}
for name, make in problems.items():
    x, f = make()
    with open(f"{sys.argv[1]}/{name}.csv", "w") as out:
        out.write(",".join(["id"] + [f"x_{k + 1}" for k in range(x.shape[1])] + [f"f{k + 1}" for k in range(f.shape[1])]) + "\n")
        for i in range(len(x)):
            out.write(",".join([f"p{i:03d}"] + [repr(float(v)) for v in (*x[i], *f[i])]) + "\n")
