import { klDivergence } from "kullback";
import type { Detail } from "kullback";
import type { Tools } from "../jobs";
import type { MethodId } from "./methods";
import { pairsAt } from "./pairs";
import { naiveSum, scipySum } from "./sums";

/** What a method says of a pair. */
export interface Judged {
  readonly method: MethodId;
  readonly value: number;
  /** |value − truth|, where the truth is the exact value for the same cells. */
  readonly error: number;
  readonly truth: number;
  /** What the library says that it may be off by; others say nothing. */
  readonly errorBound: number | null;
}

export interface Question {
  readonly epsilon: number;
  /** Seed of the pair. */
  readonly seed: number;
  readonly base: number;
}

export interface Answer {
  readonly judged: readonly Judged[];
  /** Cells that are the same in p and q, of binary32 and of binary64. */
  readonly same: readonly [narrow: number, wide: number];
  /** Why the fast answers came from where they did, of binary32 and of binary64. */
  readonly ranOn: readonly [narrow: string, wide: string];
}

/** All methods on one pair. */
export async function judge({ epsilon, seed, base }: Question, { backend, signal }: Pick<Tools, "backend" | "signal">): Promise<Answer> {
  const { wide, narrow } = pairsAt(epsilon, seed);
  const perNat = base === Math.E ? 1 : 1 / Math.log(base);
  const options = { base, backend, signal, detail: true } as const;
  const judged: Judged[] = [];
  const add = (method: MethodId, value: number, truth: number, errorBound: number | null = null) => judged.push({ method, value, truth, error: Math.abs(value - truth), errorBound });
  const fast: Detail[] = [];
  for (const [pair, size] of [[narrow, "narrow"], [wide, "wide"]] as const) {
    const exact = await klDivergence(pair.p, pair.q, { ...options, precision: "exact" });
    const quick = await klDivergence(pair.p, pair.q, { ...options, precision: "fast" });
    fast.push(quick);
    if (size === "narrow") add("naive", Math.fround(naiveSum(narrow.p, narrow.q) * Math.fround(perNat)), exact.value);
    else add("scipy", scipySum(wide.p, wide.q) * perNat, exact.value);
    add(`fast-${size}`, quick.value, exact.value, quick.errorBound);
    add(`exact-${size}`, exact.value, exact.value, exact.errorBound);
  }
  const sameIn = ({ p, q }: { readonly p: ArrayLike<number>; readonly q: ArrayLike<number> }) => Array.from(p).reduce((count, x, i) => count + Number(x === q[i]), 0);
  return { judged, same: [sameIn(narrow), sameIn(wide)], ranOn: [fast[0].reason, fast[1].reason] };
}
