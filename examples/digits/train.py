"""Trains the networks of calibrate.js on the UCI digits: five of them, one for each fold.

    apt-get install python3-sklearn && /usr/bin/python3 examples/digits/train.py

Writes digits.npy (1797 images of 8 x 8 in 0..16, and their label as a 65th number) and weights.npy (a row of parameters for each network).
Network s learns from the images whose index is not s modulo 5; the others are for its test.

Two convolutions of 3 x 3 with 8 and 16 channels, the maximum over 2 x 2, and two dense layers of 32 and 10; Adam, cross entropy.
"""
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

FOLDS, EPOCHS, BATCH, RATE = 5, 40, 32, 2e-3
HERE = Path(__file__).parent


def patches(x):
    """3 x 3 patches around every pixel, zeros beyond: [n, h, w, c] to [n, h, w, 9 c]."""
    n, h, w, c = x.shape
    padded = np.zeros((n, h + 2, w + 2, c), x.dtype)
    padded[:, 1:-1, 1:-1] = x
    return np.concatenate([padded[:, i:i + h, j:j + w] for i in range(3) for j in range(3)], axis=-1)


def patches_back(g, c):
    """The transpose of `patches`."""
    n, h, w, _ = g.shape
    padded = np.zeros((n, h + 2, w + 2, c), g.dtype)
    for at in range(9):
        i, j = divmod(at, 3)
        padded[:, i:i + h, j:j + w] += g[..., at * c:(at + 1) * c]
    return padded[:, 1:-1, 1:-1]


def forward(parameters, x):
    w1, b1, w2, b2, w3, b3, w4, b4 = parameters
    n = len(x)
    p1 = patches(x)
    a1 = np.maximum(p1 @ w1 + b1, 0)
    p2 = patches(a1)
    a2 = np.maximum(p2 @ w2 + b2, 0)
    blocks = a2.reshape(n, 4, 2, 4, 2, 16).transpose(0, 1, 3, 5, 2, 4).reshape(n, 4, 4, 16, 4)
    flat = blocks.max(axis=-1).reshape(n, -1)
    a3 = np.maximum(flat @ w3 + b3, 0)
    return a3 @ w4 + b4, (p1, a1, p2, a2, blocks, flat, a3)


def gradients(parameters, x, labels):
    w1, b1, w2, b2, w3, b3, w4, b4 = parameters
    n = len(x)
    logits, (p1, a1, p2, a2, blocks, flat, a3) = forward(parameters, x)
    g4 = np.exp(logits - logits.max(axis=1, keepdims=True))
    g4 /= g4.sum(axis=1, keepdims=True)
    g4[np.arange(n), labels] -= 1
    g4 /= n
    g3 = (g4 @ w4.T) * (a3 > 0)
    largest = np.arange(4) == blocks.argmax(axis=-1)[..., None]
    pooled = largest * (g3 @ w3.T).reshape(n, 4, 4, 16, 1)
    g2 = pooled.reshape(n, 4, 4, 16, 2, 2).transpose(0, 1, 4, 2, 5, 3).reshape(n, 8, 8, 16) * (a2 > 0)
    g1 = patches_back(g2 @ w2.T, 8) * (a1 > 0)
    by = lambda a, g: a.reshape(-1, a.shape[-1]).T @ g.reshape(-1, g.shape[-1])
    over = lambda g: g.reshape(-1, g.shape[-1]).sum(axis=0)
    return [by(p1, g1), over(g1), by(p2, g2), over(g2), by(flat, g3), over(g3), by(a3, g4), over(g4)]


def train(x, labels, seed):
    rng = np.random.default_rng(seed)
    weights = lambda inputs, outputs: (rng.standard_normal((inputs, outputs)) * np.sqrt(2 / inputs)).astype(np.float32)
    sizes = [(9, 8), (72, 16), (256, 32), (32, 10)]
    parameters = [part for inputs, outputs in sizes for part in (weights(inputs, outputs), np.zeros(outputs, np.float32))]
    first, second = [[np.zeros_like(part) for part in parameters] for _ in range(2)]
    step = 0
    for epoch in range(EPOCHS):
        order = rng.permutation(len(x))
        for start in range(0, len(x), BATCH):
            batch = order[start:start + BATCH]
            step += 1
            rate = RATE * (1 - epoch / EPOCHS) * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
            for part, m, v, g in zip(parameters, first, second, gradients(parameters, x[batch], labels[batch])):
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                part -= (rate * m / (np.sqrt(v) + 1e-8)).astype(np.float32)
    return parameters


def main():
    digits = load_digits()
    images, labels = digits.images.astype(np.uint8), digits.target
    np.save(HERE / "digits.npy", np.concatenate([images.reshape(-1, 64), labels[:, None].astype(np.uint8)], axis=1))
    x = (images / np.float32(16)).astype(np.float32)[..., None]
    fold = np.arange(len(x)) % FOLDS
    rows = []
    for seed in range(FOLDS):
        inside = fold != seed
        parameters = train(x[inside], labels[inside], seed)
        right = forward(parameters, x[~inside])[0].argmax(axis=1) == labels[~inside]
        print(f"network {seed}: {100 * right.mean():.2f} % of {len(right)} right")
        rows.append(np.concatenate([part.ravel() for part in parameters]))
    np.save(HERE / "weights.npy", np.stack(rows))


if __name__ == "__main__":
    main()
