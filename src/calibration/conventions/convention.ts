import type { Bins } from "../prefix.js";
import type { Loops } from "./loops.js";

/** A histogram, made ready for its scan. Candidates are numbers as `candidates` counts them. */
export interface Prepared {
  /** The divergences of so many candidates in binary64. */
  scan(first: number, count: number): Float64Array;
  /** What the scan sums over, for `onGpu`. */
  readonly bins: Bins;
  /** A candidate's divergence, from what `onGpu` found. */
  from(candidate: number, value: number): number;
  /** Nearer to what the vendor's arithmetic says, in less time than that takes. */
  estimate?(candidate: number): number;
  /** As the vendor's loop has it, in that arithmetic. */
  loop(candidate: number): number;
}

/**
 * A scan on a GPU: `fn value(candidate: u32) -> f32`, Σp·ln q in singles, with q in units of what is even; -INFINITE where the divergence is infinite. Of a row there are `count_below(bin)` and
 * `filled_below(bin)`; `tabulation.own` has the bins and what `own` adds.
 */
export interface OnGpu {
  readonly wgsl: string;
  readonly own: readonly number[];
  readonly shared: Float32Array;
  /** Groups of a candidate. */
  readonly groups: number;
}

/** How a vendor finds a threshold in a histogram. */
export interface Convention {
  /** Bins of |x| from 0 on, or of x from −a to a. */
  readonly counts: "magnitudes" | "symmetric";
  /** Bins that samples are counted in where nobody says how many. */
  readonly bins: number;
  /** Are samples of 0 left out? */
  readonly skipsZeros?: boolean;
  /** By how much what scans, and estimates, find may differ from the loop: something, and a share of it. Measured over a range of histograms, with a margin. */
  noise(bins: number, levels: number): { readonly scan: Noise; readonly estimate?: Noise };
  /** Which of equal ones is taken. */
  readonly takes: "first" | "last";
  /** Levels for quantisers of so many bits, as that vendor has them. */
  levels(bits: number, isUnsigned: boolean): number;
  /** The first candidate, and how many there are. */
  candidates(bins: number, levels: number): { readonly first: number; readonly count: number };
  /** Where a candidate clips, in bins from 0, or from the middle. */
  edge(candidate: number, bins: number): number;
  onGpu(levels: number): OnGpu;
  /** `loops`: these in WebAssembly, where there is some. */
  prepare(counts: Float64Array, levels: number, loops: Loops | null): Prepared;
}

export type Noise = readonly [something: number, share: number];

/** Beyond, what a GPU found stands for -INFINITE. */
export const LARGEST = 1e30;

/** A scan that takes one candidate after the other. */
export function scanEach(of: (candidate: number) => number): Prepared["scan"] {
  return (first, count) => {
    const values = new Float64Array(count);
    for (let at = 0; at < count; at++) values[at] = of(first + at);
    return values;
  };
}
