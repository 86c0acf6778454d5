import type { Tools } from "../jobs";
import { judge } from "./judge";
import { METHOD_IDS } from "./methods";
import type { MethodId } from "./methods";
import { LEAST_POWER, PAIRS, POWER_STEP } from "./pairs";

/** The worst of a method over all pairs at one closeness, relative to the truth. */
export interface Point {
  readonly method: MethodId;
  readonly epsilon: number;
  readonly error: number;
  readonly errorBound: number;
  /** Pairs of which the result was below 0. */
  readonly negative: number;
}

const breathe = () => new Promise((resolve) => setTimeout(resolve));

/** Every method at every closeness. */
export async function sweep({ base }: { readonly base: number }, { backend, signal, step }: Tools<number>): Promise<readonly Point[]> {
  const points: Point[] = [];
  for (let power = 0; power >= LEAST_POWER; power -= POWER_STEP) {
    step(power / LEAST_POWER);
    await breathe();
    signal.throwIfAborted();
    points.push(...(await worstAt(10 ** power, base, { backend, signal })));
  }
  return points;
}

async function worstAt(epsilon: number, base: number, tools: Pick<Tools, "backend" | "signal">): Promise<Point[]> {
  const worst = new Map(METHOD_IDS.map((method) => [method, { method, epsilon, error: -1, errorBound: 0, negative: 0 }]));
  for (let seed = 0; seed < PAIRS; seed++) {
    const { judged } = await judge({ epsilon, seed, base }, tools);
    for (const { method, value, error, truth, errorBound } of judged) {
      const before = worst.get(method);
      // cells that are all the same have no relative error
      if (!before || truth === 0) continue;
      worst.set(method, { ...before, error: Math.max(before.error, error / truth), errorBound: Math.max(before.errorBound, (errorBound ?? 0) / truth), negative: before.negative + Number(value < 0) });
    }
  }
  return [...worst.values()].filter(({ error }) => error >= 0);
}
