import { HOST, differenceError, termError, totalQ } from "./finish.js";
import { lnRatioNear } from "./log.js";
import type { Finish, Finished, Measure, Sums } from "./measure.js";
import { unscaled } from "./scaling.js";

/** What is asked of a divergence of an order: Bhattacharyya's is half of Rényi's of order ½. */
export type OrderKind = "renyi" | "tsallis" | "alpha" | "bhattacharyya";

/** A divergence of order α, and how it is summed: as that of `order` α or, where the sums are those of (q, p), of 1 − α. */
export interface Asked {
  readonly kind: OrderKind;
  readonly order: number;
  readonly isSwapped: boolean;
}

/** How much larger than a term's the errors of powers are: they grow with the logarithm that is multiplied. */
function growthOf(order: number, { other = 0, p, q, largestP, smallestQ }: Sums): number {
  if (order > 1) return 1 + (order - 1) * Math.max(Math.log(largestP / smallestQ), 0);
  // Σ y·|ln y| of a sum of y is the largest where all are the same
  const most = (total: number) => Math.max(Math.log(total / other), 0);
  return 1 + most(p) + ((1 - order) / order) * most(q);
}

/** (F − f(Sp, Sq))/(Sp^α·Sq^(1−α)), the alpha divergence of p̂ and q̂, of the order of the sums. */
function divergenceFrom(order: number, of: Measure["cpu"], sums: Sums): Finished {
  const { term, p, d, errors } = sums;
  const beta = order - 1;
  const q = totalQ(sums);
  const x = lnRatioNear(p, q, d);
  const divisor = p * Math.exp(beta * x);
  const totals = of(p, q, d);
  const slope = Math.abs(Math.expm1(order * x)) / order;
  const error = errorOfSum(order, sums) + slope * differenceErrorOf(order, sums) + 2 * totals * errors.sum + HOST * (term + totals);
  const value = Math.max(term - totals, 0) / divisor;
  return { value, errorBound: error / divisor + value * (1 + 2 * Math.abs(beta)) * (errors.sum + HOST * (1 + Math.abs(x))) };
}

const errorOfSum = (order: number, sums: Sums) => (order > 1 ? growthOf(order, sums) : 1) * termError(sums);

/** Of Σ(p − q), from Σ|p − q| ≤ √(2·max(1, α)·F·(Σp + Σq)). */
const differenceErrorOf = (order: number, sums: Sums) => differenceError(sums, Math.SQRT2 * Math.sqrt(Math.max(order, 1)));

/** (Σ p^α·q^(1−α) − Σp)/(α − 1) = α·F + Σ(p − q), of the order that is asked for. */
function plainFrom({ order, isSwapped }: Asked, ofSums: number, sums: Sums): Finished {
  const d = isSwapped ? -sums.d : sums.d;
  const error = Math.abs(order) * errorOfSum(ofSums, sums) + differenceErrorOf(ofSums, sums);
  return { value: order * sums.term + d, errorBound: error + HOST * (Math.abs(order) * sums.term + Math.abs(d)) };
}

/** ln of Σ p̂^α·q̂^(1−α); of the numbers as they are, of Σ p^α·q^(1−α)/Σp. */
function logPowerFrom(order: number, isSwapped: boolean, sums: Sums, { normalize }: Finish): Finished {
  const { other = 0, p, d, errors, cells } = sums;
  if (other === 0) return { value: -Infinity, errorBound: order < 1 ? 0 : Infinity };
  const relative = (growthOf(order, sums) * errors.term + errors.sum) * 1.01 + (cells * errors.floor) / other + errors.sum;
  if (!normalize) {
    const value = Math.log(other / (isSwapped ? sums.q : p));
    return { value, errorBound: relative + HOST * (1 + Math.abs(value)) };
  }
  const beta = order - 1;
  const x = lnRatioNear(p, totalQ(sums), d);
  const value = Math.log(other / p) - beta * x;
  return { value, errorBound: relative + Math.abs(beta) * (2 * errors.sum + HOST * Math.abs(x)) + HOST * (1 + Math.abs(value)) };
}

/** Rényi's from Tsallis' divergence T: ln(1 + (α − 1)·T)/(α − 1). */
function renyiOf(order: number, { value, errorBound }: Finished): Finished {
  const beta = order - 1;
  const of = (tsallis: number) => Math.log1p(Math.max(beta * tsallis, -1)) / beta;
  const result = of(value);
  return { value: result, errorBound: Math.max(of(value + errorBound) - result, result - of(value - errorBound)) + HOST * Math.abs(result) };
}

const times = ({ value, errorBound }: Finished, factor: number): Finished => ({ value: factor * value, errorBound: Math.abs(factor) * errorBound });

/** What is asked, from the logarithm of the sum of powers. */
function ofLogPower({ kind, order }: Asked, { value, errorBound }: Finished): Finished {
  const beta = order - 1;
  if (kind === "renyi" || kind === "bhattacharyya") return times({ value, errorBound }, 1 / beta);
  return times({ value: Math.expm1(value), errorBound: Math.exp(value) * (Math.expm1(errorBound) + HOST) }, 1 / (kind === "alpha" ? order * beta : beta));
}

/** −ln Σ√(pq) of the numbers as they are. */
function plainBhattacharyya(sums: Sums, { cellVolume }: Finish): Finished {
  const { other = 0, errors, cells, scale } = sums;
  if (other === 0) return { value: Infinity, errorBound: 0 };
  const value = scale.p * Math.LN2 - Math.log(other) - Math.log(cellVolume);
  const relative = (growthOf(0.5, sums) * errors.term + errors.sum) * 1.01 + (cells * errors.floor) / other;
  return { value, errorBound: relative + HOST * (1 + Math.abs(value) + Math.abs(scale.p)) };
}

/** The same of the numbers as they are; Rényi's of p/Σp and q/Σp. */
function finishPlain(asked: Asked, ofSums: number, sums: Sums, how: Finish): Finished {
  const { kind, order, isSwapped } = asked;
  const inUnits = ({ value, errorBound }: Finished) => ({ value: unscaled(value, sums, how), errorBound: unscaled(errorBound, sums, how) });
  if (kind === "bhattacharyya") return plainBhattacharyya(sums, how);
  if (kind === "alpha") return inUnits({ value: sums.term, errorBound: errorOfSum(ofSums, sums) + HOST * sums.term });
  const tsallis = plainFrom(asked, ofSums, sums);
  if (kind === "tsallis") return inUnits(tsallis);
  const { value, errorBound } = times(tsallis, 1 / (isSwapped ? sums.q : sums.p));
  return surer(renyiOf(order, { value, errorBound: errorBound + Math.abs(value) * sums.errors.sum }), ofLogPower(asked, logPowerFrom(ofSums, isSwapped, sums, how)));
}

const surer = (a: Finished, b: Finished) => (a.errorBound <= b.errorBound ? a : b);

/** What is asked, from the alpha divergence of its order. */
export function fromDivergence({ kind, order }: Pick<Asked, "kind" | "order">, alpha: Finished): Finished {
  if (kind === "alpha") return alpha;
  const tsallis = times(alpha, order);
  return kind === "tsallis" ? tsallis : renyiOf(order, tsallis);
}

/** Bhattacharyya's from Rényi's of order ½; others as they are. */
const halved = ({ kind }: Pick<Asked, "kind">, { value, errorBound }: Finished): Finished => times({ value: Math.max(value, 0), errorBound }, kind === "bhattacharyya" ? 0.5 : 1);

/** The same as a value. */
export const valueFromDivergence = (asked: Pick<Asked, "kind" | "order">, alpha: Finished): Finished => halved(asked, fromDivergence(asked, alpha));

/** A divergence from that of its two sums, F = Σ f and P = Σ p^α·q^(1−α), which has it surer; `of`: f, of the order of the sums. */
export function finishOrder(asked: Asked, of: Measure["cpu"], sums: Sums, how: Finish): Finished {
  const { order, isSwapped } = asked;
  const ofSums = isSwapped ? 1 - order : order;
  if (!how.normalize) return finishPlain(asked, ofSums, sums, how);
  if (!sums.differs) return { value: 0, errorBound: 0 };
  const fromSum = fromDivergence(asked, divergenceFrom(ofSums, of, sums));
  return halved(asked, surer(fromSum, ofLogPower(asked, logPowerFrom(ofSums, isSwapped, sums, how))));
}
