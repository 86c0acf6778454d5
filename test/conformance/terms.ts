import { check } from "../support/assert";
import { toNumber } from "../support/oracle";
import * as oracle from "../support/oracle";
import { random } from "../support/random";
import type { ConformanceCase, ConformanceContext, Floats, FloatsType } from "./context";

const CELLS = 1500;

/** Ratios q/p on both sides of the places where the formula changes. */
const RATIOS = {
  "next to 1": (unit: number) => 1 + 2e-4 * (unit - 0.5),
  "around ½": (unit: number) => 0.48 + 0.04 * unit,
  "around 2": (unit: number) => 1.94 + 0.12 * unit,
  "between ⅓ and 3": (unit: number) => 1 / 3 + (8 / 3) * unit,
  "far apart": (unit: number) => 2 ** (40 * (unit - 0.5)),
};

/** A term is within 16 units of roundoff of g(p, q), the result's own rounding among them: DESIGN section 4. */
async function runTerms({ kullback, backend }: ConformanceContext, Type: FloatsType, unit: number): Promise<void> {
  const rng = random(31);
  for (const [name, ratio] of Object.entries(RATIOS)) {
    const p = Type.from({ length: CELLS }, () => (1 + rng.unit()) * 2 ** rng.integer(-10, 10));
    const q = Type.from(p, (x) => x * ratio(rng.unit()));
    const { data } = await kullback.pointwise(kullback.generalizedKl, p, q, { backend, form: "nonnegative" });
    let worst = { units: 0, i: 0 };
    for (let i = 0; i < CELLS; i++) {
      const truth = oracle.generalizedKl([p[i]], [q[i]]);
      const units = oracle.errorOf(data[i], truth) / (toNumber(truth) * unit || Number.MIN_VALUE);
      if (units > worst.units) worst = { units, i };
    }
    const { units, i } = worst;
    check(units <= 16, () => `${name}: g(${(p as Floats)[i]}, ${q[i]}) is ${data[i]}, ${units} units from the truth.`);
  }
}

export const termCases: readonly ConformanceCase[] = [
  { name: "terms of Float32Arrays are within 16 units of 2^-24", run: (context) => runTerms(context, Float32Array, 2 ** -24) },
  { name: "terms of Float64Arrays are within 16 units of 2^-53", only: "cpu", run: (context) => runTerms(context, Float64Array, 2 ** -53) },
];
