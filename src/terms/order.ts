import { finishOrder, valueFromDivergence } from "./finish-order.js";
import type { Asked, OrderKind } from "./finish-order.js";
import { squaredDifferenceOfRoots } from "./hellinger.js";
import { kl, klReversed } from "./kl.js";
import { lnRatioNear } from "./log.js";
import { between } from "./measure.js";
import type { Limits, Measure, Scaling, Sums } from "./measure.js";
import { greatestRatio, outside } from "./order-limits.js";
import { byTotalsOf, exponentOf, headroomOf } from "./scaling.js";

/*
 * Divergences of an order α, from two sums over the cells: F = Σ f(p, q) with f = (α·p + (1 − α)·q − p^α·q^(1−α))/(α·(1 − α)) ≥ 0,
 * which is (p·E − d)/α of E = (e^(βx) − 1)/β, β = α − 1, x = ln(p/q), and P = Σ p^α·q^(1−α). Where p and q are close F has the digits,
 * where they have next to nothing in common P. Orders below ½ are those of q and p: f of α and (p, q) is f of 1 − α and (q, p).
 */

type Cpu = Measure["cpu"];

/** Up to this |x|, and |βx|, f is a series in x. */
const NEAR = 1.5;

/** f = p·x²·Σ a_k·x^k, where (k + 2)!·a_k = (β^(k+1) − (−1)^(k+1))/(β + 1). */
function seriesOf(order: number, terms: number): number[] {
  const coefficients: number[] = [];
  let [geometric, factorial, sign] = [1, 2, -1];
  for (let k = 0; k < terms; k++) {
    coefficients.push(geometric / factorial);
    geometric = (order - 1) * geometric + sign;
    sign = -sign;
    factorial *= k + 3;
  }
  return coefficients;
}

const nearOf = (order: number) => NEAR / Math.max(1, Math.abs(order - 1));

/** f in binary64. */
function divergenceOf(order: number): Cpu {
  if (order === 0.5) return (p, q, d) => 2 * squaredDifferenceOfRoots(p, q, d);
  const near = nearOf(order);
  const beta = order - 1;
  const series = seriesOf(order, 24).reverse();
  return (p, q, d) => {
    const x = lnRatioNear(p, q, d);
    if (Math.abs(x) > near) return (p * (Math.expm1(beta * x) / beta) - d) / order;
    let sum = 0;
    for (const coefficient of series) sum = sum * x + coefficient;
    return p * (x * x * sum);
  };
}

/** p^α·q^(1−α) in binary64. */
function powerOf(order: number): Cpu {
  if (order === 0.5) return (p, q) => Math.sqrt(p) * Math.sqrt(q);
  return (p, q, d) => p * Math.exp((order - 1) * lnRatioNear(p, q, d));
}

export const literal = (x: number) => x.toExponential(9);

/** A number that tells, where p·e^y may leave the type's range: 2^110. */
export const guarded = (value: string) => `select(${value}, 1.298074214633707e33, y * 1.442695041 + f32(bitcast<i32>(p) >> 23u) - 127.0 > 108.0)`;

function divergenceWgsl(order: number): string {
  if (order === 0.5) {
    return /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 {
  let root = select(sqrt(p), 0.0, p == 0.0) + select(sqrt(q), 0.0, q == 0.0);
  let difference = d / max(root, 1e-19);
  return 2.0 * difference * difference;
}
`;
  }
  const series = seriesOf(order, 16).reduceRight((sum, coefficient) => (sum === "" ? literal(coefficient) : `${literal(coefficient)} + x * (${sum})`), "");
  const far = guarded(`(p * (expm1_of(y) / ${literal(order - 1)}) - d) / ${literal(order)}`);
  // where q is 0 the logarithm is not infinite
  const only = order < 1 ? `if (q < 1.17549435e-38) { return p / ${literal(1 - order)}; }` : "";
  return /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 {
  let x = ln_ratio_near(p, q, d);
  let y = ${literal(order - 1)} * x;
  ${only}
  if (abs(x) > ${literal(nearOf(order))}) { return ${far}; }
  return p * (x * x * (${series}));
}
`;
}

function powerWgsl(order: number): string {
  if (order === 0.5) {
    return /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 { return select(sqrt(p), 0.0, p == 0.0) * select(sqrt(q), 0.0, q == 0.0); }
`;
  }
  const nothing = order < 1 ? "min(p, q)" : "p";
  return /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 {
  let y = ${literal(order - 1)} * ln_ratio_near(p, q, d);
  return select(${guarded("p * exp_of(y)")}, 0.0, ${nothing} < 1.17549435e-38);
}
`;
}

/** Did a sum, or one of its terms, leave what the arithmetic holds? Or is all of P so small that it may have? */
const overflowsOf = (order: number) => ({ term, other = 0, smallestQ, cells }: Sums, { largestExponent }: Limits): boolean => {
  const largest = 2 ** (largestExponent - 18);
  if (order < 1) return smallestQ < Infinity && other < cells / largest;
  // a q that underflowed has lost its ratio
  return !(term < largest && other < largest) || smallestQ < 2 ** (2 - largestExponent) || (other === 0 && smallestQ < Infinity);
};

/** By the totals; where powers of far cells overflow at that scale, q goes up until they do not: P alone is then of use. */
function scalingOf(order: number, divergence: Cpu): Scaling {
  const byTotals = byTotalsOf(divergence, order > 1 ? 0 : undefined);
  const overflows = overflowsOf(order);
  const lifted = ({ largestP, largestQ, smallestQ, scale, cells }: Sums, { largestExponent }: Limits) => {
    const room = largestExponent - headroomOf(cells) - 20;
    const own = scale.q + Math.log2(scale.multiplier);
    const needed = Math.ceil(own - exponentOf(smallestQ) - room / (order - 1));
    return { p: scale.p - exponentOf(largestP) - 1, q: Math.min(needed, Math.floor(own) - exponentOf(largestQ) + room), multiplier: 1, lifted: true } as const;
  };
  return {
    wanted: (sums, how, limits) => !sums.scale.lifted && ((order > 1 && overflows(sums, limits)) || byTotals.wanted(sums, how, limits)),
    choose(sums, how, limits) {
      const scale = byTotals.choose(sums, how, limits);
      if (!(order > 1 && how.normalize && overflows(sums, limits))) return scale;
      const { p, q, multiplier } = sums.scale;
      const isTried = p !== 0 || q !== 0 || (scale.p === p && scale.q === q && scale.multiplier === multiplier);
      return isTried ? lifted(sums, limits) : scale;
    },
  };
}

const NAMES = { renyi: "renyi", tsallis: "tsallis", alpha: "alphaDivergence", bhattacharyya: "bhattacharyya" } as const;

/** A divergence of an order of ½ or more, but not 1, and of one below from that: `asked` tells. */
function ofOrder(order: number, asked: Asked): Measure {
  const divergence = divergenceOf(order);
  const { kind } = asked;
  const infinite = order < 1 ? 0 : Infinity;
  return {
    id: `${kind}:${asked.order}`,
    name: `${NAMES[kind]}(${asked.order})`,
    arity: "pair",
    totals: "after",
    normalizes: true,
    hasExact: false,
    wgsl: divergenceWgsl(order),
    cpu: divergence,
    ...(order > 0.5 && { ofOrder: { sum: "divergence", arity: "pair", order } }),
    edges: { pZero: 1 / order, qZero: order < 1 ? 1 / (1 - order) : Infinity },
    other: { id: `power:${order}`, wgsl: powerWgsl(order), cpu: powerOf(order), ...(order > 0.5 && { ofOrder: { sum: "powers", arity: "pair", order } }), edges: { pZero: 0, qZero: infinite } },
    unitExponent: kind === "renyi" || kind === "bhattacharyya" ? 1 : 0,
    ...(kind !== "alpha" && { isNoSum: true }),
    overflows: overflowsOf(order),
    finish: (sums, how) => finishOrder(asked, divergence, sums, how),
    scaling: scalingOf(order, divergence),
    ...(order === 0.5 && { symmetric: true }),
    fromSum: (sum) => valueFromDivergence(asked, between(Infinity)(sum)),
    bilinear: {
      order,
      own: divergence,
      ofP: (_p, c, _d, log) => c * Math.expm1(order * log),
      ofQ: (_q, _c, _d, log) => Math.expm1((1 - order) * log) / (order * (1 - order)),
      logs: true,
    },
  };
}

/** A divergence of an order; below ½ it is that of (q, p) of another. */
function measureOf(kind: OrderKind, order: number): Measure {
  if (order >= 0.5) return ofOrder(order, { kind, order, isSwapped: false });
  const reversed = ofOrder(1 - order, { kind, order, isSwapped: true });
  return {
    ...reversed,
    wgsl: reversed.wgsl.replace("(p: f32, q: f32, d: f32) -> f32 {", "(q: f32, p: f32, difference: f32) -> f32 {\n  let d = -difference;"),
    cpu: (p, q, d) => reversed.cpu(q, p, -d),
    edges: { pZero: reversed.edges.qZero, qZero: reversed.edges.pZero },
    reversed,
    ofOrder: undefined,
    bilinear: undefined,
  };
}

/** ln(Σ p̂^α·q̂^(1−α))/(α − 1): Rényi 1961, Proc. 4th Berkeley Symp. I, p. 547; its limits: van Erven & Harremoës 2014, doi:10.1109/TIT.2014.2320500. */
export function renyiMeasure(order: number): Measure {
  if (order === 0) return outside("renyi");
  if (order === 1) return { ...kl, name: "renyi(1)" };
  if (order === Infinity) return greatestRatio;
  return measureOf("renyi", order);
}

/** (Σ p̂^α·q̂^(1−α) − 1)/(α − 1): Tsallis 1998, doi:10.1103/PhysRevE.58.1442. */
export function tsallisMeasure(order: number): Measure {
  if (order === 0) return outside("tsallis");
  if (order === 1) return { ...kl, name: "tsallis(1)" };
  return measureOf("tsallis", order);
}

/** (Σ p̂^α·q̂^(1−α) − 1)/(α·(α − 1)): Cichocki & Amari 2010, doi:10.3390/e12061532. */
export function alphaMeasure(order: number): Measure {
  if (order === 0) return { ...klReversed, name: "alphaDivergence(0)" };
  if (order === 1) return { ...kl, name: "alphaDivergence(1)" };
  return measureOf("alpha", order);
}

/** −ln Σ√(p̂q̂): Bhattacharyya 1943; Kailath 1967, doi:10.1109/TCOM.1967.1089532. */
export const bhattacharyyaMeasure: Measure = /* @__PURE__ */ (() => ({ ...measureOf("bhattacharyya", 0.5), id: "bhattacharyya", name: "bhattacharyya" }))();
