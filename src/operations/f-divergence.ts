import type { Backend } from "../backend.js";
import { finishSum } from "../terms/finish.js";
import type { Finish, Finished, Measure, Sums } from "../terms/measure.js";
import { byOffsetSquared } from "../terms/scaling.js";
import { pair } from "./measures.js";
import type { PairMeasure } from "./measures.js";

/** A divergence of one's own: Σ q̂·f(p̂/q̂) for a convex f with f(1) = 0. */
export interface FDivergenceDefinition {
  /** The name by which messages call it. */
  readonly id: string;
  /**
   * What a cell adds, q·f(p/q), from p > 0, q > 0 and d = p − q, which is known better than p and q say: never negative, and 0 for p = q (take
   * f'(1)·d from an f that is negative somewhere). `wgsl`: an expression of f32; beside WGSL's own it may use `ln_ratio_near(p, q, d)`, `ln_ratio(p, q)`,
   * `kl_div(p, q, d)`, `exp_of(x)` and `expm1_of(x)`, which no compiler spoils. `cpu`: the same in binary64.
   */
  readonly term: { readonly wgsl: string; readonly cpu: (p: number, q: number, d: number) => number };
  /** What a cell with p = 0 adds for each unit of q: f(0), or `Infinity`. */
  readonly atZero: number;
  /** What a cell with q = 0 adds for each unit of p: the limit of f(t)/t, or `Infinity`. */
  readonly atInfinity: number;
}

/** As JS's: relative, and what the rounding of totals that differ does to differences of normalised cells; `curvature`: f''(1). */
function finishOf(curvature: number): Measure["finish"] {
  return (sums: Sums, how: Finish): Finished => {
    if (!how.normalize) return finishSum(sums, how);
    if (!sums.differs) return { value: 0, errorBound: 0 };
    const { term, errors, totals, cells } = sums;
    const value = Math.max(term, 0);
    const offset = totals ? Math.abs(totals.d / totals.p) : 0;
    const ofOffset = (errors.term / 2 + errors.sum) * offset * 2 * Math.sqrt(2 * curvature * value);
    return { value, errorBound: (errors.term + 6 * errors.sum) * 1.01 * value + ofOffset + cells * errors.floor };
  };
}

/**
 * A measure of one's own, to call like any other and to hand to every operation: an f-divergence by its term.
 *
 * ```ts
 * const triangular = fDivergence({
 *   id: "triangular",
 *   term: { wgsl: "d * (d / (p + q))", cpu: (p, q, d) => d * (d / (p + q)) },
 *   atZero: 1,
 *   atInfinity: 1,
 * });
 * await verifyMeasure(triangular); // do the two lines agree?
 * await triangular(p, q);
 * ```
 *
 * @param definition - See {@link FDivergenceDefinition}.
 * @returns A measure of p and q, a pure number ≥ 0, in fast precision, read twice: for the totals and for the cells divided by them. Its error bound
 *   takes the term for right to 16 roundings. With `normalize: false` the sum over the numbers as they are.
 * @throws TypeError or RangeError for a definition that lacks something.
 * @see {@link verifyMeasure}; Csiszár 1967, Studia Sci. Math. Hungar. 2, p. 299; Liese & Vajda 2006, doi:10.1109/TIT.2006.881731.
 */
export function fDivergence({ id, term, atZero, atInfinity }: FDivergenceDefinition): PairMeasure {
  if (typeof id !== "string" || id.trim() === "") throw new TypeError("fDivergence: id must be a name.");
  if (typeof term?.wgsl !== "string" || typeof term.cpu !== "function") throw new TypeError(`fDivergence: term of ${id} must have wgsl, an expression, and cpu, a function.`);
  for (const [name, value] of Object.entries({ atZero, atInfinity })) {
    if (!(value >= 0)) throw new RangeError(`fDivergence: ${name} of ${id} is ${value}: it must be a number of 0 or more, or Infinity.`);
  }
  const perUnit = (value: number) => (value === Infinity ? "0.0" : value.toExponential(9));
  const step = 2 ** -10;
  const measure: Measure = {
    id: `own ${id}`,
    name: id,
    arity: "pair",
    totals: "before",
    normalizes: true,
    hasExact: false,
    wgsl: /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 {
  if (q < 1.17549435e-38) { return p * ${perUnit(atInfinity)}; }
  if (p < 1.17549435e-38) { return q * ${perUnit(atZero)}; }
  return ${term.wgsl};
}
`,
    // a function of its own: reads take terms with one function for one term
    cpu: (p, q, d) => term.cpu(p, q, d),
    edges: { pZero: atZero, qZero: atInfinity },
    unitExponent: 0,
    finish: finishOf((2 * term.cpu(1 + step, 1, step)) / step ** 2),
    scaling: byOffsetSquared,
  };
  return pair(measure);
}

/** What is wrong with a measure, if anything. */
export interface Verification {
  /** One line for each thing that is wrong; empty where nothing is. */
  readonly faults: readonly string[];
  /** Where the WGSL ran: the adapter's name, or `null` where there was none and only the TypeScript was looked at. */
  readonly adapter: string | null;
  /** Pairs of p and q that were tried. */
  readonly cells: number;
}

/**
 * Looks whether a measure's two lines say the same, on pairs next to each other and far apart: its WGSL on a GPU or a software adapter against its
 * TypeScript; and whether that is never negative, 0 for p = q, twice as much for twice p and q, and tends to what it says at zeros.
 *
 * @param measure - A measure, as {@link fDivergence} makes it.
 * @param options - `backend`: the WebGPU backend to try it on; default one that is opened for it, where there is one.
 * @returns What is wrong, where it ran, and how many cells were tried.
 */
export async function verifyMeasure(measure: PairMeasure, options: { readonly backend?: Backend } = {}): Promise<Verification> {
  return (await import("./verify-measure.js")).verify(measure, options);
}
