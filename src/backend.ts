/// <reference lib="esnext.disposable" preserve="true" />
import type { CellArray, DeviceGrid, Dtype, Grid, Layout } from "./grid.js";
import type { Component } from "./terms/density.js";
import type { ExactRow, ExactScale, ExactTerm } from "./terms/exact/measure.js";
import type { Errors, Limits, OfOrder, Scale, SecondTerm } from "./terms/measure.js";

export type { BetaComponent, Component, NormalComponent } from "./terms/density.js";

/*
 * What a backend is: memory for grids and two loops over their cells. It knows nothing of measures beyond the term it is
 * handed, of options, or of units; it never normalises on its own and never decides between Infinity and an error: it
 * counts. Operations turn its sums into numbers. Two implementations, `gpu/` and `cpu-fallback/`, which never see each other.
 */

/** Host data (used where they lie or copied up for the call) or data already with a backend. */
export type Operand = Grid | DeviceGrid;

/** A term to evaluate: see `Measure` for the meaning of the fields. */
export interface Term {
  readonly id: string;
  readonly wgsl: string;
  readonly cpu: (p: number, q: number, d: number) => number;
  readonly edges: { readonly pZero: number; readonly qZero: number };
  readonly combine?: "max";
  /** Does the term itself say what cells are that are 0 on one side or both? ±2^110 stands for ±Infinity then, and `edges` are 0. */
  readonly saysZeros?: true;
  /** Set where binary64 has loops for it. */
  readonly ofOrder?: OfOrder;
}

/** One row's totals, by which its cells are divided before the term sees them: in the units of its `Scale`. */
export interface RowTotals {
  readonly p: number;
  readonly q: number;
  /** Σ(p − q). */
  readonly d: number;
}

/**
 * What becomes of cells that are 0. `"omit"`: a cell that is 0 on one side is nothing on both; `"replace"`: it gets its row's value there; `"add"`: every
 * cell gets those of its row added; `"floor"`: no cell, once it is divided by the totals, is less than those. The others come before that, after scales.
 */
export interface ZeroRule {
  readonly rule: "omit" | "replace" | "add" | "floor";
  /** Which side's zeros are meant. */
  readonly side: "p" | "q";
  /** A value for each row, in the units of its scale; for `"omit"` of no meaning. */
  readonly p: readonly number[];
  readonly q: readonly number[];
}

/** Cells, row by row. */
export interface CellsJob {
  readonly layout: Layout;
  readonly p: Operand;
  readonly q: Operand;
  /** One scale a row; left out where no row needs one. */
  readonly scales?: readonly Scale[];
  /** One a row: cells are normalised before the term; left out where they are not. */
  readonly totals?: readonly RowTotals[];
  readonly zeros?: ZeroRule;
  readonly signal?: AbortSignal;
}

export interface ReduceJob extends CellsJob {
  /** One or more. Those that are not 0 everywhere agree about which edges are infinite. */
  readonly terms: readonly Term[];
  /** Are terms to be taken in binary64, whatever the types? For the CPU, which else takes binary32 where that holds the cells. */
  readonly wide?: boolean;
}

/** Of one term, per row, as `Sums` has it, before the finish. Arrays of `layout.rows`. */
export interface RowSums {
  readonly term: Float64Array;
  readonly p: Float64Array;
  readonly q: Float64Array;
  readonly d: Float64Array;
  readonly largestP: Float64Array;
  readonly largestQ: Float64Array;
  readonly infiniteCells: Float64Array;
  /** 0 where p and q agree in every cell. */
  readonly differs: Uint8Array;
  /** Smallest positive q among the cells with p > 0; `Infinity` where there is none, 0 where one underflowed. */
  readonly smallestQ: Float64Array;
  /** Over all rows. */
  readonly invalidP: Invalid;
  readonly invalidQ: Invalid;
  /** What these sums are good for. */
  readonly errors: Errors;
}

/** How many entries are negative, NaN or infinite, and the flat index of the first. */
export interface Invalid {
  readonly count: number;
  readonly first: number;
}

/** A reduction in integers: the same bits from every backend. */
export interface ExactJob {
  /** `null`: only the totals. */
  readonly term: ExactTerm | null;
  readonly layout: Layout;
  readonly p: Operand;
  readonly q: Operand;
  /** How often each cell counts: `uint8`, `uint16` or `uint32`. Cells of weight 0 may hold anything. */
  readonly weights?: Operand;
  /** Are Σp and Σq asked for? Where not, they come back as 0. */
  readonly totals: boolean;
  /** Which rows are read, where it is not all: a row's sums take some kilobytes. */
  readonly rows?: RowRange;
  /** One scale for each row that is read, for the terms alone. */
  readonly scales?: readonly ExactScale[];
  readonly signal?: AbortSignal;
}

/** Rows of a layout, from the first to before `end`. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** The rows that were read. */
export interface ExactSums {
  readonly rows: readonly ExactRow[];
  readonly invalidP: Invalid;
  readonly invalidQ: Invalid;
}

export interface MapJob extends CellsJob {
  readonly term: Term;
  /** The result is (term + perP·p)·factor, cell by cell in p's order; with `rows` it is (term + plus)·factor·times, or (term + plus·q)·factor·times. */
  readonly factor: number;
  readonly perP: number;
  readonly rows?: { readonly plus: readonly number[]; readonly times: readonly number[]; readonly isPerQ: boolean };
  readonly output: "host" | "device";
}

/** Rows of logarithms of p and q up to a constant of each row: any finite numbers, and −Infinity for nothing. */
export interface LogitsJob {
  /** One axis is reduced. */
  readonly layout: Layout;
  readonly p: Operand;
  readonly q: Operand;
  /** What logits are multiplied by: one over the temperature. */
  readonly scale: number;
  readonly term: LogitTerm;
  readonly signal?: AbortSignal;
}

/**
 * What is summed, of p = exp((a − A)·scale) and q = exp((b − B)·scale), A and B the largest of their rows. `"kl"`: g(p, q); `"cross-entropy"`: p·(B − b)·scale;
 * `"js"`: half of g from the mean of both, of p and q divided by their totals.
 */
export type LogitTerm = "kl" | "cross-entropy" | "js";

/** Per row, with p and q at most 1. */
export interface LogitSums {
  readonly term: Float64Array;
  readonly p: Float64Array;
  readonly q: Float64Array;
  /** Σ(p − q), from the difference of logits. */
  readonly d: Float64Array;
  /** A − B, times the scale. */
  readonly shift: Float64Array;
  /** Cells where q alone is nothing. */
  readonly infiniteCells: Float64Array;
  /** Is some cell the largest of both? */
  readonly agrees: Uint8Array;
  /** Rows of p, and of q, in which there is nothing. */
  readonly emptyP: Uint8Array;
  readonly emptyQ: Uint8Array;
  /** Entries that are NaN or Infinity, over all rows. */
  readonly invalidP: Invalid;
  readonly invalidQ: Invalid;
  readonly errors: Errors;
  /** By so much logits may have been rounded, once they are scaled: of p and q together, and of their difference for a shift of 1. */
  readonly rounding: number;
  readonly roundingOfShift: number;
}

/** Rows of cells, one after the other, each of p with each of q. */
export interface PairsJob {
  /** What is summed over the cells of a pair that are normalised; `null`: their products. */
  readonly term: SecondTerm | null;
  readonly p: Float64Array;
  readonly q: Float64Array;
  /** Cells a row. */
  readonly cells: number;
  /** Is q p, and each pair wanted in one order alone, that of the rows? Others may come, too. */
  readonly half: boolean;
  readonly signal?: AbortSignal;
}

/** Some rows of p with some of q. */
export interface PairTile {
  readonly firstP: number;
  readonly rowsP: number;
  readonly firstQ: number;
  readonly rowsQ: number;
  /** A row of p after the other. Of a pair that an edge of the term makes infinite it may be anything, and of a `half` in the other order. */
  readonly sums: Float64Array;
}

/** The sums of pairs, tile by tile, and what they are good for: of products relative to Σ|product|. */
export interface PairSums {
  readonly tiles: AsyncIterable<PairTile>;
  readonly errors: Errors;
  /** By so much a cell of a term may have been rounded, relative to itself. */
  readonly rounding: number;
}

/** A density over the cells of a grid. */
export interface DensityJob {
  readonly kind: "normal" | "beta";
  readonly components: readonly Component[];
  /** Coordinates along each axis, up to three. */
  readonly axes: readonly ArrayLike<number>[];
  readonly signal?: AbortSignal;
}

/** Coordinates of cells along an axis, and where they are not of one length, its logarithm. */
export interface FitAxis {
  readonly at: Float64Array;
  readonly logLengths?: Float64Array;
}

/** A target p that models q are held against, cell by cell. */
export interface FitJob {
  readonly kind: "normal" | "beta";
  /** Masses, row-major. Cells that hold less than 0 are left out of everything. */
  readonly target: Operand;
  /** What they are multiplied by. */
  readonly scale: number;
  /** What is summed, and its derivative by ln q, on p and q as they are. */
  readonly term: Term;
  readonly slope: Term;
  /** `"forward"`: the term is g(p, q), and p stands for its derivative; `"reverse"`: g(q, p), with q·ln(q/p), of targets that are above 0. */
  readonly way: "forward" | "reverse" | "other";
  readonly signal?: AbortSignal;
}

/** Of one component, Σw, and of normals Σw·(x − mean) and the matrix Σw·(x − mean)(x − mean)ᵀ, of others Σw·ln x and Σw·ln(1 − x). */
export type Moments = Float64Array;

/** What one read of a target sums, for the component masses w = qₖ, and for w = slope·qₖ/q. */
export interface FitSums {
  readonly term: number;
  readonly slope: number;
  readonly q: number;
  /** Σ(p − q). */
  readonly d: number;
  /** Cells that make the term infinite. */
  readonly infiniteCells: number;
  readonly masses: readonly Moments[];
  readonly slopes: readonly Moments[];
}

/** A target made ready for many reads. */
export interface FitLoop {
  /** One read, with coordinates along each axis, up to three. A component's mass in a cell is its value there times the cell's length. */
  sum(components: readonly Component[], axes: readonly FitAxis[]): Promise<FitSums>;
  /** Σq alone, which may take less. */
  mass(components: readonly Component[], axes: readonly FitAxis[]): Promise<number>;
  end(): void;
}

/** What is counted, and where: along each axis the edges of its bins, rising. The last bin has its upper edge too. */
export interface CountJob {
  /** Of one axis to three; a sample has a coordinate on each. */
  readonly axes: readonly Float64Array[];
  readonly signal?: AbortSignal;
}

/** How many samples lie in no bin: with NaN among their coordinates, or else on the first axis that does not reach them below or above its bins. */
export interface Outside {
  readonly nan: number;
  readonly below: number;
  readonly above: number;
}

/** Counts that samples are added to. */
export interface CountLoop {
  /** Adds samples, an operand for each axis; on the CPU also such that count what they weigh. */
  add(columns: readonly Operand[], weights?: ArrayLike<number>): Promise<void>;
  /** The counts, row-major, exact to 2⁵³ but for weights. */
  read(): Promise<Float64Array>;
  outside(): Promise<Outside>;
  /** The counts in this backend's memory, as unsigned integers where they fit 32 bits. The caller destroys it, and no more is added. */
  keep(): Promise<DeviceGrid>;
  end(): void;
}

/** A function of each row of numbers and of each column, in singles: a first look at very many candidates. */
export interface TabulateJob {
  /** What it is called in messages, and by which its pace is known. */
  readonly id: string;
  /** `fn value(column: u32) -> f32`, which is compiled once, and has `word(i)` of its row, `shared_numbers`, `tabulation.own` and what log.wgsl has. */
  readonly wgsl: string;
  /** Rows one after the other, of so many words each. */
  readonly words: Uint32Array<ArrayBuffer>;
  readonly perRow: number;
  readonly shared: Float32Array;
  readonly firstColumn: number;
  readonly columns: number;
  /** Four numbers of the function's own. */
  readonly own: readonly [number, number, number, number];
  /** How many cells of a sum a value takes as long as. */
  readonly cost: number;
  readonly signal?: AbortSignal;
}

/** The smallest and the largest of numbers, and how many are NaN; Infinity and -Infinity where all are. */
export interface Extent {
  readonly least: number;
  readonly greatest: number;
  readonly nan: number;
}

/** What this backend's arithmetic can do. */
export interface Arithmetic extends Limits {
  /** Does it multiply matrices in binary64? */
  readonly multiplies: boolean;
  /** The errors of totals over `cells` cells a row. */
  errors(cells: number): Errors;
}

/** A call on data in host memory, as far as its time goes. */
export interface Work {
  /** The `id` of each. */
  readonly measures: readonly string[];
  readonly p: Dtype;
  readonly q: Dtype;
  readonly rows: number;
  /** Cells a row. */
  readonly cells: number;
  /** Of all operands. */
  readonly bytes: number;
  /** As the caller asked for it, if at all. */
  readonly precision?: "fast" | "exact";
}

export interface BackendInfo {
  readonly kind: "webgpu" | "cpu";
  /** Adapter vendor, architecture and description; `null` on the CPU. */
  readonly adapter: string | null;
  /** True for an adapter that computes on the CPU (SwiftShader, llvmpipe). */
  readonly software: boolean;
  /** Why this backend was opened. */
  readonly reason: string;
  /** What the device got wrong when it was tried, and is not used for: filled as kinds of arithmetic are first asked for. */
  readonly faults: string[];
}

export interface Backend {
  readonly info: BackendInfo;
  readonly arithmetic: Arithmetic;
  /** Why data of these types cannot be computed here in that precision, or `null` when they can. */
  refuses(p: Dtype, q: Dtype, precision: "fast" | "exact"): string | null;
  /**
   * One read of both operands: the sums for each term. Rejects with DeviceError when the device is lost or too small, with the
   * signal's reason when aborted.
   */
  reduce(job: ReduceJob): Promise<readonly RowSums[]>;
  /** One read of both operands in integers. */
  reduceExact(job: ExactJob): Promise<ExactSums>;
  /** One read of both operands, one write of the result. */
  map(job: MapJob): Promise<Float64Array | Float32Array | DeviceGrid>;
  /** Rows of logits: read for their largest, and again for the sums; none of their exponentials is kept. Or why not here. */
  reduceLogits(job: LogitsJob): Promise<(LogitSums & { readonly refusal?: undefined }) | { readonly refusal: string }>;
  /** Sums of many pairs of rows; `null` where there is no kernel for them here. */
  pairs(job: PairsJob): Promise<PairSums | null>;
  /** A density in this backend's memory, in binary32; `null` where there is no kernel for it here. */
  density(job: DensityJob): Promise<DeviceGrid | null>;
  /** Makes a target ready. The caller ends what comes. */
  openFit(job: FitJob): Promise<FitLoop>;
  /** Begins to count samples. The caller ends what comes. */
  openCounts(job: CountJob): Promise<CountLoop>;
  /** One read of samples. */
  extent(samples: Operand, signal?: AbortSignal): Promise<Extent>;
  /** A function of many rows and columns, a row after the other; `null` where there is no kernel for it here. */
  tabulate(job: TabulateJob): Promise<Float32Array | null>;
  /** About how many milliseconds a call takes here. */
  estimate(work: Work): Promise<number>;
  /** Copies a grid into this backend's memory. The caller destroys it. */
  upload(grid: Grid): DeviceGrid;
  /** Copies a grid back. */
  download(grid: DeviceGrid): Promise<CellArray>;
  /** Frees what this backend made; a device or buffer the caller brought stays the caller's. Calls after it reject. */
  destroy(): void;
  [Symbol.asyncDispose](): Promise<void>;
}
