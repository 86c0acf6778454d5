/** What one row of a reduction summed. All in scaled units: p·2^scale.p and q·scale.multiplier·2^scale.q. */
export interface Sums {
  /** Σ of the measure's term over cells where p > 0 and q > 0, plus the edges. */
  readonly term: number;
  /** Σp, Σq (each rounded on its own: for bounds, scales and `detail`, never for a difference) and Σ(p − q). */
  readonly p: number;
  readonly q: number;
  readonly d: number;
  /** The same of the measure's second term, where it has one. */
  readonly other?: number;
  /** Largest p and q of the row. */
  readonly largestP: number;
  readonly largestQ: number;
  /** Smallest positive q among the cells with p > 0; `Infinity` where there is none. */
  readonly smallestQ: number;
  readonly cells: number;
  /** Cells with p > 0 where q = 0. */
  readonly infiniteCells: number;
  /** False when p and q agree in every cell to the last bit. */
  readonly differs: boolean;
  readonly scale: Scale;
  readonly errors: Errors;
  /** Of a row without mass, which is not to be finished: what is known of it. Its sums are those of no cells. */
  readonly empty?: { readonly p: number; readonly q: number };
  /** The totals that the cells were divided by, where they were. */
  readonly totals?: { readonly p: number; readonly q: number; readonly d: number };
}

/** Powers of two, and a small integer multiplier for q, that bring the sums into range and the totals together. */
export interface Scale {
  readonly p: number;
  readonly q: number;
  /** 1, or an integer of the bits the backend takes. */
  readonly multiplier: number;
  /** Is q so far up that nothing overflows, and the sums of little use but for one? */
  readonly lifted?: true;
}

/** Stands for Infinity in terms that say themselves what zeros are: as large, so many of them are counted in a sum of binary32. */
export const INFINITE = 2 ** 110;

export const UNSCALED: Scale = { p: 0, q: 0, multiplier: 1 };

/** What a backend promises about the sums it returns. */
export interface Errors {
  /** Relative error of one term, and of one value normalised by its total. */
  readonly term: number;
  /** Relative error of a sum of non-negative numbers. */
  readonly sum: number;
  /** Absolute error of a term that underflows. */
  readonly floor: number;
}

/** How a value is to be finished. */
export interface Finish {
  readonly normalize: boolean;
  /** Product of the spacing over the reduced axes; 1 for masses. */
  readonly cellVolume: number;
  /** Is the value an integral whatever the volume? */
  readonly isIntegral?: true;
}

/** Are the values masses, none of which is above 1 once they are normalised? */
export function areMasses({ normalize, cellVolume, isIntegral }: Finish): boolean {
  return normalize && cellVolume === 1 && !isIntegral;
}

/** A value that is never negative, nor above the `most`, with its bound. */
export const between = (most: number) => ({ value, errorBound }: Finished): Finished => ({ value: Math.min(Math.max(value, 0), most), errorBound });

/** Which scale a measure's sums need, by what would cancel in its finish. */
export interface Scaling {
  /** Do these sums lose digits that another scale would keep? */
  readonly wanted: (sums: Sums, how: Finish, limits: Limits) => boolean;
  readonly choose: (sums: Sums, how: Finish, limits: Limits) => Scale;
}

/** What a backend's arithmetic can hold. */
export interface Limits {
  /** Bits of the integer multiplier in `Scale`. */
  readonly multiplierBits: number;
  /** Sums stay finite while every value is below 2^largestExponent / cells. */
  readonly largestExponent: number;
  /** Smallest value that keeps its digits, as it lies in the array and after scaling. */
  readonly smallest: number;
  readonly smallestScaled: number;
}

/** A value and a bound on its error, in nats (before the root of a distance: see `unitExponent`). */
export interface Finished {
  readonly value: number;
  readonly errorBound: number;
  /** Cells that make the value infinite, where the term itself says so. */
  readonly infiniteCells?: number;
}

/** Do cells that are 0 on one side alone make the whole row infinite? */
export function canBeInfinite({ edges }: Pick<Measure, "edges">): boolean {
  return edges.pZero === Infinity || edges.qZero === Infinity;
}

/** Which of the two sums of an order above 0, not 1 and of pairs above ½, a term is: of divergences or entropies, or of powers. */
export interface OfOrder {
  readonly sum: "divergence" | "powers";
  readonly arity: "pair" | "single";
  readonly order: number;
}

/** What a measure sums beside its own term. */
export type SecondTerm = Pick<Measure, "id" | "wgsl" | "cpu" | "edges" | "combine" | "ofOrder">;

/**
 * How the sum over normalised cells splits around any third distribution c that is positive where one of them is, with d the difference from c:
 * Σ term(p, q) = Σ own(p, c, d) + Σ −c·ofQ(q, c, d) − Σ ofP(p, c, d)·ofQ(q, c, d). Of many pairs the last is a product of matrices, in factors that are small
 * where p and q are near c. Where p is 0, `edges.pZero`·c stands for `own` and −c for `ofP`; where q is, `ofQ` is −pZero − qZero, or 0 where the edge is infinite.
 */
export interface Bilinear {
  /** The term of p and c, for p > 0. */
  readonly own: (p: number, c: number, d: number, log: number) => number;
  readonly ofP: (p: number, c: number, d: number, log: number) => number;
  readonly ofQ: (q: number, c: number, d: number, log: number) => number;
  /** Is `log`, of p/c and of q/c, wanted? Else it is 0. */
  readonly logs: boolean;
  /** Those of the term that is split, where that is not the measure's own. */
  readonly edges?: Measure["edges"];
  /** Of powers the order: the larger, the more it magnifies what is wrong in a cell. */
  readonly order?: number;
}

/** What one measure sums and how it is finished; its term written twice, for the GPU and for the CPU. */
export interface Measure {
  /** Short name, in messages and on every GPU object made for the measure. */
  readonly id: string;
  /** The name users call it by. */
  readonly name: string;
  /** A measure of one grid sees q = p. */
  readonly arity: "pair" | "single";
  /** Are the totals needed only to finish, or before the terms (which then see p/Σp, q/Σq and their difference)? */
  readonly totals: "after" | "before";
  /** False for measures that take the numbers as they are whatever `normalize` says. */
  readonly normalizes: boolean;
  /**
   * `fn term(p: f32, q: f32, d: f32) -> f32`: finite p, q ≥ 0, d = p − q. Always finite, and what `edges` says where one side
   * is 0 or subnormal, unless that is Infinity. It may call the functions of shaders/log.wgsl, and defines no others.
   */
  readonly wgsl: string;
  /** The same formula in binary64, for p, q > 0. */
  readonly cpu: (p: number, q: number, d: number) => number;
  /** What a cell adds where one side is 0, per unit of the other; `Infinity` decides the whole row. */
  readonly edges: { readonly pZero: number; readonly qZero: number };
  /** Is the largest of the terms taken (0 where there is none), and not their sum? */
  readonly combine?: "max";
  /** What is summed beside it in the same read. */
  readonly other?: SecondTerm;
  /** Do `wgsl` and `cpu` say what cells are that are 0 on either side? 2^110 stands for Infinity there, and `edges` are 0. */
  readonly saysZeros?: true;
  readonly ofOrder?: OfOrder;
  /** Entries above it are refused. */
  readonly largest?: number;
  /** Which multiple of the unit the value carries: 1 for nats, ½ for the root of nats, 0 for a pure number. */
  readonly unitExponent: 0 | 0.5 | 1;
  readonly finish: (sums: Sums, how: Finish) => Finished;
  readonly scaling: Scaling;
  /** Where the value is D(p, q) + D(q, p): that D, which is summed and finished both ways instead of this measure's own term. */
  readonly directed?: Measure;
  /** Is there an exact form: an entry in `exact/index.ts`? */
  readonly hasExact: boolean;
  /** Is the value a root of a sum, its logarithm, a maximum? Then cells contribute nothing that would add up to it. */
  readonly isNoSum?: boolean;
  /** Could the sum of terms, or one of them, be beyond what the arithmetic holds? */
  readonly overflows?: (sums: Sums, limits: Limits) => boolean;
  /** Is D(q, p) the same? */
  readonly symmetric?: true;
  /** The value from nothing but the sum of terms over normalised cells: of measures that come as matrices. */
  readonly fromSum?: (sum: Finished) => Finished;
  readonly bilinear?: Bilinear;
  /** Where the value is D(q, p): that D. */
  readonly reversed?: Measure;
  /** The term as textbooks draw it, where it differs from the non-negative one: `fn term`, and its twin. */
  readonly signed?: { readonly wgsl: string; readonly cpu: (p: number, q: number, d: number) => number; readonly edges: { readonly pZero: number; readonly qZero: number } };
  /** For densities: what a cell of mass p̂ adds to the value for each unit of ln(cellVolume). */
  readonly volumeTerm?: 1;
}
