import { describe, expect, it } from "vitest";
import { minimize } from "../../src/fit/minimize";
import { random } from "../support/random";

const options = { tolerance: 1e-9, maxSteps: 500, noise: () => 0 };

/** Rosenbrock's valley in pairs of variables: its minimum is 0 where all are 1. */
async function valley(x: Float64Array) {
  let value = 0;
  const gradient = new Float64Array(x.length);
  for (let i = 0; i < x.length; i += 2) {
    const [a, b] = [x[i], x[i + 1]];
    value += 100 * (b - a * a) ** 2 + (1 - a) ** 2;
    gradient[i] += -400 * a * (b - a * a) - 2 * (1 - a);
    gradient[i + 1] += 200 * (b - a * a);
  }
  return { value, gradient };
}

describe("minimize", () => {
  it.each([2, 10, 60])("finds the end of Rosenbrock's valley in %i variables, never upwards", async (n) => {
    let before = Infinity;
    const steps: number[] = [];
    const { x, value, steps: taken, converged } = await minimize(valley, new Float64Array(n).map((_, i) => (i % 2 ? 1 : -1.2)), { ...options, onStep: (step, _x, at) => {
      steps.push(step);
      expect(at.value).toBeLessThanOrEqual(before);
      before = at.value;
    } });
    expect(converged).toBe(true);
    expect(value).toBeLessThan(1e-18);
    for (const one of x) expect(one).toBeCloseTo(1, 8);
    expect(steps).toEqual(Array.from({ length: taken }, (_, i) => i + 1));
    expect(taken).toBeLessThan(100);
  });

  it("steps back from where the function is not defined", async () => {
    // x − ln x, of x > 0: the first step would leave it
    const { x, converged } = await minimize(async ([at]) => ({ value: at > 0 ? at - Math.log(at) : Infinity, gradient: Float64Array.of(1 - 1 / at) }), Float64Array.of(40), options);
    expect(converged).toBe(true);
    expect(x[0]).toBeCloseTo(1, 8);
  });

  it("ends where values are nothing but noise, never upwards, and says whether the slope is 0 there", async () => {
    // with a seed, since chance decides how such a search ends
    for (let seed = 1; seed <= 20; seed++) {
      const { unit } = random(seed);
      const shaken = async (x: Float64Array) => {
        const { value, gradient } = await valley(x);
        return { value: 1 + value + 1e-9 * (unit() - 0.5), gradient };
      };
      let before = Infinity;
      const { x, converged } = await minimize(shaken, Float64Array.of(-1.2, 1), { ...options, tolerance: 1e-300, noise: () => 1e-8, onStep: (_step, _x, { value }) => {
        expect(value).toBeLessThanOrEqual(before);
        before = value;
      } });
      expect(converged).toBe(true);
      for (const one of x) expect(one).toBeCloseTo(1, 3);
    }
    // a slope that leads nowhere
    expect((await minimize(async () => ({ value: 1, gradient: Float64Array.of(1) }), Float64Array.of(0), options)).converged).toBe(false);
  });

  it("stops after the most steps, and when it is told to", async () => {
    const start = Float64Array.of(-1.2, 1);
    const { steps, converged } = await minimize(valley, start, { ...options, maxSteps: 3 });
    expect([steps, converged]).toEqual([3, false]);
    await expect(minimize(valley, start, { ...options, signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });
});
