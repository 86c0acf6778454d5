"""Near-minimax coefficients by interpolation at Chebyshev nodes: of B(z), atanh(t) = t + t^3*B(t^2), on 0 <= z <= 1/9, or of
E(r), e^r = 1 + r + r^2*E(r), on |r| <= 1/2 or (expm1) 1, or of Jensen-Shannon's J(z), ((1 + t)*ln(1 + t) + (1 - t)*ln(1 - t))/2 = t^2*J(t^2), on
0 <= z <= 0.3, or of ln(1 + t) on 0.5477 <= t <= 1.

usage: python3 docs/scripts/polynomial.py atanh|exp|expm1|js|log1p DEGREE
Prints the coefficients, constant first, and the largest error found on a fine grid.
"""
import math
import sys
from decimal import Decimal as D, getcontext

getcontext().prec = 60


def atanh_tail(z):
    total, power, k = D(0), D(1), 3
    while power > D(10) ** -58:
        total += power / k
        power *= z
        k += 2
    return total


def exp_tail(r):
    total, term, k = D(0), D(1) / 2, 2
    while abs(term) > D(10) ** -58:
        total += term
        k += 1
        term *= r / k
    return total


def js_tail(z):
    total, power, k = D(0), D(1), 1
    while power > D(10) ** -58:
        total += power / (2 * k * (2 * k - 1))
        power *= z
        k += 1
    return total


series, low, high = {
    "atanh": (atanh_tail, D(0), D(1) / 9),
    "exp": (exp_tail, D(-1) / 2, D(1) / 2),
    "expm1": (exp_tail, D(-1), D(1)),
    "js": (js_tail, D("1e-9"), D(3) / 10),
    "log1p": (lambda t: (1 + t).ln(), D("0.5477"), D(1)),
}[sys.argv[1]]
degree = int(sys.argv[2])
middle, half = (low + high) / 2, (high - low) / 2
nodes = [middle + half * D(math.cos(math.pi * (2 * i + 1) / (2 * degree + 2))) for i in range(degree + 1)]
table = [series(z) for z in nodes]
for order in range(1, degree + 1):
    for i in range(degree, order - 1, -1):
        table[i] = (table[i] - table[i - 1]) / (nodes[i] - nodes[i - order])
coefficients = [D(0)]
for i in range(degree, -1, -1):
    shifted = [D(0)] + coefficients
    scaled = [-nodes[i] * c for c in coefficients] + [D(0)]
    coefficients = [a + b for a, b in zip(shifted, scaled)]
    coefficients[0] += table[i]
coefficients = [D(float(c)) for c in coefficients[: degree + 1]]
grid = (middle + half * D(i) / 500 for i in range(-500, 501) if i != 0)
worst = max(abs(sum(c * z**k for k, c in enumerate(coefficients)) - series(z)) for z in grid)
for c in coefficients:
    print(repr(float(c)))
print("largest error 2^%.1f" % (float(worst.ln() / D(2).ln())))
