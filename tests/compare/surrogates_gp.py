"""Reference values for the Gaussian-process surrogates, from numpy, scipy and scikit-learn.

Run: /usr/bin/python3 tests/compare/surrogates_gp.py
Writes tests/IpActors.Science.Tests/Surrogates/Fixtures/gaussian_process.json.
The kernel is written out here with dense matrices and numpy's general inverse; nothing is shared with the C# code.
"""
import json
import os

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "IpActors.Science.Tests", "Surrogates", "Fixtures", "gaussian_process.json")
TERMS = [[1], [2], [3], [1, 2], [1, 3], [2, 3]]


def kernel(xa, xb, widths, terms):
    at = np.concatenate([[0], np.cumsum(widths)])
    total = np.zeros((len(xa), len(xb)))
    for t in terms:
        k = np.full((len(xa), len(xb)), t["variance"])
        for g, l in zip(t["groups"], t["length_scales"]):
            a, b = xa[:, at[g - 1]:at[g]], xb[:, at[g - 1]:at[g]]
            d2 = ((a[:, None, :] - b[None, :, :]) ** 2).sum(-1)
            k = k * np.exp(-d2 / (2 * l * l))
        total += k
    return total


def evaluate(h, widths, x, y, xs, extra):
    k = kernel(x, x, widths, h["terms"]) + np.diag(h["noise_variance"] + extra)
    r = y - h["mean"]
    inv = np.linalg.inv(k)
    alpha = np.linalg.solve(k, r)
    lml = -0.5 * r @ alpha - 0.5 * np.linalg.slogdet(k)[1] - 0.5 * len(y) * np.log(2 * np.pi)
    ks = kernel(xs, x, widths, h["terms"])
    mu = h["mean"] + ks @ alpha
    var = sum(t["variance"] for t in h["terms"]) - np.einsum("ij,ij->i", ks, np.linalg.solve(k, ks.T).T)
    loo = dict(mu=[], sigma=[], log=[])
    for i in range(len(y)):  # brute force: leave the point out and predict it
        keep = np.arange(len(y)) != i
        ki = k[np.ix_(keep, keep)]
        kv = k[i, keep]
        m = h["mean"] + kv @ np.linalg.solve(ki, r[keep])
        s2 = k[i, i] - kv @ np.linalg.solve(ki, kv)
        loo["mu"].append(m)
        loo["sigma"].append(np.sqrt(s2))
        loo["log"].append(-0.5 * np.log(2 * np.pi * s2) - (y[i] - m) ** 2 / (2 * s2))
    return dict(lml=lml, mu=mu.tolist(), sigma=np.sqrt(var).tolist(), loo_mu=loo["mu"], loo_sigma=loo["sigma"], loo_log=loo["log"])


def best_likelihood(widths, x, y, starts, seed):
    """Best log marginal likelihood of standardised y scipy finds inside the bounds of FitRange, mean profiled out; numerical gradients."""
    z = (y - y.mean()) / y.std()
    at = np.concatenate([[0], np.cumsum(widths)])
    d2 = [((x[:, None, at[g]:at[g + 1]] - x[None, :, at[g]:at[g + 1]]) ** 2).sum(-1) for g in range(len(widths))]
    n = len(y)
    med = []
    for d in d2:
        v = np.sort(d[np.tril_indices(n, -1)])
        v = v[v > 0]
        med.append(np.sqrt(v[len(v) // 2]))
    terms = [t for t in TERMS if max(t) <= len(widths)]
    bounds = []
    for t in terms:
        bounds.append((np.log(1e-6), np.log(100)))
        bounds += [(np.log(0.02 * med[g - 1]), np.log(50 * med[g - 1])) for g in t]
    bounds.append((np.log(1e-8), np.log(10)))

    def cost(theta):
        p, k = 0, np.zeros((n, n))
        for t in terms:
            e = np.zeros((n, n))
            for q, g in enumerate(t):
                e += d2[g - 1] / (2 * np.exp(2 * theta[p + 1 + q]))
            k += np.exp(theta[p] - e)
            p += 1 + len(t)
        k += np.exp(theta[p]) * np.eye(n)
        try:
            c = np.linalg.cholesky(k)
        except np.linalg.LinAlgError:
            return 1e10
        a1 = scipy.linalg.cho_solve((c, True), np.ones(n))
        az = scipy.linalg.cho_solve((c, True), z)
        m = az.sum() / a1.sum()
        return 0.5 * (z - m) @ (az - m * a1) + np.log(np.diag(c)).sum() + 0.5 * n * np.log(2 * np.pi)

    rng = np.random.default_rng(seed)
    best = np.inf
    for s in range(starts):
        x0 = np.array([rng.uniform(max(a, -7), min(b, 3)) for a, b in bounds])
        x0[-1] = rng.uniform(np.log(1e-4), 0)
        r = minimize(cost, x0, method="L-BFGS-B", bounds=bounds, options=dict(maxiter=500, maxfun=20000))
        best = min(best, r.fun)
    return -best


def main():
    rng = np.random.default_rng(20240501)
    widths = [2, 3, 4]
    x, xs = rng.normal(size=(24, 9)), rng.normal(size=(7, 9))
    y = 3 + np.sin(x[:, 0]) + x[:, 2] * x[:, 5] + 0.1 * rng.normal(size=24)
    extra = np.where(np.arange(24) % 5 == 0, 0.5, 0.0)
    h = dict(mean=2.7, noise_variance=0.02, terms=[
        dict(groups=[1], variance=0.9, length_scales=[1.1]), dict(groups=[2], variance=0.5, length_scales=[1.7]),
        dict(groups=[3], variance=0.3, length_scales=[2.3]), dict(groups=[1, 2], variance=0.7, length_scales=[0.9, 2.1]),
        dict(groups=[1, 3], variance=0.2, length_scales=[3.1, 1.3]), dict(groups=[2, 3], variance=1.1, length_scales=[2.9, 1.9])])
    three = dict(widths=widths, x=x.tolist(), y=y.tolist(), test=xs.tolist(), extra=extra.tolist(), hyperparameters=h, expected=evaluate(h, widths, x, y, xs, extra))

    x1, xs1 = rng.uniform(-3, 3, size=(30, 2)), rng.uniform(-3, 3, size=(9, 2))
    y1 = np.sin(x1[:, 0]) * np.cos(x1[:, 1]) + 0.05 * rng.normal(size=30)
    gpr = GaussianProcessRegressor(ConstantKernel(1.3) * RBF(1.4) + WhiteKernel(0.01), optimizer=None, alpha=0).fit(x1, y1)
    smooth = GaussianProcessRegressor(ConstantKernel(1.3) * RBF(1.4), optimizer=None, alpha=0.01).fit(x1, y1)
    mu1, sd1 = smooth.predict(xs1, return_std=True)  # alpha instead of WhiteKernel: sigma of f without noise
    fitted = GaussianProcessRegressor(ConstantKernel(1.0, (1e-6, 1e2)) * RBF(1.0, (0.02, 150)) + WhiteKernel(0.1, (1e-8, 10)), alpha=0, n_restarts_optimizer=10, random_state=0)
    z1 = (y1 - y1.mean()) / y1.std()
    fitted.fit(x1, z1)
    one = dict(widths=[2], x=x1.tolist(), y=y1.tolist(), test=xs1.tolist(),
               hyperparameters=dict(mean=0.0, noise_variance=0.01, terms=[dict(groups=[1], variance=1.3, length_scales=[1.4])]),
               expected=dict(lml=gpr.log_marginal_likelihood_value_, mu=mu1.tolist(), sigma=sd1.tolist(), fitted_lml_standardised=fitted.log_marginal_likelihood_value_))

    xf = rng.normal(size=(40, 6))
    yf = np.sin(2 * xf[:, 0]) + xf[:, 2] * xf[:, 4] + 0.5 * xf[:, 3] + 0.1 * rng.normal(size=40)
    fit = dict(widths=[2, 2, 2], x=xf.tolist(), y=yf.tolist(), best_lml_standardised=best_likelihood([2, 2, 2], xf, yf, 12, 7))

    doc = dict(source="tests/compare/surrogates_gp.py", versions=dict(numpy=np.__version__, scipy=scipy.__version__, sklearn=sklearn.__version__),
               three_groups=three, one_group_sklearn=one, fit_scipy=fit)
    with open(OUT, "w") as f:
        json.dump(doc, f)
        f.write("\n")
    print(one["expected"]["lml"], one["expected"]["fitted_lml_standardised"], fit["best_lml_standardised"], three["expected"]["lml"])


main()
