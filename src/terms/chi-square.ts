import { finishChiSquare } from "./finish.js";
import { between } from "./measure.js";
import type { Measure, Sums } from "./measure.js";
import { byTotalsOf } from "./scaling.js";

// where d²/q may leave the type's range it is a number that tells: 2^110
const termOver = (side: "p" | "q") => /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 {
  let least = max(${side}, 1.17549435e-38);
  let far = abs(d) > 1.152921504606847e18 || abs(d) * 8.673617379884035e-19 > least;
  return select(d * (d / least), 1.298074214633707e33, far);
}
`;

/** d²/q. */
export function relativeSquare(_p: number, q: number, d: number): number {
  return d * (d / q);
}

const scaling = /* @__PURE__ */ byTotalsOf(relativeSquare, 0);
const overflows = ({ term: sum }: Sums, { largestExponent }: { readonly largestExponent: number }) => !(sum < 2 ** (largestExponent - 18));

/** Σ(p̂ − q̂)²/q̂: Pearson 1900, doi:10.1080/14786440009463897. */
export const chiSquareMeasure: Measure = {
  id: "chi-square",
  name: "chiSquare",
  arity: "pair",
  totals: "after",
  normalizes: true,
  hasExact: false,
  wgsl: /* @__PURE__ */ termOver("q"),
  cpu: relativeSquare,
  edges: { pZero: 1, qZero: Infinity },
  unitExponent: 0,
  overflows,
  finish: finishChiSquare,
  fromSum: /* @__PURE__ */ between(Infinity),
  bilinear: {
    logs: false,
    own: relativeSquare,
    ofP: (p, c, d) => d * ((p + c) / c),
    ofQ: (q, _c, d) => d / q,
  },
  scaling: { ...scaling, wanted: (sums, how, limits) => overflows(sums, limits) || scaling.wanted(sums, how, limits) },
};

/** Σ(p̂ − q̂)²/p̂, the other way: Neyman 1949. */
export const neymanChiSquareMeasure: Measure = {
  ...chiSquareMeasure,
  id: "neyman-chi-square",
  name: "neymanChiSquare",
  wgsl: /* @__PURE__ */ termOver("p"),
  cpu: (p, _q, d) => d * (d / p),
  edges: { pZero: Infinity, qZero: 1 },
  reversed: chiSquareMeasure,
  bilinear: undefined,
};
