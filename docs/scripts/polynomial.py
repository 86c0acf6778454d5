"""Near-minimax coefficients of B(z), atanh(t) = t + t^3*B(t^2), on 0 <= z <= 1/9, by interpolation at Chebyshev nodes.

usage: python3 docs/scripts/polynomial.py DEGREE
Prints the coefficients, constant first, and the largest error found on a fine grid.
"""
import math
import sys
from decimal import Decimal as D, getcontext

getcontext().prec = 60
degree = int(sys.argv[1])


def series(z):
    total, power, k = D(0), D(1), 3
    while power > D(10) ** -58:
        total += power / k
        power *= z
        k += 2
    return total


nodes = [D(1) / 18 * (1 + D(math.cos(math.pi * (2 * i + 1) / (2 * degree + 2)))) for i in range(degree + 1)]
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
worst = max(abs(sum(c * z**k for k, c in enumerate(coefficients)) - series(z)) for z in (D(i) / 9000 for i in range(1, 1001)))
for c in coefficients:
    print(repr(float(c)))
print("largest error 2^%.1f" % (float(worst.ln() / D(2).ln())))
