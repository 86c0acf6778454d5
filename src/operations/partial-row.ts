import { UNIT } from "../terms/exact/measure.js";
import type { ExactRow, ExactScale } from "../terms/exact/measure.js";

/** An exact number: hexadecimal digits times a power of two, `"0x1a3fp-52"`. */
type Hex = string;

/** One row of partial sums, as JSON keeps it. */
export interface PartialRow {
  readonly p: Hex;
  readonly q: Hex;
  /** `null` as long as only the totals are known. */
  readonly terms: readonly [Hex, Hex] | null;
  readonly infiniteCells: number;
  /** What p and q were multiplied by for the terms, from the totals; `null` for nothing. */
  readonly scale: { readonly pShift: number; readonly qShift: number; readonly pTimes: Hex; readonly qTimes: Hex } | null;
}

/** `scale` is `undefined` where the row has no terms yet. */
export function partialRow({ p, q, terms, infiniteCells }: ExactRow, scale: ExactScale | null | undefined): PartialRow {
  return {
    p: hexOf(p, UNIT),
    q: hexOf(q, UNIT),
    terms: scale === undefined ? null : [hexOf(terms[0], UNIT), hexOf(terms[1], UNIT)],
    infiniteCells,
    scale: scale ? { pShift: scale.pShift, qShift: scale.qShift, pTimes: hexOf(scale.pTimes, 0), qTimes: hexOf(scale.qTimes, 0) } : null,
  };
}

export function rowOf({ p, q, terms, infiniteCells }: PartialRow): ExactRow {
  return { p: integerOf(p, UNIT), q: integerOf(q, UNIT), terms: [integerOf(terms?.[0] ?? "0x0p0", UNIT), integerOf(terms?.[1] ?? "0x0p0", UNIT)], infiniteCells };
}

export function scaleOf({ scale }: PartialRow): ExactScale | null {
  return scale && { ...scale, pTimes: integerOf(scale.pTimes, 0), qTimes: integerOf(scale.qTimes, 0) };
}

/** An integer in units of 2^-unit. */
function hexOf(integer: bigint, unit: number): Hex {
  const digits = integer.toString(16);
  const kept = digits.replace(/0+$/, "") || "0";
  return `0x${kept}p${kept === "0" ? 0 : 4 * (digits.length - kept.length) - unit}`;
}

function integerOf(hex: Hex, unit: number): bigint {
  const [digits, exponent] = hex.split("p");
  return BigInt(digits) === 0n ? 0n : BigInt(digits) << BigInt(Number(exponent) + unit);
}
