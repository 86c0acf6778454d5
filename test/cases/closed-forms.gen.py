#!/usr/bin/env python3
"""
Golden values of src/distributions by mpmath, written to closed-forms.json beside this file: python3 test/cases/closed-forms.gen.py
(mpmath 1.3, two minutes). Divergences are integrals and sums of the definition E_a[ln a - ln b] at 40 digits, with the densities written down here; only the
multivariate normal and the Dirichlet distribution, of too many variables for that, and a "wide" sweep of parameters that differ
by orders of magnitude come from their textbook formulas at 60 to 80 digits.
Parameters are doubles, taken exactly.
"""
import json
import random
from pathlib import Path

from mpmath import mp, mpf, exp, inf, log, loggamma, pi, psi, quad, sqrt, tan, cos, besseli, matrix, nstr

mp.dps = 40
rng = random.Random(20240611)

# --- densities: ln f(x), and the map of an integration variable t on which f(x(t))·x'(t) is smooth and falls fast, with break points in t


class Line:
    """x = c + s·t"""

    def __init__(self, c, s, reach=(1, 4, 12)):
        self.c, self.s, self.reach = c, s, reach

    def points(self, kinks):
        inner = sorted({-r for r in self.reach} | {0} | set(self.reach) | {(k - self.c) / self.s for k in kinks})
        return [-inf] + inner + [inf]

    def x(self, t):
        return self.c + self.s * t, self.s


class Exponential:
    """x = c·e^t"""

    def __init__(self, c, reach=(1, 4)):
        self.c, self.reach = c, reach

    def points(self, kinks):
        inner = sorted({-r for r in self.reach} | {0} | set(self.reach) | {log(k / self.c) for k in kinks if k > 0})
        return [-inf] + inner + [inf]

    def x(self, t):
        x = self.c * exp(t)
        return x, x


class Tangent:
    """x = c + s·tan t"""

    def __init__(self, c, s):
        self.c, self.s = c, s

    def points(self, kinks):
        inner = {-mpf(3) / 2, mpf(-1), mpf(0), mpf(1), mpf(3) / 2} | {mp.atan((k - self.c) / self.s) for k in kinks}
        return [-pi / 2] + sorted(inner) + [pi / 2]

    def x(self, t):
        return self.c + self.s * tan(t), self.s / cos(t) ** 2


class Logistic:
    """x = 1/(1 + e^-t); the density takes t, as 1 - x would lose it"""

    def __init__(self, center, width):
        self.center, self.width = center, width

    def points(self, kinks):
        c, w = self.center, self.width
        return [-inf, c - 8 * w, c - 3 * w, c - w, c, c + w, c + 3 * w, c + 8 * w, inf]


class Segment:
    def __init__(self, low, high):
        self.low, self.high = low, high

    def points(self, kinks):
        return sorted({self.low, (self.low + self.high) / 2, self.high} | {k for k in kinks if self.low < k < self.high})

    def x(self, t):
        return t, mpf(1)


def f(x):
    return mpf(x)


class Family:
    kinks = ()
    discrete = False


class normal(Family):
    names = ("mean", "sd")

    def __init__(self, mean, sd):
        self.mean, self.sd = f(mean), f(sd)
        self.map = Line(self.mean, self.sd)

    def ln(self, x):
        return -((x - self.mean) / self.sd) ** 2 / 2 - log(self.sd * sqrt(2 * pi))


class logNormal(Family):
    names = ("mu", "sigma")

    def __init__(self, mu, sigma):
        self.mu, self.sigma = f(mu), f(sigma)
        self.map = Exponential(exp(self.mu), tuple(self.sigma * r for r in (1, 4, 12)))

    def ln(self, x):
        return -((log(x) - self.mu) / self.sigma) ** 2 / 2 - log(x * self.sigma * sqrt(2 * pi))


class gamma(Family):
    names = ("shape", "rate")

    def __init__(self, shape, rate):
        self.shape, self.rate = f(shape), f(rate)
        w = 1 / sqrt(self.shape)
        self.map = Exponential(self.shape / self.rate, (w, 4 * w, 12 * w))

    def ln(self, x):
        return self.shape * log(self.rate) + (self.shape - 1) * log(x) - self.rate * x - loggamma(self.shape)


class exponential(gamma):
    names = ("rate",)

    def __init__(self, rate):
        gamma.__init__(self, 1, rate)


class beta(Family):
    names = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = f(a), f(b)
        self.constant = loggamma(self.a + self.b) - loggamma(self.a) - loggamma(self.b)
        self.map = Logistic(log(self.a / self.b), sqrt(1 / self.a + 1 / self.b))

    def ln(self, x):
        return self.constant + (self.a - 1) * log(x) + (self.b - 1) * log(1 - x)


class laplace(Family):
    names = ("location", "scale")

    def __init__(self, location, scale):
        self.location, self.scale = f(location), f(scale)
        self.map, self.kinks = Line(self.location, self.scale), (self.location,)

    def ln(self, x):
        return -abs(x - self.location) / self.scale - log(2 * self.scale)


class cauchy(Family):
    names = ("location", "scale")

    def __init__(self, location, scale):
        self.location, self.scale = f(location), f(scale)
        self.map = Tangent(self.location, self.scale)
        self.kinks = tuple(self.location + self.scale * r for r in (-30, -4, -1, 0, 1, 4, 30))

    def ln(self, x):
        return -log(1 + ((x - self.location) / self.scale) ** 2) - log(pi * self.scale)


class studentT(Family):
    names = ("degrees", "location", "scale")

    def __init__(self, degrees, location=0, scale=1):
        self.nu, self.location, self.scale = f(degrees), f(location), f(scale)
        nu = self.nu
        self.constant = loggamma((nu + 1) / 2) - loggamma(nu / 2) - log(nu * pi) / 2 - log(self.scale)
        self.map = Tangent(self.location, self.scale * max(1, sqrt(nu)))

    def ln(self, x):
        return self.constant - (self.nu + 1) / 2 * log(1 + ((x - self.location) / self.scale) ** 2 / self.nu)


class gumbel(Family):
    names = ("location", "scale")

    def __init__(self, location, scale):
        self.location, self.scale = f(location), f(scale)
        self.map = Line(self.location, self.scale, (1, 3, 8, 30))

    def ln(self, x):
        z = (x - self.location) / self.scale
        return -z - exp(-z) - log(self.scale)


class uniform(Family):
    names = ("low", "high")

    def __init__(self, low, high):
        self.low, self.high = f(low), f(high)
        self.map, self.kinks = Segment(self.low, self.high), (self.low, self.high)

    def ln(self, x):
        return -log(self.high - self.low)


class vonMises(Family):
    names = ("mean", "concentration")

    def __init__(self, mean, concentration):
        self.mean, self.kappa = f(mean), f(concentration)
        self.lnI0 = log(besseli(0, self.kappa))
        self.map = Segment(self.mean - pi, self.mean + pi)
        w = 1 / sqrt(1 + self.kappa)
        self.kinks = tuple(self.mean + s * r * w for s in (-1, 1) for r in (1, 4, 12)) + (self.mean,)

    def ln(self, x):
        return self.kappa * cos(x - self.mean) - log(2 * pi) - self.lnI0


class Discrete(Family):
    discrete = True

    def outcomes(self):
        k = 0
        while True:
            if self.last is not None and k > self.last:
                return
            yield k
            k += 1


class poisson(Discrete):
    names = ("rate",)
    last = None

    def __init__(self, rate):
        self.rate = f(rate)

    def ln(self, k):
        return k * log(self.rate) - self.rate - loggamma(k + 1)


class binomial(Discrete):
    names = ("trials", "probability")

    def __init__(self, trials, probability):
        self.n, self.p = int(trials), f(probability)
        self.last = self.n

    def ln(self, k):
        if k > self.n:
            return -inf
        return loggamma(self.n + 1) - loggamma(k + 1) - loggamma(self.n - k + 1) + k * log(self.p) + (self.n - k) * log(1 - self.p)


class geometric(Discrete):
    names = ("probability",)
    last = None

    def __init__(self, probability):
        self.p = f(probability)

    def ln(self, k):
        return log(self.p) + k * log(1 - self.p)


class bernoulli(Discrete):
    names = ("probability",)
    last = 1

    def __init__(self, probability):
        self.p = f(probability)

    def ln(self, k):
        return log(self.p if k == 1 else 1 - self.p) if k in (0, 1) else -inf


class categorical(Discrete):
    names = ("probabilities",)

    def __init__(self, probabilities):
        self.p = [f(p) for p in probabilities]
        assert sum(self.p) == 1
        self.last = len(self.p) - 1

    def ln(self, k):
        return log(self.p[k]) if k <= self.last and self.p[k] > 0 else -inf


FAMILIES = {c.__name__: c for c in (normal, logNormal, gamma, exponential, beta, laplace, cauchy, studentT, gumbel, uniform, vonMises, poisson, binomial, geometric, bernoulli, categorical)}


def expectation(a, g, kinks=()):
    """E_a[g(x)]: of densities by tanh-sinh, checked against itself at a higher degree; of outcomes as a sum."""
    if a.discrete:
        total, before = mpf(0), -inf
        for k in a.outcomes():
            ln = a.ln(k)
            if ln == -inf:
                continue
            total += exp(ln) * g(k)
            # beyond the mode, where all that is left is below 10^-70
            if a.last is None and ln < before and ln < -170:
                break
            before = ln
        return total
    kinks = tuple(kinks) + tuple(a.kinks)
    points = a.map.points(kinks)
    if isinstance(a.map, Logistic):
        # x and 1 - x from t, both to all digits: g is given a number that knows its complement
        def integrand(t):
            x = Share(t)
            return exp(a.constant + a.a * x.ln + a.b * x.ln1) * g(x)
    else:
        def integrand(t):
            x, slope = a.map.x(t)
            ln = a.ln(x)
            return exp(ln) * slope * g(x) if ln > -mpf(10) ** 5 else mpf(0)
    values = [quad(integrand, points, maxdegree=degree) for degree in (8, 9)]
    assert abs(values[0] - values[1]) <= abs(values[1]) * mpf(10) ** -17, (a.__class__.__name__, vars(a), values)
    return values[1]


class Share:
    """x = 1/(1 + e^-t) with ln x and ln(1 - x)."""

    def __init__(self, t):
        self.ln, self.ln1 = (-mp.log1p(exp(-t)), -t - mp.log1p(exp(-t))) if t > 0 else (t - mp.log1p(exp(t)), -mp.log1p(exp(t)))
        self.x = exp(self.ln)


def lnAt(of, x):
    """ln of a density at a number or a share."""
    if not isinstance(x, Share):
        return of.ln(x)
    if isinstance(of, beta):
        return of.constant + (of.a - 1) * x.ln + (of.b - 1) * x.ln1
    if isinstance(of, gamma):
        return of.shape * log(of.rate) + (of.shape - 1) * x.ln - of.rate * x.x - loggamma(of.shape)
    if isinstance(of, logNormal):
        return -((x.ln - of.mu) / of.sigma) ** 2 / 2 - x.ln - log(of.sigma * sqrt(2 * pi))
    return of.ln(x.x)


def divergence(a, b):
    return expectation(a, lambda x: lnAt(a, x) - lnAt(b, x), b.kinks)


# --- what has a formula alone


def dirichletDivergence(a, b):
    a, b = [f(x) for x in a], [f(x) for x in b]
    lnB = lambda c: sum(loggamma(x) for x in c) - loggamma(sum(c))
    return lnB(b) - lnB(a) + sum((x - y) * (psi(0, x) - psi(0, sum(a))) for x, y in zip(a, b))


def gammaDivergence(a, b):
    (k, r), (k2, r2) = [f(x) for x in a], [f(x) for x in b]
    return (k - k2) * psi(0, k) - loggamma(k) + loggamma(k2) + k2 * log(r / r2) + k * (r2 - r) / r


def gumbelDivergence(a, b):
    (m, s), (m2, s2) = [f(x) for x in a], [f(x) for x in b]
    return log(s2 / s) + mp.euler * (s / s2 - 1) + exp((m2 - m) / s2) * mp.gamma(s / s2 + 1) - 1 + (m - m2) / s2


def vonMisesDivergence(a, b):
    (m, k), (m2, k2) = [f(x) for x in a], [f(x) for x in b]
    return log(besseli(0, k2) / besseli(0, k)) + besseli(1, k) / besseli(0, k) * (k - k2 * cos(m - m2))


def mvnDivergence(a, b):
    d = len(a["mean"])
    A, B = matrix(a["covariance"]), matrix(b["covariance"])
    delta = matrix(a["mean"]) - matrix(b["mean"])
    inverse = B ** -1
    trace = sum((inverse * A)[i, i] for i in range(d))
    return (trace - d + (delta.T * inverse * delta)[0] - log(mp.det(A) / mp.det(B))) / 2


# --- parameters

def between(low, high):
    return rng.uniform(low, high)


def across(low, high):
    """Over orders of magnitude."""
    return float(exp(between(float(log(low)), float(log(high)))))


def near(x, relative):
    return x * (1 + relative * between(-1, 1))


ORDINARY = {
    "normal": lambda: [between(-2, 2), across(0.3, 3)],
    "logNormal": lambda: [between(-1, 1), across(0.3, 1.5)],
    "gamma": lambda: [across(0.4, 8), across(0.3, 3)],
    "exponential": lambda: [across(0.3, 3)],
    "beta": lambda: [across(0.4, 6), across(0.4, 6)],
    "laplace": lambda: [between(-2, 2), across(0.3, 3)],
    "cauchy": lambda: [between(-2, 2), across(0.3, 3)],
    "studentT": lambda: [across(2.5, 20), between(-2, 2), across(0.3, 3)],
    "gumbel": lambda: [between(-2, 2), across(0.5, 3)],
    "uniform": lambda: [between(-2, 0), between(0.5, 2)],
    "vonMises": lambda: [between(-3, 3), across(0.1, 20)],
    "poisson": lambda: [across(0.3, 30)],
    "binomial": lambda: [20, between(0.05, 0.95)],
    "geometric": lambda: [between(0.1, 0.9)],
    "bernoulli": lambda: [between(0.05, 0.95)],
    "categorical": lambda: [shares(5)],
}

EXTREME = {
    "normal": [([0, 1], [30, 1]), ([0, 1e-3], [0, 1e3]), ([1e6, 1], [1e6 + 1, 2]), ([0, 1e3], [1, 1e-2])],
    "logNormal": [([0, 0.05], [0, 3]), ([5, 1], [-5, 1])],
    "gamma": [([0.05, 1], [0.2, 3]), ([1000, 1], [1010, 1.01]), ([300, 2], [0.5, 1]), ([0.5, 1], [60, 40]), ([2e4, 3], [2.1e4, 3.1])],
    "exponential": [([1e-5], [1e5]), ([1e5], [1e-5]), ([1e-100], [2e-100])],
    "beta": [([0.05, 0.2], [0.1, 0.1]), ([1000, 2000], [1001, 1990]), ([500, 0.5], [2, 3]), ([1, 1], [40, 60]), ([0.01, 5], [0.02, 5])],
    "laplace": [([0, 1e-3], [0, 1e3]), ([0, 1], [50, 1]), ([0, 1], [1e-5, 1])],
    "cauchy": [([0, 1e-3], [0, 1e3]), ([0, 1], [1e4, 1])],
    "gumbel": [([0, 0.1], [0, 3]), ([0, 3], [1, 1]), ([5, 1], [0, 2])],
    "uniform": [([0, 1], [-1e6, 1e6]), ([0, 1e-3], [0, 1])],
    "vonMises": [([0, 1e-3], [1, 2e-3]), ([0, 200], [0.1, 300]), ([0, 24], [0, 26]), ([1, 0], [0, 5]), ([1, 5], [0, 0]), ([0, 1e4], [0.01, 5e3])],
    "poisson": [([1e-6], [2e-6]), ([2000], [2100]), ([0.01], [30])],
    "binomial": [([60, 1e-6], [60, 0.5]), ([60, 0.999], [60, 0.99]), ([3, 0.5], [3, 1e-9])],
    "geometric": [([0.02], [0.9]), ([0.999], [0.01])],
    "bernoulli": [([1e-9], [1e-6]), ([0.5], [1e-12]), ([1 - 1e-9], [0.5])],
}


def shares(size):
    """Dyadic, with a sum of exactly 1."""
    cuts = sorted(rng.sample(range(1, 2 ** 24), size - 1))
    return [(high - low) / 2 ** 24 for low, high in zip([0] + cuts, cuts + [2 ** 24])]


def nearShares(p, by):
    q = list(p)
    i, j = rng.sample(range(len(q)), 2)
    step = round(by * 2 ** 44) / 2 ** 44
    q[i] += step
    q[j] -= step
    return q


SAME = [name for name in ORDINARY if name != "studentT"]
ANY = ["logNormal", "gamma", "exponential", "beta", "laplace", "studentT", "gumbel", "uniform"]
CROSS = [(a, "normal") for a in ANY] \
    + [(a, b) for b in ("gamma", "exponential") for a in ("beta", "gamma", "exponential", "logNormal", "uniform") if a != b] \
    + [(a, "logNormal") for a in ("beta", "gamma", "exponential", "uniform")] \
    + [(a, "laplace") for a in ("normal", "uniform", "exponential", "logNormal", "beta", "gamma")] \
    + [(a, "gumbel") for a in ("normal", "uniform", "exponential", "gamma", "laplace")] \
    + [("uniform", b) for b in ("beta", "cauchy", "studentT", "vonMises")] + [("cauchy", "studentT"), ("studentT", "cauchy"), ("beta", "uniform"), ("vonMises", "uniform")] \
    + [(a, b) for a in ("bernoulli", "categorical") for b in ("poisson", "geometric", "binomial")] + [("bernoulli", "categorical"), ("categorical", "categorical")]


def pairFor(a, b):
    """Parameters of both with a's support within b's, and what else b's closed form asks for."""
    pa, pb = ORDINARY[a](), ORDINARY[b]()
    if a == "uniform":
        low = 0 if b in ("gamma", "exponential", "logNormal") and rng.random() < 0.3 else between(0.02, 0.4)
        pa = {"beta": [low, between(0.5, 0.95)], "vonMises": [between(-3, 0), between(0.5, 3)]}.get(b, [low, between(0.5, 3)] if b in ("gamma", "exponential", "logNormal") else pa)
    if a == "vonMises":
        pb = [-4.0, 5.0]
    if b == "uniform" and a == "beta":
        pb = rng.choice([[0.0, 1.0], [-0.5, 2.0]])
    if b == "laplace" and a in ("beta", "gamma"):
        pb[0] = between(-3, 0)
    if a == "laplace" and b == "gumbel":
        pa[1], pb[1] = across(0.2, 0.6), across(0.9, 3)
    if (a, b) == ("studentT", "cauchy"):
        pa[0] = 1.0
    return pa, pb


def record(family, parameters):
    return {"family": family, "parameters": parameters}


def main():
    pairs, moments = [], []

    def add(regime, a, pa, b, pb, value):
        pairs.append({"regime": regime, "a": record(a, pa), "b": record(b, pb), "value": float(value)})
        print(regime, a, b, nstr(value, 8), flush=True)

    def pair(regime, a, pa, b, pb):
        add(regime, a, pa, b, pb, divergence(FAMILIES[a](*pa), FAMILIES[b](*pb)))

    for name in SAME:
        for _ in range(5):
            pa, pb = ORDINARY[name](), ORDINARY[name]()
            if name == "uniform":
                pb = [pa[0] - across(0.01, 3), pa[1] + across(0.01, 3)]
            pair("ordinary", name, pa, name, pb)
        for relative in (1e-6, 1e-6, 1e-6, 1e-9, 1e-3):
            pa = ORDINARY[name]()
            pb = [nearShares(pa[0], relative)] if name == "categorical" else [x if isinstance(x, int) else near(x, relative) for x in pa]
            if name == "uniform":
                pb = [min(pa[0], 2 * pa[0] - pb[0]), max(pa[1], pb[1])]
            mp.dps = 60 if relative < 1e-8 else 40
            pair("close", name, pa, name, pb)
        mp.dps = 40
        for pa, pb in EXTREME.get(name, []):
            pair("extreme", name, pa, name, pb)
    for a, b in CROSS:
        for _ in range(4):
            pa, pb = pairFor(a, b)
            pair("ordinary", a, pa, b, pb)

    mp.dps = 60
    for size in (2, 3, 6):
        for regime, relative in (("ordinary", None), ("ordinary", None), ("close", 1e-6), ("close", 1e-9)):
            pa = [across(0.3, 10) for _ in range(size)]
            pb = [across(0.3, 10) if relative is None else near(x, relative) for x in pa]
            add(regime, "dirichlet", [pa], "dirichlet", [pb], dirichletDivergence(pa, pb))
    for regime, pa, pb in (("extreme", [1e4, 2e4, 3e4], [1.01e4, 2e4, 3.1e4]), ("extreme", [0.01, 0.02, 5], [0.02, 0.02, 500]), ("extreme", [1e6, 2e6], [2.1e6, 4.3e6])):
        add(regime, "dirichlet", [pa], "dirichlet", [pb], dirichletDivergence(pa, pb))

    mp.dps = 80
    wide = {
        "gamma": (lambda: [across(1e-4, 1e6), across(1e-3, 1e3)], gammaDivergence),
        "beta": (lambda: [across(1e-4, 1e6), across(1e-4, 1e6)], dirichletDivergence),
        "dirichlet": (lambda: [across(1e-4, 1e6) for _ in range(3)], dirichletDivergence),
        "gumbel": (lambda: [between(-3, 3), across(0.1, 10)], gumbelDivergence),
        "vonMises": (lambda: [between(-3, 3), across(1e-4, 1e5)], vonMisesDivergence),
    }
    for name, (draw, formula) in wide.items():
        for relative in (None, None, None, 0.3, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-9) * 2:
            pa = draw()
            pb = draw() if relative is None else [near(x, relative) for x in pa]
            listed = (lambda p: [p]) if name == "dirichlet" else (lambda p: p)
            add("wide", name, listed(pa), name, listed(pb), formula(pa, pb))

    mp.dps = 60

    def covariance(d, base=None, relative=0):
        if base:
            c = [list(row) for row in base]
            for i in range(d):
                for j in range(i + 1):
                    c[i][j] = c[j][i] = near(c[i][j], relative)
            return c
        m = [[between(-1, 1) for _ in range(d)] for _ in range(d)]
        return [[sum(m[i][k] * m[j][k] for k in range(d)) + (0.3 if i == j else 0) for j in range(d)] for i in range(d)]

    for d in (1, 2, 3, 5):
        for regime, relative in (("ordinary", None), ("ordinary", None), ("close", 1e-6), ("close", 1e-9), ("close", 1e-3)):
            a = {"mean": [between(-1, 1) for _ in range(d)], "covariance": covariance(d)}
            b = {"mean": [between(-1, 1) if relative is None else near(x, relative) for x in a["mean"]], "covariance": covariance(d, a["covariance"] if relative else None, relative)}
            add(regime, "multivariateNormal", [a["mean"], a["covariance"]], "multivariateNormal", [b["mean"], b["covariance"]], mvnDivergence(a, b))

    mp.dps = 40
    for name, family in FAMILIES.items():
        lists = [ORDINARY[name]() for _ in range(3)] + [pa for pa, _ in EXTREME.get(name, [])]
        if name == "studentT":
            lists += [[1e6, 0, 1], [0.5, 1, 2], [3, 0, 1e-3]]
        for parameters in lists:
            if name == "vonMises" and parameters[1] == 0:
                continue
            of = family(*parameters)
            entry = {**record(name, parameters), "logPdf": []}
            for x in pointsOf(name, of):
                entry["logPdf"].append([x, float(of.ln(x if of.discrete else f(x)))])
            heavy = name == "cauchy" or (name == "studentT" and of.nu <= 2.2)
            if name not in ("poisson", "binomial"):
                entry["entropy"] = float(-expectation(of, lambda x: lnAt(of, x)))
            if not heavy and name != "vonMises":
                number = lambda x: x.x if isinstance(x, Share) else x
                mean = expectation(of, number)
                entry["mean"] = float(mean)
                entry["variance"] = float(expectation(of, lambda x: (number(x) - mean) ** 2))
            if name == "vonMises":
                entry["variance"] = float(expectation(of, lambda x: 1 - cos(x - of.mean)))
            moments.append(entry)
            print(name, parameters, flush=True)
    mp.dps = 60
    ratio = lambda x: besseli(1, x) / besseli(0, x)
    functions = {
        "stirlingError": lambda x: loggamma(x) - (x - mpf(1) / 2) * log(x) + x - log(2 * pi) / 2,
        "lnMinusDigamma": lambda x: log(x) - psi(0, x),
        "lnBesselI0": lambda x: log(besseli(0, x)),
        "lnBesselI0Scaled": lambda x: log(besseli(0, x)) - x,
        "besselRatio": ratio,
        "besselDeficit": lambda x: 1 - ratio(x),
        "besselRatioSlope": lambda x: 1 - ratio(x) / x - ratio(x) ** 2,
    }
    at = [1e-8, 1e-3, 0.1, 0.5, 1.0, 2.5, 7.0, 9.999, 10.0, 10.5, 15.5, 17.0, 20.0, 24.999, 25.0, 30.0, 100.0, 1e4, 1e8]
    special = [{"name": name, "values": [[x, float(function(mpf(x)))] for x in at]} for name, function in functions.items()]
    out = {"source": "test/cases/closed-forms.gen.py, mpmath 1.3", "pairs": pairs, "moments": moments}
    lines = [",\n".join(json.dumps(entry) for entry in section) for section in (pairs, moments, special)]
    Path(__file__).with_suffix("").with_suffix(".json").write_text('{"source": %s,\n"pairs": [\n%s\n],\n"moments": [\n%s\n],\n"special": [\n%s\n]}\n' % (json.dumps(out["source"]), *lines))


def pointsOf(name, of):
    """Where the density is asked for: about the middle, and far out."""
    if name == "beta":
        return [1e-300, 1e-9, 0.125, 0.5, float(of.a / (of.a + of.b)), 0.875, 1 - 2 ** -40]
    if name in ("gamma", "exponential", "logNormal"):
        c = float(of.map.c)
        return [c * s for s in (1e-200, 1e-3, 0.5, 1, 1.25, 20, 1e4)]
    if name == "uniform":
        return [float((of.low + of.high) / 2)]
    if name == "vonMises":
        return [float(of.mean) + s for s in (0, 0.01, 1, 3, 7)]
    if of.discrete:
        return sorted({k for k in (0, 1, 2, 7, 19, 59, 1990, 100000) if of.last is None or k <= of.last})
    scale = float(getattr(of, "sd", getattr(of, "scale", 1)))
    center = float(getattr(of, "mean", getattr(of, "location", 0)))
    return [center + s * scale for s in (-10 if name == "gumbel" else -300, -5, -1, 0, 0.01, 2, 100)] + ([center + 1e150 * scale] if name in ("cauchy", "studentT") else [])


if __name__ == "__main__":
    main()
