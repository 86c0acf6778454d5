#!/usr/bin/env python3
"""
Golden values of estimateEntropy and estimateMutualInformation by mpmath at 40 digits, written to estimates.json beside this file: python3 test/cases/estimates.gen.py
(mpmath 1.3, a second). Formulas from Miller (1955), Chao and Shen (2003), Hausser and Strimmer (2009) and Grassberger (2003, G as there: by digamma functions).
"""
import json
import random
from pathlib import Path

from mpmath import mp, mpf, log, psi

mp.dps = 40
rng = random.Random(20261122)


def entropy(p):
    return -sum(x * log(x) for x in p if x > 0)


def shrunk(c):
    n = sum(c)
    p, even = [mpf(x) / n for x in c], mpf(1) / len(c)
    spread = (n - 1) * sum((even - x) ** 2 for x in p)
    share = mpf(1) if spread == 0 else min(mpf(1), (1 - sum(x * x for x in p)) / spread)
    return [share * even + (1 - share) * x for x in p]


def chao_shen(c):
    n, single = sum(c), sum(x == 1 for x in c)
    coverage = 1 - mpf(n - 1 if single == n else single) / n
    return -sum(coverage * x / n * log(coverage * x / n) / (1 - (1 - coverage * x / n) ** n) for x in c if x)


def g(n):
    return psi(0, n) + (-1) ** n * (psi(0, mpf(n + 1) / 2) - psi(0, mpf(n) / 2)) / 2


ESTIMATORS = {
    "plug-in": lambda c: entropy([mpf(x) / sum(c) for x in c]),
    "miller-madow": lambda c: entropy([mpf(x) / sum(c) for x in c]) + mpf(sum(x > 0 for x in c) - 1) / (2 * sum(c)),
    "chao-shen": chao_shen,
    "shrinkage": lambda c: entropy(shrunk(c)),
    "grassberger": lambda c: log(sum(c)) - sum(x * g(x) for x in c if x) / sum(c),
}

counts = [[4, 2, 3, 0, 2, 4, 0, 0, 2, 1, 1], [1, 1, 1, 1], [1000, 0, 0], [123456, 7, 1, 0, 99999, 35], [5, 5, 5, 5], [2, 1], [rng.randrange(0, 9) for _ in range(60)], [int(10 ** (8 * rng.random())) for _ in range(25)]]
joints = [[[12, 3, 0], [2, 9, 4]], [[1, 0], [0, 1]], [[rng.randrange(0, 6) for _ in range(7)] for _ in range(5)], [[3000, 1], [2, 5000]]]


def mutual(joint, name):
    cells = [x for row in joint for x in row]
    columns = len(joint[0])
    if name == "shrinkage":
        cells = shrunk(cells)
    x = [sum(cells[i * columns:(i + 1) * columns]) for i in range(len(joint))]
    y = [sum(cells[j::columns]) for j in range(columns)]
    of = entropy if name == "shrinkage" else ESTIMATORS[name]
    return of(x) + of(y) - of(cells)


Path(__file__).with_name("estimates.json").write_text(json.dumps({
    "title": "estimates from counts, in nats",
    "entropies": [{"counts": c, "estimates": {name: float(of(c)) for name, of in ESTIMATORS.items()}} for c in counts],
    "mutualInformation": [{"counts": j, "estimates": {name: float(mutual(j, name)) for name in ESTIMATORS}} for j in joints],
}) + "\n")
