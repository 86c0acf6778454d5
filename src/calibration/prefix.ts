/*
 * Sums over any run of bins from prefixes, in operations that round alike everywhere: no logarithm of the engine's. Those of counts are exact to 2⁵³; those of c·ln c
 * keep what is rounded away in a second double, since a divergence is a millionth of what it is the difference of.
 */

/** Σ of `values` over bins a ≤ k < b. */
export class Prefix {
  private readonly high: Float64Array;
  private readonly low: Float64Array;

  constructor(values: ArrayLike<number>, of: (value: number) => number) {
    const n = values.length;
    this.high = new Float64Array(n + 1);
    this.low = new Float64Array(n + 1);
    let high = 0;
    let low = 0;
    for (let k = 0; k < n; k++) {
      const value = of(values[k]);
      const sum = high + value;
      const rounded = sum - high;
      low += high - (sum - rounded) + (value - rounded);
      high = sum;
      this.high[k + 1] = high;
      this.low[k + 1] = low;
    }
  }

  of(a: number, b: number): number {
    return this.high[b] - this.high[a] + (this.low[b] - this.low[a]);
  }
}

/** What scans ask of the bins of a histogram: sums over bins a ≤ k < b are differences of entries b and a, and exact. */
export interface Bins {
  readonly counts: Float64Array;
  /** Σc. */
  readonly sums: Float64Array;
  /** How many are not 0. */
  readonly filled: Int32Array;
}

export function binsOf(counts: Float64Array): Bins {
  const sums = new Float64Array(counts.length + 1);
  const filled = new Int32Array(counts.length + 1);
  for (let k = 0; k < counts.length; k++) {
    sums[k + 1] = sums[k] + counts[k];
    filled[k + 1] = filled[k] + (counts[k] > 0 ? 1 : 0);
  }
  return { counts, sums, filled };
}

/** By width and first bin what a run of bins has: there are far fewer runs than groups in all candidates. */
export class Runs {
  private readonly widths: (Float64Array | undefined)[] = [];

  constructor(private readonly bins: number, private readonly of: (a: number, b: number) => number) {}

  /** The sum over groups of the first i bins, group g from bin ⌈g·i/groups⌉ on. */
  tiled(i: number, groups: number): number {
    const least = Math.floor(i / groups);
    const [narrow, wide] = [this.ofWidth(least), this.ofWidth(least + 1)];
    let sum = 0;
    for (let group = 1, a = 0; group <= groups; group++) {
      const b = Math.ceil((group * i) / groups);
      if (b > a) sum += this.at(b - a === least ? narrow : wide, a, b - a);
      a = b;
    }
    return sum;
  }

  /** What is known of runs of a width, by their first bins. */
  ofWidth(width: number): Float64Array {
    return (this.widths[width] ??= new Float64Array(this.bins + 1).fill(NaN));
  }

  at(known: Float64Array, a: number, width: number): number {
    const value = known[a];
    return value === value ? value : (known[a] = this.of(a, a + width));
  }
}
