import { Column } from "../totals.js";
import { TILE } from "./logit-kernel.js";
import type { LogitKernel } from "./logit-kernel.js";

/** Logits beyond, as the kernel says of those below, and steeper or flatter scales are not for it: its −Infinity is −1e300. */
export const FARTHEST = 1e50;
const [FLATTEST, STEEPEST] = [1e-30, 1e7];
/** The largest logit beyond which they are not summed in singles: it has no digits behind the point. */
const LARGEST_SINGLE = 2 ** 20;
/** Doubles that are added up at once. */
const DOUBLES = 256;

/** How rows are summed. */
export interface LogitWay {
  readonly cells: number;
  readonly scale: number;
  readonly isCross: boolean;
  /** Do both sides come as singles, and may they be summed in them? */
  readonly areSingles: boolean;
  readonly mayStaySingles: boolean;
}

/** What a row adds up to, each at its place; `singles`: was it summed in them? */
export const ROW_SUMS = ["largestP", "largestQ", "p", "q", "d", "term", "infiniteCells", "agrees", "farthest", "singles"] as const;
export type LogitRow = Readonly<Record<(typeof ROW_SUMS)[number], number>>;

/** Brings logits of a row, from one on, to both places of the kernel: singles, or doubles. */
export type LoadLogits = (kernel: LogitKernel, first: number, count: number, asSingles: boolean) => void;

/** Reads a row for its largest and again for its sums; `null` where something in it is invalid, too far out, or all of a side nothing. */
export function sumLogitRow(kernel: LogitKernel, { cells, scale, isCross, areSingles, mayStaySingles }: LogitWay, load: LoadLogits): LogitRow | null {
  let [largestP, largestQ] = [-Infinity, -Infinity];
  const tiles = (asSingles: boolean, each: (count: number) => boolean): boolean => {
    for (let first = 0; first < cells; first += TILE) {
      const count = Math.min(TILE, cells - first);
      load(kernel, first, count, asSingles);
      const whole = count + (-count & 3);
      for (const side of asSingles ? [kernel.singles.a, kernel.singles.b] : [kernel.a, kernel.b]) side.fill(-Infinity, count, whole);
      if (!each(whole)) return false;
    }
    return true;
  };
  const areRight = tiles(areSingles, (count) => {
    kernel.largest(areSingles, count);
    const [a, b, isRight, isNear] = kernel.sums;
    [largestP, largestQ] = [Math.max(largestP, a), Math.max(largestQ, b)];
    return isRight !== 0 && isNear !== 0;
  });
  if (!areRight || !(Math.min(largestP, largestQ) > -FARTHEST) || !(Math.max(largestP, largestQ) < FARTHEST) || !(scale > FLATTEST && scale < STEEPEST)) return null;
  const inSingles = mayStaySingles && scale === 1 && Math.max(Math.abs(largestP), Math.abs(largestQ)) < LARGEST_SINGLE;
  const columns = new Column(4);
  let [infiniteCells, agrees, farthest] = [0, 0, 1];
  tiles(areSingles, (count) => {
    // runs of singles are short, and sums of those few
    const most = inSingles ? TILE : DOUBLES;
    for (let first = 0; first < count; first += most) {
      kernel.sum(areSingles, inSingles, first, Math.min(first + most, count), largestP, largestQ, scale, isCross);
      const { sums } = kernel;
      for (let i = 0; i < 4; i++) columns.add(i, sums[i]);
      infiniteCells += sums[4];
      agrees = Math.max(agrees, sums[5]);
      if (inSingles) farthest = Math.max(farthest, sums[6]);
    }
    return true;
  });
  const [p, q, d, term] = columns.finish();
  return { largestP, largestQ, p, q, d, term, infiniteCells, agrees, farthest, singles: Number(inSingles) };
}
