/** How a vendor finds a threshold in a histogram. */
export interface Convention {
  /** Bins of |x| from 0 on, or of x from −a to a. */
  readonly counts: "magnitudes" | "symmetric";
  /** Bins that samples are counted in where nobody says how many. */
  readonly bins: number;
  /** Are samples of 0 left out? */
  readonly skipsZeros?: boolean;
  /** Levels for quantisers of so many bits, as that vendor has them. */
  levels(bits: number, isUnsigned: boolean): number;
  /** The first candidate, and how many there are. */
  candidates(bins: number, levels: number): { readonly first: number; readonly count: number };
  /** Where a candidate clips, in bins from 0, or from the middle. */
  edge(candidate: number, bins: number): number;
  /** Makes a histogram ready for its scan: a candidate's divergence in binary64. */
  prepare(counts: Float64Array, levels: number): (candidate: number) => number;
  /** One candidate's as the vendor's loop has it, in that arithmetic. */
  direct(counts: Float64Array, levels: number, candidate: number): number;
  /** Which of equal ones is taken. */
  readonly takes: "first" | "last";
}
