#!/usr/bin/python3
"""Hypervolumes in exact rational arithmetic, by cutting space into the grid of all coordinates (no sweep, no recursion).

Writes fixtures/pareto_hypervolume.json; run it again only to change the cases: /usr/bin/python3 tests/compare/pareto_hypervolume.py
"""
import itertools
import json
import pathlib
import platform
from fractions import Fraction

import numpy

HERE = pathlib.Path(__file__).parent


def volume(points, ref):
    """Sum of the grid cells whose upper corner some point reaches."""
    d = len(ref)
    points = [[Fraction(v) for v in p] for p in points if all(v > r for v, r in zip(p, ref))]
    axes = [sorted({Fraction(ref[k]), *(p[k] for p in points)}) for k in range(d)]
    total = Fraction(0)
    for cell in itertools.product(*(range(len(a) - 1) for a in axes)):
        upper = [axes[k][c + 1] for k, c in enumerate(cell)]
        if any(all(p[k] >= upper[k] for k in range(d)) for p in points):
            size = Fraction(1)
            for k, c in enumerate(cell):
                size *= axes[k][c + 1] - axes[k][c]
            total += size
    return total


def main():
    rng = numpy.random.default_rng(11)
    cases = []
    for d, n in [(1, 5), (2, 8), (3, 12), (3, 15), (4, 8), (5, 6), (6, 5)]:
        for integer in (False, True):  # whole numbers make ties
            draw = (lambda k: rng.integers(-1, 5, (k, d)).astype(float)) if integer else (lambda k: rng.uniform(-0.3, 1, (k, d)))
            points, candidates, ref = draw(n).tolist(), draw(4).tolist(), [0.0] * d
            v = volume(points, ref)
            cases.append({
                "points": points, "reference": ref, "hypervolume": float(v), "candidates": candidates,
                "improvement": [float(volume(points + [c], ref) - v) for c in candidates],
                "exclusive": [float(v - volume(points[:i] + points[i + 1:], ref)) for i in range(n)]})
    out = {"source": f"tests/compare/pareto_hypervolume.py, Python {platform.python_version()} fractions, exact", "cases": cases}
    (HERE / "fixtures" / "pareto_hypervolume.json").write_text(json.dumps(out) + "\n")


if __name__ == "__main__":
    main()
