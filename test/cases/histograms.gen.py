#!/usr/bin/env python3
"""
Golden values of histogram and jointHistogram by NumPy, written to histograms.json beside this file: python3 test/cases/histograms.gen.py
(NumPy 2.4; rules as of 2.3). Samples are bytes, little-endian, in base64.
"""
import base64
import json
from pathlib import Path

import numpy as np

rng = np.random.default_rng(20261122)
TINY = 5e-324


kept = []


def packed(samples):
    """The place of samples in the list of all."""
    one = {"dtype": str(samples.dtype), "bytes": base64.b64encode(samples.tobytes()).decode()}
    if one not in kept:
        kept.append(one)
    return kept.index(one)


def one(name, samples, **options):
    asked = {key: value for key, value in options.items()}
    bins = asked.get("edges", asked.get("bins", 10))
    counts, edges = np.histogram(samples, bins=bins, range=asked.get("range"))
    return {"name": name, "samples": packed(samples), "options": {key: list(map(float, value)) if key != "bins" else value for key, value in asked.items()}, "counts": counts.tolist(), "edges": [float(edge) for edge in edges]}


def joint(name, columns, **options):
    bins = options.get("edges", options.get("bins", 10))
    counts, edges = np.histogramdd(columns, bins=bins, range=options.get("range"))
    listed = {key: value if key == "bins" else [list(map(float, entry)) for entry in value] for key, value in options.items()}
    return {"name": name, "columns": [packed(column) for column in columns], "options": listed, "shape": list(counts.shape), "counts": [int(count) for count in counts.ravel()], "edges": [[float(edge) for edge in axis] for axis in edges]}


normal = rng.standard_normal(600)
single = normal.astype(np.float32)
skewed = rng.gamma(1.3, 2.0, 500)
grid = np.arange(-20, 21) / 10

cases = [
    one("doubles in ten bins", normal),
    one("singles in ten bins", single),
    one("singles in 37 bins of a range", single, bins=37, range=(-1.7, 2.3)),
    one("doubles in 100 bins of a range that most are out of", normal, bins=100, range=(0.3, 0.4)),
    one("negative range", normal - 50, bins=23, range=(-51, -49.5)),
    one("constant doubles", np.full(17, 3.25), bins=4),
    one("constant large singles", np.full(9, 2.0**20, np.float32), bins=3),
    one("one bin", normal, bins=1),
    one("one bin of a range", normal, bins=1, range=(-0.5, 0.5)),
    one("no samples", np.zeros(0), bins=5),
    one("tenths, many of them on edges", np.concatenate([grid, grid]), bins=40, range=(-2, 2)),
    one("singles of tenths, many of them on edges", grid.astype(np.float32), bins=40, range=(-2, 2)),
    one("multiples of 0.1 in bins of 0.1", np.arange(0, 100) * 0.1, bins=99, range=(0, 9.9)),
    one("thirds", np.arange(0, 91) / 3, bins=30, range=(0, 10)),
    one("all edges of a thousand bins and their neighbours", (lambda e: np.concatenate([e, np.nextafter(e, -9), np.nextafter(e, 9)]))(np.linspace(-1.3, 2.9, 1001)), bins=1000, range=(-1.3, 2.9)),
    one("all edges of 777 bins of singles and their neighbours", (lambda e: np.concatenate([e, np.nextafter(e, np.float32(-9)), np.nextafter(e, np.float32(9))]))(np.linspace(-1.3, 2.9, 778).astype(np.float32)), bins=777, range=(-1.3, 2.9)),
    one("subnormal doubles", np.arange(0, 400) * TINY, bins=50, range=(0, 399 * TINY)),
    one("subnormal singles", (np.arange(0, 400) * 2.0**-149).astype(np.float32), bins=50, range=(0, float(399 * 2.0**-149))),
    one("subnormal singles, their own range", (np.arange(3, 300) * 2.0**-149).astype(np.float32), bins=33),
    one("zeros of both signs", np.array([0.0, -0.0, 1, -1, -0.0]), bins=2, range=(-1, 1)),
    one("zeros of both signs, singles", np.array([0.0, -0.0, 1, -1, -0.0], np.float32), edges=(-1, -0.0, 1)),
    one("next to each other", np.nextafter(1, 2) ** np.arange(8), bins=3),
    one("singles far from 0", (16777216 + rng.integers(0, 64, 200) * 2).astype(np.float32), bins=16),
    one("singles in edges that are none", single, edges=(-2.1, -0.3, 0.1, 0.7, 1.9)),
    one("singles on edges that they round to", np.array([0.1, 0.2, 0.3, 0.7], np.float32), edges=(0.1, 0.2, 0.3, 0.7, 0.9)),
    one("edges that repeat", np.array([0, 1, 1, 2, 2, 3.0]), edges=(0, 1, 1, 2, 2)),
    one("uneven edges in doubles", skewed, edges=(0, 0.1, 0.2, 0.5, 1, 2, 5, 10)),
    one("bytes in 256 bins", rng.integers(0, 256, 3000).astype(np.uint8), bins=256, range=(0, 256)),
    one("bytes in ten bins", rng.integers(3, 250, 700).astype(np.uint8)),
    one("signed bytes", rng.integers(-128, 128, 700).astype(np.int8), bins=7),
    one("signed bytes beyond their range", rng.integers(-128, 128, 300).astype(np.int8), edges=(-1000, -128, -0.5, 0.5, 127, 1000)),
    one("16-bit integers", rng.integers(-32768, 32768, 900).astype(np.int16), bins=100, range=(-5000, 5000)),
    one("unsigned 16-bit integers", rng.integers(0, 65536, 900).astype(np.uint16), bins=13),
    one("32-bit integers", rng.integers(-(2**31), 2**31, 900).astype(np.int32), bins=64),
    one("unsigned 32-bit integers", rng.integers(0, 2**32, 900).astype(np.uint32), bins=64, range=(0, 2.0**32)),
    one("unsigned 32-bit integers with an edge beyond", rng.integers(2**32 - 50, 2**32, 90).astype(np.uint32), edges=(2.0**32 - 40, 2.0**32 - 20, 2.0**32 + 5, 2.0**32 + 9)),
    one("a range between integers", rng.integers(0, 9, 90).astype(np.uint8), bins=2, range=(2.2, 2.8)),
    one("64-bit integers", rng.integers(-(2**40), 2**40, 500), bins=21),
    one("with NaN and infinities in a range", np.array([np.nan, np.inf, -np.inf, 0.5, 0.25, np.nan]), bins=2, range=(0, 1)),
    one("singles with NaN and infinities in a range", np.array([np.nan, np.inf, -np.inf, 0.5, 0.25, np.nan], np.float32), bins=2, range=(0, 1)),
] + [
    one(f"{what} by {rule}", samples, bins=rule)
    for rule in ("auto", "fd", "scott", "doane", "sturges", "rice", "sqrt")
    for what, samples in (("normals", normal), ("singles", single), ("a skewed sample", skewed), ("small integers", rng.integers(0, 12, 400).astype(np.int32)), ("one value", np.full(5, 2.0)))
] + [one(f"normals within a range by {rule}", normal, bins=rule, range=(-1, 3)) for rule in ("auto", "fd", "doane", "sqrt")]

y = 0.6 * normal + 0.8 * rng.standard_normal(600)
z = rng.standard_normal(600)
joints = [
    joint("two of doubles", (normal, y)),
    joint("two of singles", (single, y.astype(np.float32)), bins=[7, 9]),
    joint("two, a range each", (normal, y), bins=[5, 6], range=[(-1, 1), (-0.5, 2)]),
    joint("two of singles, a range each", (single, y.astype(np.float32)), bins=[5, 6], range=[(-1, 1), (-0.5, 2)]),
    joint("two, by edges", (normal, y), edges=[(-1, 0, 0.3, 2), (-3, -1, 1, 3)]),
    joint("three", (normal, y, z), bins=[4, 5, 6], range=[(-2, 2), (-2, 2), (-2, 2)]),
    joint("three of singles and bytes", (single, rng.integers(0, 4, 600).astype(np.uint8), z.astype(np.float32)), bins=[4, 4, 3], range=[(-2, 2), (0, 4), (-2, 2)]),
]

Path(__file__).with_name("histograms.json").write_text(json.dumps({"title": "histograms by NumPy " + np.__version__, "samples": kept, "cases": cases, "joints": joints}) + "\n")
