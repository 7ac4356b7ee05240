#!/usr/bin/python3
"""The optimiser's costly steps beside numpy and scipy, pagmo and plain C++, on the same tables, in turns, in CPU time on one core:

    dotnet build bench/IpActors.Bench -c Release && taskset -c 0 /usr/bin/python3 tests/compare/optimiser_bench.py [ROUNDS [TASK...]]

peak: fused multiply-adds in registers, 10^9 floating-point operations a second: what the core can do.
uhvi: hypervolume improvement of 10,000 candidates over a front of 100 points in three objectives: the same disjoint boxes (2 n + 1), here as numpy arrays of candidates by boxes.
boxes, anew: the same by bench/cpp/boxes.cpp (g++ -O3 -march=native -ffast-math), and by pagmo with each volume computed anew (bench/cpp/anew.cpp; needs libpagmo-dev, its flags in PAGMO_FLAGS).
evaluation_n: one likelihood with its gradient; fit_n: six-term Gaussian process (groups of 30, 30, 30 and their pairs), likelihood maximised from 5 starts: here scipy's L-BFGS-B with analytic
gradients from LAPACK, within the same bounds. predict_n: mu and sigma of 10,000 candidates.
pool_n (not by default; ours only, without taskset): 700,000 candidates, three objectives, mu + sigma and improvement, wall time on all cores; memory_n in MB.
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
from scipy.linalg import cho_factor, cho_solve, cholesky, lapack, solve_triangular
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
    return front, candidates, fits, rng.normal(size=(10000, 90))


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


def surface(x, y):
    """The negative likelihood with its gradient, and the median distance of each group."""
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

    return cost, median


THETA = np.array([-1 if i in (0, 2, 4, 6, 9, 12) else -3 if i == 15 else 2.0 for i in range(16)])


def fit(x, y):
    cost, median = surface(x, y)
    bounds, expected = [], []
    for term in TERMS:
        bounds.append((1e-6, 100)); expected.append((1e-3, 10))
        for g in term:
            bounds.append((0.02 * median[g], 50 * median[g])); expected.append((0.5 * median[g], 5 * median[g]))
    bounds.append((1e-8, 10)); expected.append((1e-4, 1))
    bounds, expected = np.log(bounds), np.log(expected)
    starts = np.random.default_rng(1)
    found = [minimize(cost, expected[:, 0] + (expected[:, 1] - expected[:, 0]) * starts.random(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds) for _ in range(5)]
    return -min(f.fun for f in found)


def predict(x, y, pool):
    y = (y - y.mean()) / y.std()

    def covariance(a, b):
        d = []
        for g in range(3):
            p, q = a[:, 30 * g:30 * g + 30], b[:, 30 * g:30 * g + 30]
            d.append(np.maximum((p ** 2).sum(1)[:, None] + (q ** 2).sum(1) - 2 * p @ q.T, 0))
        k, p = np.zeros((len(a), len(b))), 0
        for term in TERMS:
            ls = np.exp(THETA[p + 1:p + 1 + len(term)])
            e = -0.5 / ls[0] ** 2 * d[term[0]]
            for g, l in zip(term[1:], ls[1:]):
                e -= 0.5 / l ** 2 * d[g]
            np.exp(e, out=e)
            e *= np.exp(THETA[p])
            k += e
            p += 1 + len(term)
        return k

    k = covariance(x, x)
    k[np.diag_indices(len(x))] += np.exp(THETA[-1])
    l = cholesky(k, lower=True, overwrite_a=True, check_finite=False)
    a = cho_solve((l, True), y)
    mu, sigma = np.empty(len(pool)), np.empty(len(pool))
    prior = np.exp(THETA[[0, 2, 4, 6, 9, 12]]).sum()
    for i in range(0, len(pool), 1000):
        ks = covariance(x, pool[i:i + 1000])
        mu[i:i + 1000] = a @ ks
        v = solve_triangular(l, ks, lower=True, overwrite_b=True, check_finite=False)
        sigma[i:i + 1000] = np.sqrt(np.maximum(prior - np.einsum("ij,ij->j", v, v), 0))
    return mu.sum() + sigma.sum()


def compiled(folder, name, flags):
    """A function that runs bench/cpp/NAME.cpp; None where it does not compile."""
    made = subprocess.run(["g++", "-std=c++17", "-O3", "-march=native", f"{ROOT}/bench/cpp/{name}.cpp", "-o", f"{folder}/{name}", *flags], capture_output=True, text=True)
    if made.returncode:
        print(f"{name}.cpp is left out: {made.stderr.strip().splitlines()[0]}", file=sys.stderr)
        return None
    return lambda: tuple(map(float, subprocess.run([f"{folder}/{name}", f"{folder}/front.csv", f"{folder}/candidates.csv", "100"], check=True, capture_output=True, text=True).stdout.split()))


def timed(work, repeats=1):
    start = time.process_time()
    for _ in range(repeats):
        value = work()
    return 1e3 * (time.process_time() - start) / repeats, value


def blas():
    """The BLAS library that this process has really loaded."""
    return ", ".join(sorted({os.path.basename(os.path.realpath(l.split()[-1])) for l in open("/proc/self/maps") if "blas" in l or "mkl" in l})) or "unknown"


def main():
    front, candidates, fits, pool = tables()
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    costs = {n: surface(*fits[n])[0] for n in fits}
    peers = {"uhvi": lambda: timed(lambda: uhvi(front, candidates), 3)}
    for n in fits:
        peers[f"evaluation_{n}"] = lambda n=n: timed(lambda: -costs[n](THETA)[0], 10)
        peers[f"fit_{n}"] = lambda n=n: timed(lambda: fit(*fits[n]))
        peers[f"predict_{n}"] = lambda n=n: timed(lambda: predict(*fits[n], pool))
    ours, theirs = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        np.savetxt(f"{folder}/front.csv", front, delimiter=",", fmt="%.17g")
        np.savetxt(f"{folder}/candidates.csv", candidates, delimiter=",", fmt="%.17g")
        pool.tofile(f"{folder}/pool.f64")
        for n, (x, y) in fits.items():
            np.savetxt(f"{folder}/fit_{n}.csv", np.column_stack([x, y]), delimiter=",", fmt="%.17g")
        peers["boxes"] = compiled(folder, "boxes", ["-ffast-math"])
        peers["anew"] = compiled(folder, "anew", os.environ.get("PAGMO_FLAGS", "-lpagmo -lboost_serialization -ltbb").split())
        peers = {t: w for t, w in peers.items() if w and (t in sys.argv[2:] or len(sys.argv) < 3)}
        own = ["peak", *(t for t in ("uhvi", *(f"{t}_{n}" for n in fits for t in ("evaluation", "fit", "predict"))) if t in peers), *(t for t in sys.argv[2:] if t.startswith("pool_"))]
        if "uhvi" not in own and {"boxes", "anew"} & peers.keys():
            own.append("uhvi")
        cores = {} if any(t.startswith("pool_") for t in own) else {"DOTNET_PROCESSOR_COUNT": "1"}
        for t in peers:
            if not t.startswith("fit"):
                peers[t]()
        for _ in range(rounds):
            out = subprocess.run(["dotnet", str(BENCH), "optimiser", folder, *own], check=True, capture_output=True, text=True, env={**os.environ, **cores}).stdout
            for line in out.splitlines():
                t, ms, value = line.split()
                ours.setdefault(t, []).append((float(ms), float(value)))
            for t, work in peers.items():
                theirs.setdefault(t, []).append(work())
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.processor())
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    peak = np.array([v for _, v in ours.pop("peak")])
    print(f"{cpu}, one core each, load {os.getloadavg()[0]:.1f}; .NET {subprocess.run(['dotnet', '--version'], capture_output=True, text=True).stdout.strip()}, "
          f"numpy {np.__version__}, scipy {scipy.__version__}, BLAS {blas()}; commit {commit}; {rounds} rounds in turns, CPU time\n"
          f"peak of the core: {np.median(peak):.1f} ({peak.min():.1f} to {peak.max():.1f}) GFlop/s\n")
    print("| task | IpActors, ms (lowest to highest) | theirs, ms (lowest to highest) | theirs / ours, median of pairs | value ours | value theirs |\n|---|---|---|---|---|---|")
    for t in [*peers, *(t for t in ours if t not in peers)]:
        mine = ours["uhvi" if t in ("boxes", "anew") else t]
        a = np.array([m for m, _ in mine])
        cell = f"| {t} | {np.median(a):.4g} ({a.min():.4g} to {a.max():.4g}) |"
        if t not in theirs:
            print(f"{cell} | | {mine[0][1]:.10g} | |")
            continue
        b = np.array([m for m, _ in theirs[t]])
        print(f"{cell} {np.median(b):.4g} ({b.min():.4g} to {b.max():.4g}) | {np.median(b / a):.2f} | {mine[0][1]:.10g} | {theirs[t][0][1]:.10g} |")


if __name__ == "__main__":
    main()
