#!/usr/bin/python3
"""The optimiser's two costly steps beside numpy and scipy, on the same tables, in turns, in CPU time on one core:

    dotnet build bench/IpActors.Bench -c Release && taskset -c 0 /usr/bin/python3 tests/compare/optimiser_bench.py [ROUNDS [TASK...]]

uhvi: hypervolume improvement of 10,000 candidates over a front of 100 points in three objectives: the same disjoint boxes (2 n + 1), here as numpy arrays of candidates by boxes.
fit_n: six-term Gaussian process (groups of 30, 30, 30 and their pairs), likelihood maximised from 4 starts: here scipy's L-BFGS-B with analytic gradients from LAPACK, within the same bounds.
"""
import os
for v in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[v] = "1"
import pathlib
import platform
import subprocess
import sys
import tempfile
import time
import numpy as np
import scipy
from scipy.linalg import cho_factor, cho_solve, lapack
from scipy.optimize import minimize

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench/IpActors.Bench/bin/Release/net10.0/IpActors.Bench.dll"
TERMS = [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2)]
rng = np.random.default_rng(7)


def tables():
    v = np.abs(rng.normal(size=(100, 3)))
    front = v / np.linalg.norm(v, axis=1, keepdims=True)  # on a sphere: none dominates another
    candidates = rng.random((10000, 3)) * 1.2
    fits = {}
    for n in (100, 300):
        x = rng.normal(size=(n, 90))
        y = np.sin(x[:, 0]) + 0.5 * x[:, 30] * x[:, 60] + 0.3 * x[:, 31] + 0.1 * rng.normal(size=n)
        fits[n] = (x, y)
    return front, candidates, fits


def boxes(front):
    """Disjoint boxes (left, right, floor, bottom, top) of what the front leaves above 0: a sweep from high z to low."""
    strips, out = [(0.0, np.inf, 0.0, np.inf)], []  # left, right, floor, top, by rising left and falling floor
    for x, y, z in sorted(map(tuple, front), key=lambda p: -p[2]):
        new, left = [], None
        for l, r, f, t in strips:
            if f >= y or l >= x:
                if left is not None:
                    new.append((left, x, y, z)); left = None
                new.append((l, r, f, t)); continue
            left = l if left is None else left
            out.append((l, min(r, x), f, z, t))
            if r > x:
                new.append((left, x, y, z)); left = None
                new.append((x, r, f, t))
        if left is not None:
            new.append((left, x, y, z))
        strips = new
    return np.array(out + [(l, r, f, 0.0, t) for l, r, f, t in strips])


def uhvi(front, c):
    l, r, f, b, t = boxes(front).T
    w = np.minimum(c[:, :1], r) - l
    np.maximum(w, 0, out=w)
    h = c[:, 1:2] - f
    np.maximum(h, 0, out=h)
    d = np.minimum(c[:, 2:], t) - b
    np.maximum(d, 0, out=d)
    return float(np.einsum("ij,ij,ij->i", w, h, d).sum())


def fit(x, y):
    y = (y - y.mean()) / y.std()
    n = len(y)
    d = []
    for g in range(3):
        xg = x[:, 30 * g:30 * g + 30]
        s = (xg ** 2).sum(1)
        d.append(np.maximum(s[:, None] + s - 2 * xg @ xg.T, 0))
    median = [np.sqrt(np.median(m[np.tril_indices(n, -1)])) for m in d]

    def cost(theta):
        p, ks, k = 0, [], np.zeros((n, n))
        for term in TERMS:
            v, ls = np.exp(theta[p]), np.exp(theta[p + 1:p + 1 + len(term)])
            e = -0.5 / ls[0] ** 2 * d[term[0]]
            for g, l in zip(term[1:], ls[1:]):
                e -= 0.5 / l ** 2 * d[g]
            kt = np.exp(e, out=e)
            kt *= v
            ks.append((kt, ls)); k += kt; p += 1 + len(term)
        noise = np.exp(theta[-1])
        k[np.diag_indices(n)] += noise
        try:
            c, low = cho_factor(k, lower=True, overwrite_a=True, check_finite=False)
        except np.linalg.LinAlgError:
            return 1e10, np.zeros(len(theta))
        logdet = np.log(np.diag(c)).sum()
        inverse, _ = lapack.dpotri(c, lower=1)
        inverse = np.tril(inverse) + np.tril(inverse, -1).T
        one = inverse.sum(1)
        z = y - (one @ y) / one.sum()
        a = inverse @ z
        w = np.outer(a, a) - inverse
        grad, p = np.empty(len(theta)), 0
        for term, (kt, ls) in zip(TERMS, ks):
            wk = w * kt
            grad[p] = 0.5 * wk.sum()
            for i, (g, l) in enumerate(zip(term, ls)):
                grad[p + 1 + i] = 0.5 * np.vdot(wk, d[g]) / l ** 2
            p += 1 + len(term)
        grad[-1] = 0.5 * noise * np.trace(w)
        return 0.5 * z @ a + logdet + 0.5 * n * np.log(2 * np.pi), -grad

    bounds, expected = [], []
    for term in TERMS:
        bounds.append((1e-6, 100)); expected.append((1e-3, 10))
        for g in term:
            bounds.append((0.02 * median[g], 50 * median[g])); expected.append((0.5 * median[g], 5 * median[g]))
    bounds.append((1e-8, 10)); expected.append((1e-4, 1))
    bounds, expected = np.log(bounds), np.log(expected)
    starts = np.random.default_rng(1)
    found = [minimize(cost, expected[:, 0] + (expected[:, 1] - expected[:, 0]) * starts.random(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds) for _ in range(4)]
    return -min(f.fun for f in found)


def timed(work, repeats=1):
    start = time.process_time()
    for _ in range(repeats):
        value = work()
    return 1e3 * (time.process_time() - start) / repeats, value


def blas():
    """The BLAS library that this process has really loaded."""
    return ", ".join(sorted({os.path.basename(os.path.realpath(l.split()[-1])) for l in open("/proc/self/maps") if "blas" in l or "mkl" in l})) or "unknown"


def main():
    front, candidates, fits = tables()
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    tasks = {"uhvi": (lambda: uhvi(front, candidates), 3), "fit_100": (lambda: fit(*fits[100]), 1), "fit_300": (lambda: fit(*fits[300]), 1)}
    tasks = {t: w for t, w in tasks.items() if t in sys.argv[2:] or len(sys.argv) < 3}
    ours, theirs = {t: [] for t in tasks}, {t: [] for t in tasks}
    with tempfile.TemporaryDirectory() as folder:
        np.savetxt(f"{folder}/front.csv", front, delimiter=",", fmt="%.17g")
        np.savetxt(f"{folder}/candidates.csv", candidates, delimiter=",", fmt="%.17g")
        for n, (x, y) in fits.items():
            np.savetxt(f"{folder}/fit_{n}.csv", np.column_stack([x, y]), delimiter=",", fmt="%.17g")
        for t, (work, _) in tasks.items():
            work()
        for _ in range(rounds):
            out = subprocess.run(["dotnet", str(BENCH), "optimiser", folder, *tasks], check=True, capture_output=True, text=True, env={**os.environ, "DOTNET_PROCESSOR_COUNT": "1"}).stdout
            for line in out.splitlines():
                t, ms, value = line.split()
                ours[t].append((float(ms), float(value)))
            for t, (work, repeats) in tasks.items():
                theirs[t].append(timed(work, repeats))
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.processor())
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    print(f"{cpu}, one core each, load {os.getloadavg()[0]:.1f}; .NET {subprocess.run(['dotnet', '--version'], capture_output=True, text=True).stdout.strip()}, "
          f"numpy {np.__version__}, scipy {scipy.__version__}, BLAS {blas()}; commit {commit}; {rounds} rounds in turns, CPU time\n")
    print("| task | IpActors, ms (lowest to highest) | numpy/scipy, ms (lowest to highest) | theirs / ours, median of pairs | value ours | value theirs |\n|---|---|---|---|---|---|")
    for t in tasks:
        a, b = [m for m, _ in ours[t]], [m for m, _ in theirs[t]]
        print(f"| {t} | {np.median(a):.4g} ({min(a):.4g} to {max(a):.4g}) | {np.median(b):.4g} ({min(b):.4g} to {max(b):.4g}) | {np.median(np.array(b) / np.array(a)):.2f} | {ours[t][0][1]:.10g} | {theirs[t][0][1]:.10g} |")


if __name__ == "__main__":
    main()
