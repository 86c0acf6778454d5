import { describe, expect, it } from "vitest";
import { chiSquare, grid, jeffreys, jensenShannon, klDivergence, neymanChiSquare, openBackend } from "../../src/index";
import { betaOfLogs, betasOf } from "../../src/fit/betas";
import { normalsOf } from "../../src/fit/normals";
import { objectiveOf } from "../../src/fit/objective";
import type { Parametrisation, Part } from "../../src/fit/parametrisation";
import { type Direction, termsOf } from "../../src/operations/hold-against";
import { random as randomOf } from "../support/random";

const DIRECTIONS: Readonly<Record<string, Direction>> = { forward: "forward", reverse: "reverse", klDivergence, jensenShannon, jeffreys, chiSquare, neymanChiSquare };
const axis = (size: number, from: number, to: number) => Float64Array.from({ length: size }, (_, i) => from + ((to - from) * (i + 0.5)) / size);

/** The gradient of a loss by its parameters, against central differences of it. */
async function holds<Own extends Part>(direction: Direction, kind: "normal" | "beta", axes: readonly Float64Array[], model: Parametrisation<Own>, parts: readonly Own[]): Promise<void> {
  const backend = await openBackend({ prefer: "cpu", threads: 1 });
  const shape = axes.map(({ length }) => length);
  const { unit } = randomOf(5);
  const target = Float64Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => 0.2 + unit());
  const total = target.reduce((sum, p) => sum + p, 0);
  const loop = await backend.openFit({ kind, target: grid(target, { shape }), scale: 1 / total, ...termsOf("fit", direction) });
  const fitAxes = axes.map((at) => ({ at }));
  const lossAt = async (theta: Float64Array) => {
    const components = model.componentsOf(theta);
    if (!components) throw new Error("no components");
    const { value, moments } = await objectiveOf(loop, direction, components, fitAxes);
    return { value, gradient: model.gradientOf(theta, components, moments) };
  };
  const theta = model.parametersOf(parts);
  const { gradient } = await lossAt(theta);
  const size = Math.max(...gradient.map(Math.abs));
  for (let i = 0; i < theta.length; i++) {
    const step = 1e-4;
    const moved = (by: number) => theta.map((value, j) => (j === i ? value + by : value));
    const difference = ((await lossAt(moved(step))).value - (await lossAt(moved(-step))).value) / (2 * step);
    expect(Math.abs(difference - gradient[i]), `parameter ${i}: ${gradient[i]}, by differences ${difference}`).toBeLessThan(2e-6 * size);
  }
  loop.end();
  backend.destroy();
}

const part = (weight: number, mean: readonly number[], covariance: readonly number[]) => ({ weight, mean: Float64Array.from(mean), covariance: Float64Array.from(covariance) });
const volume = (size: number) => Math.log(4 / size);

describe.each(Object.keys(DIRECTIONS))("the gradient of a fit by %s agrees with differences", (name) => {
  const direction = DIRECTIONS[name];
  it("for two normals of full covariance on three axes", () => holds(direction, "normal", [6, 7, 8].map((size) => axis(size, -2, 2)),
    normalsOf({ dimensions: 3, count: 2, isDiagonal: false, isScalar: false, least: [0.1, 0.1, 0.1], logVolume: volume(6) + volume(7) + volume(8) }),
    [part(0.3, [0.2, -0.3, 0.1], [1, 0.3, 0.1, 0.3, 1.2, -0.2, 0.1, -0.2, 0.8]), part(0.7, [-0.5, 0.4, 0.3], [0.7, -0.1, 0, -0.1, 0.9, 0.2, 0, 0.2, 1.1])]));
  it("for three diagonal normals on two axes", () => holds(direction, "normal", [9, 11].map((size) => axis(size, -2, 2)),
    normalsOf({ dimensions: 2, count: 3, isDiagonal: true, isScalar: false, least: [0.1, 0.1], logVolume: volume(9) + volume(11) }),
    [part(0.2, [0.2, -0.3], [1, 0, 0, 0.8]), part(0.5, [-0.5, 0.4], [0.7, 0, 0, 0.9]), part(0.3, [0.9, 0.9], [0.5, 0, 0, 1.3])]));
  it("for one normal", () => holds(direction, "normal", [axis(40, -2, 2)], normalsOf({ dimensions: 1, count: 1, isDiagonal: false, isScalar: true, least: [0.01], logVolume: volume(40) }), [part(1, [0.3], [0.6])]));
  it("for two betas", () => holds(direction, "beta", [axis(50, 0, 1)], betasOf(2, Math.log(1 / 50)), [{ weight: 0.4, a: 2, b: 5 }, { weight: 0.6, a: 3.5, b: 1.5 }]));
});

describe("betaOfLogs", () => {
  // ψ(2) − ψ(7) and ψ(5) − ψ(7), with ψ(n) = H(n − 1) − γ
  it("finds a beta from its E[ln x] and E[ln(1 − x)]", () => {
    const { a, b, converged } = betaOfLogs(1 - (1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5 + 1 / 6), -(1 / 5 + 1 / 6), 100);
    expect(converged).toBe(true);
    expect(a).toBeCloseTo(2, 12);
    expect(b).toBeCloseTo(5, 12);
  });
  it("finds a uniform one", () => {
    const { a, b } = betaOfLogs(-1, -1, 100);
    expect(a).toBeCloseTo(1, 12);
    expect(b).toBeCloseTo(1, 12);
  });
});
