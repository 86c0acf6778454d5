import { chiSquareMeasure, neymanChiSquareMeasure } from "./chi-square.js";
import { crossEntropyMeasure, entropyMeasure } from "./entropy.js";
import { jensenShannonMeasure } from "./jensen-shannon.js";
import { kl } from "./kl.js";
import { klDiv, lnRatio, lnRatioNear } from "./log.js";
import { INFINITE } from "./measure.js";
import type { Measure } from "./measure.js";

/** A derivative as a backend maps it over cells. */
type Term = Pick<Measure, "id" | "wgsl" | "cpu" | "edges"> & { readonly saysZeros: true };

/*
 * Derivatives of a measure by its cells. Where the value is Σ F(p̂, q̂) of normalised cells, ∂/∂p_i = (F_p(i) − Σ p̂·F_p)/Σp, and the same
 * for q; by ln q_i it is q̂_i·(F_q(i) − Σ q̂·F_q). Of F only what the mean does not take away again matters, so that F_p of a divergence is a
 * function of the ratio alone, and nothing cancels where p and q are close. The means are known: multiples of the value, or of another measure.
 */

export type By = "p" | "q" | "log q";

/** What a slope's mean is, once cells are normalised: so many times a measure, of p and q or of q and p. */
interface Mean {
  readonly of: Measure;
  readonly times: number;
  readonly isReversed?: true;
}

export interface Slope {
  /** F_p or F_q of a cell; of `"log q"` times q. */
  readonly term: Term;
  /** `null`: 0. */
  readonly mean: Mean | null;
  /** Added to F_p and F_q where the numbers are taken as they are. */
  readonly raw: number;
}

/** What a slope is where both are 0, p alone, q alone: what the formula says where it is left out. */
interface Edges {
  readonly both?: number;
  readonly pZero?: number;
  readonly qZero?: number | "-p";
}

function literal(value: number | "-p"): string {
  if (value === "-p") return value;
  return Math.abs(value) === Infinity ? `${value < 0 ? "-" : ""}INFINITE` : value.toFixed(10);
}

/** A term that tells what becomes of zeros. */
function termOf(id: string, { both, pZero, qZero }: Edges, wgsl: string, cpu: Term["cpu"]): Term {
  const where = (condition: string, value: number | "-p" | undefined) => (value === undefined ? "" : `  if (${condition}) { return ${literal(value)}; }\n`);
  const zeros = where("p == 0.0 && q == 0.0", both) + where("p == 0.0 && q != 0.0", pZero) + where("p != 0.0 && q == 0.0", qZero);
  return {
    id: `slope of ${id}`,
    wgsl: `fn term(p: f32, q: f32, d: f32) -> f32 {\n${zeros}  return ${wgsl};\n}\n`,
    cpu(p, q, d) {
      const edge = p === 0 ? (q === 0 ? both : pZero) : q === 0 ? qZero : undefined;
      if (edge === "-p") return -p;
      return edge === undefined ? cpu(p, q, d) : Math.min(Math.max(edge, -INFINITE), INFINITE);
    },
    edges: { pZero: 0, qZero: 0 },
    saysZeros: true,
  };
}

/** Σ ½p̂·ln(p̂/m), the first half of Jensen–Shannon. */
const klToMean: Measure = {
  ...jensenShannonMeasure,
  id: "kl-to-mean",
  hasExact: false,
  wgsl: /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 { return 0.5 * kl_div(p, 0.5 * (p + q), 0.5 * d); }
`,
  cpu: (p, q, d) => 0.5 * klDiv(p, 0.5 * (p + q), 0.5 * d),
  edges: { pZero: 0.25, qZero: Math.LN2 / 2 - 0.25 },
};

const HALF_LN2 = Math.LN2 / 2;
const [UP, DOWN] = [Infinity, -Infinity];
const once = (of: Measure): Mean => ({ of, times: 1 });
const reversed = (of: Measure): Mean => ({ of, times: 1, isReversed: true });
const ofKl = (id: string, raw: number) => ({
  // 1 − p̂/q̂, and q̂ times that
  q: { term: termOf(`${id} by q`, { both: 1, pZero: 1, qZero: DOWN }, "-d / q", (_p, q, d) => -d / q), mean: null, raw },
  "log q": { term: termOf(`${id} by log q`, {}, "-d", (_p, _q, d) => -d), mean: null, raw },
});
const logRatio = (id: string, mean: Mean | null, raw: number): Slope => ({
  term: termOf(`${id} by p`, { both: UP, pZero: DOWN, qZero: UP }, "ln_ratio_near(p, q, d)", lnRatioNear), mean, raw,
});

/** By a measure's `id`; what is not there has no gradient. */
export const slopes: Readonly<Record<string, Readonly<Partial<Record<By, Slope>>>>> = {
  kl: { p: logRatio("kl", once(kl), 1), ...ofKl("kl", -1) },
  // normalised never: F_q is 1 − p/q as it stands
  "generalized-kl": { p: logRatio("generalized-kl", null, 0), ...ofKl("generalized-kl", 0) },
  "cross-entropy": {
    p: { term: termOf("cross-entropy by p", { both: UP, qZero: UP }, "-ln_ratio(q, 1.0)", (_p, q) => -lnRatio(q, 1)), mean: once(crossEntropyMeasure), raw: 0 },
    ...ofKl("cross-entropy", -1),
  },
  entropy: {
    p: { term: termOf("entropy by p", { both: UP }, "-ln_ratio(p, 1.0)", (p) => -lnRatio(p, 1)), mean: once(entropyMeasure), raw: -1 },
  },
  jeffreys: {
    p: {
      term: termOf("jeffreys by p", { both: UP, pZero: DOWN, qZero: UP }, "ln_ratio_near(p, q, d) + d / p", (p, q, d) => lnRatioNear(p, q, d) + d / p),
      mean: once(kl), raw: 0,
    },
    q: {
      term: termOf("jeffreys by q", { both: UP, pZero: UP, qZero: DOWN }, "-(ln_ratio_near(p, q, d) + d / q)", (p, q, d) => -(lnRatioNear(p, q, d) + d / q)),
      mean: reversed(kl), raw: 0,
    },
    "log q": {
      term: termOf("jeffreys by log q", { both: 0, pZero: UP, qZero: "-p" }, "-(q * ln_ratio_near(p, q, d) + d)", (p, q, d) => -(q * lnRatioNear(p, q, d) + d)),
      mean: reversed(kl), raw: 0,
    },
  },
  js: {
    p: {
      term: termOf("js by p", { both: HALF_LN2, pZero: DOWN, qZero: HALF_LN2 }, "0.5 * ln_ratio_near(p, 0.5 * (p + q), 0.5 * d)", (p, q, d) => 0.5 * lnRatioNear(p, 0.5 * (p + q), 0.5 * d)),
      mean: once(klToMean), raw: 0,
    },
    q: {
      term: termOf("js by q", { both: HALF_LN2, pZero: HALF_LN2, qZero: DOWN }, "0.5 * ln_ratio_near(q, 0.5 * (p + q), -0.5 * d)", (p, q, d) => 0.5 * lnRatioNear(q, 0.5 * (p + q), -0.5 * d)),
      mean: reversed(klToMean), raw: 0,
    },
    "log q": {
      term: termOf("js by log q", { both: 0, qZero: 0 }, "0.5 * q * ln_ratio_near(q, 0.5 * (p + q), -0.5 * d)", (p, q, d) => 0.5 * q * lnRatioNear(q, 0.5 * (p + q), -0.5 * d)),
      mean: reversed(klToMean), raw: 0,
    },
  },
  "chi-square": {
    p: { term: termOf("chi-square by p", { both: UP, qZero: UP }, "2.0 * (d / q)", (_p, q, d) => 2 * (d / q)), mean: { of: chiSquareMeasure, times: 2 }, raw: 0 },
    q: {
      term: termOf("chi-square by q", { both: 1, qZero: DOWN }, "-(d / q) * ((p + q) / q)", (p, q, d) => -(d / q) * ((p + q) / q)),
      mean: { of: chiSquareMeasure, times: -1 }, raw: 0,
    },
    "log q": {
      term: termOf("chi-square by log q", { both: 0, qZero: DOWN }, "-d * ((p + q) / q)", (p, q, d) => -d * ((p + q) / q)),
      mean: { of: chiSquareMeasure, times: -1 }, raw: 0,
    },
  },
  "neyman-chi-square": {
    p: {
      term: termOf("neyman-chi-square by p", { both: 1, pZero: DOWN }, "(d / p) * ((p + q) / p)", (p, q, d) => (d / p) * ((p + q) / p)),
      mean: { of: neymanChiSquareMeasure, times: -1 }, raw: 0,
    },
    q: { term: termOf("neyman-chi-square by q", { both: UP, pZero: UP }, "-2.0 * (d / p)", (p, _q, d) => -2 * (d / p)), mean: { of: neymanChiSquareMeasure, times: 2 }, raw: 0 },
    "log q": {
      term: termOf("neyman-chi-square by log q", { both: 0, pZero: UP }, "-2.0 * d * (q / p)", (p, q, d) => -2 * d * (q / p)),
      mean: { of: neymanChiSquareMeasure, times: 2 }, raw: 0,
    },
  },
};
