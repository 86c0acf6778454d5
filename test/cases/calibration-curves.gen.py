#!/usr/bin/env python3
"""
Curves of calibration by each convention, written to calibration-curves.json beside this file: python3 test/cases/calibration-curves.gen.py
(NumPy 2.4, a few seconds). Loops over the definition in 80-bit floats, without a prefix sum: of src/calibration/conventions these are the steps, without the
vendors' single precision. Every STEP-th candidate is kept.
"""
import json
from math import ceil, floor
from pathlib import Path

import numpy as np

here = Path(__file__).parent
rng = np.random.default_rng(20261122)
L = np.longdouble
EPS = L(1e-4)
STEP = 37


def entropy(p, q):
    p, q = p / p.sum(), q / q.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.where(p > 0, p * np.log(p / q), 0).sum())


def nvidia(counts, levels, i):
    own = counts.copy()
    own[0] = own[1]
    p = own[:i].astype(L)
    p[-1] += own[i:].sum()
    group = np.digitize(np.arange(i), np.linspace(0, i, levels + 1)) - 1
    q = np.zeros(i, L)
    for g in range(levels):
        inside = (group == g) & (own[:i] > 0)
        if inside.any():
            q[inside] = L(int(own[:i][group == g].sum())) / int(inside.sum())
    return entropy(p, q)


def smooth(values):
    zeros = int((values == 0).sum())
    filled = values.size - zeros
    if not filled or EPS * zeros / filled >= 1:
        return None
    return np.where(values == 0, EPS, values - EPS * zeros / filled)


def smoothed_entropy(p, q):
    p, q = smooth(p), smooth(q)
    return float("inf") if p is None or q is None else entropy(p, q)


def onnxruntime(counts, levels, i):
    n = counts.size
    start, end = n // 2 - i, min(n // 2 + i + 1, n)
    sliced = counts[start:end]
    p = sliced.copy()
    p[0] += counts[:start].sum()
    p[-1] += counts[end:].sum()
    width = sliced.size // levels
    q = np.zeros(p.size, L)
    for g in range(levels):
        part = slice(g * width, (g + 1) * width)
        total = sliced[part].sum() + (sliced[levels * width:].sum() if g == levels - 1 else 0)
        norm = (p[part] != 0).sum()
        if norm:
            q[part] = int(total / norm)
    return smoothed_entropy(p.astype(L), q)


def mxnet(counts, levels, i):
    n = counts.size
    start, stop = n // 2 - i, n // 2 + i + 1
    sliced = counts[start:stop].copy()
    p = sliced.astype(L)
    p[0] += counts[:start].sum()
    p[-1] += counts[stop:].sum()
    sliced[0] = 0
    width = sliced.size // levels
    q = np.zeros(p.size, L)
    for g in range(levels):
        part = slice(g * width, sliced.size if g == levels - 1 else (g + 1) * width)
        norm = int((sliced[part] != 0).sum())
        if norm:
            q[part] = np.where(p[part] != 0, L(int(sliced[part].sum())) / norm, 0)
    return smoothed_entropy(p, q)


def ncnn(counts, levels, kept):
    eps = L(np.float32(1e-4))
    masses = (counts / counts.sum()).astype(np.float32).astype(L)
    p = masses[:kept] + eps
    p[-1] += masses[kept:].sum()
    width = L(kept) / levels
    q = np.full(kept, eps)
    for g in range(levels):
        start, stop = g * width, (g + 1) * width if g < levels - 1 else L(kept)
        overlap = np.array([max(L(0), min(stop, L(k + 1)) - max(start, L(k))) for k in range(floor(start), min(ceil(stop), kept))])
        part = slice(floor(start), min(ceil(stop), kept))
        q[part] += overlap * ((overlap * masses[part]).sum() / width)
    return float((p * np.log(p / q)).sum())


def kullback(counts, levels, kept):
    n = counts.size
    places = [L(0)] + [(L(2 * j + 1) / 2) / (levels - 1) * kept for j in range(levels - 1)] + [L(n)]
    total = L(int(counts.sum()))
    result = L(0)
    for start, stop in zip(places, places[1:]):
        part = range(floor(start), min(ceil(stop), n))
        overlap = np.array([max(L(0), min(stop, L(k + 1)) - max(start, L(k))) for k in part])
        own = counts[part.start:part.stop].astype(L)
        mass = (overlap * own).sum()
        inside = (own > 0) & (overlap > 0)
        result += (overlap[inside] * own[inside] * np.log(own[inside] * (stop - start) / mass)).sum()
    return float(result / total)


def positive(kind, n):
    k = np.arange(n)
    if kind == "sparse":
        return np.where(rng.random(n) < 0.35, rng.poisson(3, n), 0).astype(np.int64) + (k < 40) * 7
    if kind == "spike":
        return np.maximum((4000 * np.exp(-k / (n / 9))).astype(np.int64) + (k == n - 1) * 5000, 0)
    return np.maximum(rng.poisson(300 * np.exp(-((k / (n / 4)) ** 2))), 0).astype(np.int64)


def symmetric(kind, n):
    half = positive(kind, n // 2)
    return np.concatenate([half[::-1], np.array([int(half[0])] if n % 2 else [], np.int64), positive(kind, n // 2)])


published = json.loads((here / "calibration.json").read_text())["sets"]
sets = [{"name": one["name"], "positive": one["positive"], "symmetric": one["symmetric"]} for one in published]
sets += [{"name": kind, "positive": positive(kind, 700).tolist(), "symmetric": symmetric(kind, 901).tolist()} for kind in ("sparse", "spike", "noisy")]

curves = []
for one in sets:
    p, s = np.array(one["positive"], np.int64), np.array(one["symmetric"], np.int64)
    for name, of, counts, levels, first, last in (
        ("nvidia", nvidia, p, 128, 128, p.size),
        ("nvidia", nvidia, p, 256, 128, p.size),
        ("onnxruntime", onnxruntime, s, 128, 64, s.size // 2),
        ("onnxruntime", onnxruntime, s[:-1], 128, 64, s.size // 2),
        ("mxnet", mxnet, s, 255, 127, s.size // 2),
        ("ncnn", ncnn, p, 128, 128, p.size - 1),
        ("kullback", kullback, p, 128, max(p.size // 16, 1), p.size),
        ("kullback", kullback, p, 8, max(p.size // 16, 1), p.size),
    ):
        candidates = list(range(first, last + 1, STEP))
        values = [of(counts, levels, i) for i in candidates]
        curves.append({"set": one["name"], "method": name, "levels": levels, "bins": int(counts.size), "candidates": candidates, "divergences": [str(v) if not np.isfinite(v) else v for v in values]})

own = [one for one in sets if one["name"] not in [p["name"] for p in published]]
(here / "calibration-curves.json").write_text(json.dumps({"title": "curves of calibration", "sets": own, "curves": curves}) + "\n")
