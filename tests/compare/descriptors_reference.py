"""Reference values for descriptors: Voronoi cells (voro++ and scipy/Qhull), features (numpy), kernel PCA (scikit-learn).

Run: /usr/bin/python3 tests/compare/descriptors_reference.py   (needs the voro++ program, Debian package voro++)
Writes tests/IpActors.Science.Tests/Descriptors/Fixtures/descriptors.json. Nothing is shared with the C# code.
"""
import json
import os
import subprocess
import tempfile

import numpy as np
import scipy
import sklearn
from pymatgen.core import Element
from scipy.spatial import ConvexHull, Voronoi
from sklearn.decomposition import KernelPCA

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "IpActors.Science.Tests", "Descriptors", "Fixtures", "descriptors.json")
ELEMENTS = ["Li", "O", "S", "Se", "Te", "F", "Cl", "Br", "I"]
COVALENT = {}
with open(os.path.join(HERE, "..", "..", "data", "elements.csv")) as f:
    head = f.readline().strip().split(",")
    for line in f:
        c = line.strip().split(",")
        if c[head.index("symbol")] in ELEMENTS:
            COVALENT[c[head.index("symbol")]] = float(c[head.index("covalent_radius_A")])


def images(cell, frac, reach):
    t = np.array([[a, b, c] for a in range(-reach, reach + 1) for b in range(-reach, reach + 1) for c in range(-reach, reach + 1)])
    t = t[np.argsort(np.abs(t).sum(1), kind="stable")]  # the home cell first
    points = ((frac[None, :, :] + t[:, None, :]).reshape(-1, 3)) @ cell
    return points, np.tile(np.arange(len(frac)), len(t))


def polygon_area(p):
    c = p - p.mean(0)
    if len(p) < 3:
        return 0.0
    u, s, vt = np.linalg.svd(c)
    q = c @ vt[:2].T
    q = q[np.argsort(np.arctan2(q[:, 1], q[:, 0]))]
    x, y = q[:, 0], q[:, 1]
    return 0.5 * abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))


def qhull_cells(cell, frac, reach=2):
    points, owner = images(cell, frac, reach)
    v = Voronoi(points)
    cells = []
    for i in range(len(frac)):
        faces = []
        for (p, q), ridge in zip(v.ridge_points, v.ridge_vertices):
            if i in (p, q):
                other = q if p == i else p
                assert -1 not in ridge
                faces.append([int(owner[other]), float(np.linalg.norm(points[other] - points[i])), float(polygon_area(v.vertices[ridge]))])
        volume = ConvexHull(v.vertices[v.regions[v.point_region[i]]]).volume
        cells.append(dict(volume=float(volume), faces=[f for f in sorted(faces) if f[2] > 1e-9]))
    return cells


def voropp_cells(edges, frac):
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "p")
        with open(path, "w") as f:
            for i, r in enumerate(frac * edges):
                f.write("%d %.17g %.17g %.17g\n" % (i, *r))
        subprocess.run(["voro++", "-p", "-o", "-c", "%i|%v|%F|%n|%f", "0", repr(edges[0]), "0", repr(edges[1]), "0", repr(edges[2]), path], check=True, capture_output=True)
        cells = []
        for line in open(path + ".vol"):
            i, v, a, n, f = line.strip().split("|")
            shares = {}
            for j, x in zip(n.split(), f.split()):
                shares[j] = shares.get(j, 0) + float(x)
            cells.append(dict(id=int(i), volume=float(v), area=float(a), area_by_neighbour=shares))
        return [{k: v for k, v in c.items() if k != "id"} for c in sorted(cells, key=lambda c: c["id"])]


def features(cell, frac, species, cells):
    n = len(species)
    chi = {e: Element(e).X for e in ELEMENTS}
    present = sorted(set(species))
    x = {e: species.count(e) / n for e in present}
    rows, shares = [], np.zeros((n, len(ELEMENTS)))
    for i, c in enumerate(cells):
        a = np.array([f[2] for f in c["faces"]])
        d = np.array([f[1] for f in c["faces"]])
        other = [species[f[0]] for f in c["faces"]]
        w = a / a.sum()
        length = (w * d).sum()
        for wf, o in zip(w, other):
            shares[i, ELEMENTS.index(o)] += wf
        order = np.mean([abs(1 - shares[i, ELEMENTS.index(t)] / x[t]) for t in present])
        rows.append([c["volume"], a.sum(), 36 * np.pi * c["volume"] ** 2 / a.sum() ** 3, 1 / (w ** 2).sum(), length, (w * np.abs(d - length)).sum() / length,
                     sum(wf * abs(chi[o] - chi[species[i]]) for wf, o in zip(w, other)), sum(wf * abs(COVALENT[o] - COVALENT[species[i]]) for wf, o in zip(w, other)), order])
    rows = np.array(rows)
    out = []
    for p in range(9):
        out += [rows[:, p].mean(), rows[:, p].std(), rows[:, p].min(), rows[:, p].max()]
    mask = {e: np.array([s == e for s in species]) for e in ELEMENTS}
    for e in ELEMENTS:
        out += rows[mask[e]].mean(0).tolist() if mask[e].any() else [0.0] * 9
    for e in ELEMENTS:
        out += shares[mask[e]].mean(0).tolist() if mask[e].any() else [0.0] * len(ELEMENTS)
    return [float(v) for v in out]


def radial(cell, frac, species, cutoff=8.0, step=0.5):
    bins = int(cutoff / step)
    reach = int(np.ceil((cutoff + step) * np.linalg.norm(np.linalg.inv(cell), axis=0).max())) + 1
    points, owner = images(cell, frac, reach)
    out = np.zeros((len(ELEMENTS), len(ELEMENTS), bins))
    r_k = step * np.arange(1, bins + 1)
    for i, s in enumerate(species):
        r = np.linalg.norm(points - points[i], axis=1)
        for dist, j in zip(r, owner):
            if 1e-9 < dist < cutoff + step:
                out[ELEMENTS.index(s), ELEMENTS.index(species[j])] += np.maximum(0, 1 - np.abs(dist - r_k) / step) / species.count(s)
    shell = 4 * np.pi * (r_k ** 2 * step + step ** 3 / 12)
    return (out / shell).ravel().tolist()


def electronegativity(species):
    grid = 0.7 + 0.1 * np.arange(34)
    return np.mean([np.maximum(0, 1 - np.abs(Element(s).X - grid) / 0.1) for s in species], axis=0).tolist()


def main():
    rng = np.random.default_rng(11)
    ideal = np.array([[.5, .5, .5], [0, 0, 0], [.5, .5, 0], [.5, 0, .5], [0, .5, .5]])
    cubic = np.array([[(i + f[0]) / 2, (j + f[1]) / 2, (k + f[2]) / 2] for i in range(2) for j in range(2) for k in range(2) for f in ideal])
    names = ["O", "Cl", "Li", "Li", "Li"] * 8
    names[0], names[1], names[6] = "S", "Br", "I"
    strain = np.array([[7.9, 0.2, 0.1], [0.0, 7.7, -0.3], [0.15, 0.0, 8.1]])
    sets = {
        "distorted perovskite, triclinic": (strain, (cubic + 0.012 * rng.normal(size=cubic.shape)) % 1, names),
        "sheared random": (np.array([[6.0, 0, 0], [2.5, 5.5, 0], [-1.0, 2.0, 7.0]]), rng.random((9, 3)), ["Li", "Li", "Li", "Li", "Te", "F", "I", "Li", "Se"]),
    }
    structures = []
    for name, (cell, frac, species) in sets.items():
        cells = qhull_cells(cell, frac)
        assert abs(sum(c["volume"] for c in cells) - abs(np.linalg.det(cell))) < 1e-8
        structures.append(dict(name=name, cell=cell.tolist(), fractional=frac.tolist(), species=species, voronoi=cells, EN=electronegativity(species),
                               VR=features(cell, frac, species, cells), PF=radial(cell, frac, species)))
    edges = np.array([7.0, 8.0, 9.5])
    frac = rng.random((30, 3))
    voropp = dict(edges=edges.tolist(), fractional=frac.tolist(), cells=voropp_cells(edges.tolist(), frac))

    x = rng.normal(size=(420, 7)) * np.array([3, 2, 1, 1, 0.5, 0.3, 0.1])
    x[:, 1] = np.sin(x[:, 0]) + 0.1 * x[:, 1]
    x = np.round(x, 12)
    kpca = []
    for n, k in ((60, 30), (420, 30)):
        zn = (x[:n] - x[:n].mean(0)) / x[:n].std(0)
        dn = ((zn[:, None] - zn[None]) ** 2).sum(-1)[np.tril_indices(n, -1)]
        gamma = 1 / (2 * np.median(dn))
        model = KernelPCA(k, kernel="rbf", gamma=gamma, eigen_solver="dense")
        latent = model.fit_transform(zn)
        kpca.append(dict(rows=n, components=k, width=float(np.sqrt(np.median(dn))), eigenvalues=model.eigenvalues_.tolist(), latent=np.round(latent, 13).tolist()))
    doc = dict(source="tests/compare/descriptors_reference.py",
               versions=dict(numpy=np.__version__, scipy=scipy.__version__, sklearn=sklearn.__version__, voropp="0.4.6"),
               structures=structures, voropp=voropp, kernel_pca=dict(x=x.tolist(), cases=kpca))
    with open(OUT, "w") as f:
        json.dump(doc, f)
        f.write("\n")


main()
