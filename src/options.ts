import type { Backend } from "./backend.js";
import type { CellArray, DeviceGrid, Grid, Spacing } from "./grid.js";

/** Options of every measure; all may be left out. */
export interface MeasureOptions {
  /** Where to compute; default: WebGPU on a real adapter, else the CPU, opened at the first call and kept. */
  readonly backend?: Backend;
  /** Unit of the answer: e (nats, default), 2 (bits), 10 (dits), any other number above 1. */
  readonly base?: number;
  /** Divide p and q by their sums first (default true). `false` takes the numbers as they are. */
  readonly normalize?: boolean;
  /** Shape of p, row-major, slowest axis first; default: the grid's own, or one axis. */
  readonly shape?: readonly number[];
  /** Axes to sum over, negative from the end; default all. With `axis` the result has one value per remaining cell. */
  readonly axis?: number | readonly number[];
  /** Cell edge along each axis (one number serves all), or the rising coordinates of its cells; makes p and q densities and the sums integrals. */
  readonly spacing?: number | Spacing;
  /**
   * Rule of the integrals that `spacing` asks for: `"riemann"` (default), each value times its cell, which reaches half-way to its neighbours; `"trapezoid"`;
   * `"simpson"`, for an even number of points with Cartwright's end, as SciPy's. Named, `detail` tells its `discretizationError`. But for `"riemann"` of even
   * steps in fast precision alone, without `mask`, `weights`, `zeros` and `totals`; a 64-bit type on a WebGPU backend goes to the CPU. RangeError for
   * `"simpson"` where of two steps one is twice the other or more, as a point would not count, or negatively.
   */
  readonly quadrature?: "riemann" | "trapezoid" | "simpson";
  /**
   * Which cells count: p's shape, or one that broadcasts to it like q's. Cells where it is 0 or false are left out of everything,
   * whatever they hold. Computed in exact precision.
   */
  readonly mask?: CellArray | readonly number[] | readonly boolean[] | Grid;
  /**
   * How often each cell counts, as if it were there so many times: integers from 0 to 2³² − 1 of p's shape, or of one that
   * broadcasts; cells of weight 0 may hold anything. RangeError for fractions. Computed in exact precision.
   */
  readonly weights?: CellArray | readonly number[] | Grid | DeviceGrid;
  /**
   * What becomes of cells with q = 0, where p > 0 makes a divergence infinite. `"infinite"` (default): that, as SciPy, PyTorch and Distances.jl have it.
   * `"omit"`: such cells are left out of both sides, which are normalised then. `"epsilon"`: q = 0 becomes `value` times Σq before normalising, with
   * `normalize: false` `value` itself: philentropy's ε. `"laplace"`: `value` is added to every cell of both before normalising: additive smoothing of counts.
   * `"clip"`: after normalising both are at least `value`, and not normalised again: Keras' `kl_divergence` with 1e-7. In fast precision alone; a 64-bit
   * type on a WebGPU backend goes to the CPU.
   */
  readonly zeros?: { readonly policy: "infinite" | "omit" } | { readonly policy: "epsilon" | "laplace" | "clip"; readonly value: number };
  /** Rows of which p or q sums to 0, where they are to be normalised: `"throw"` (default) a DomainError, `"nan"` NaN for those rows. */
  readonly emptyRows?: "throw" | "nan";
  /**
   * Totals of p and q where they are known: saves a read for measures that need
   * them first; in exact precision they are added up anyway. One number, or one a row.
   */
  readonly totals?: { readonly p: number | ArrayLike<number>; readonly q: number | ArrayLike<number> };
  /**
   * `"fast"`: floating-point terms; 64-bit types in binary64 on the CPU, whatever the backend. `"exact"`: integers; within
   * 2⁻⁵⁵·(D + 2⁻⁶⁴) and a rounding of the truth, and the same bits on every device. RangeError for measures without it. Default:
   * fast, but exact for 64-bit types on WebGPU and wherever cells have weights or a mask.
   */
  readonly precision?: "fast" | "exact";
  /**
   * Largest relative error that will do, above 0: a fast answer with a wider bound is computed again, on the CPU in binary64, else
   * or where that will not do in exact precision, as `detail` says. What that cannot meet either (any value but 0 with a bound, where the truth is 0) comes as exact gives it.
   */
  readonly rtol?: number;
  /** `true`: the value with its error bound and how it was computed. */
  readonly detail?: boolean;
  readonly signal?: AbortSignal;
}

/** Options of measures for rows of lengths of their own, in data without axes. */
export interface RaggedOptions extends Omit<MeasureOptions, "axis" | "shape" | "spacing" | "quadrature" | "totals" | "mask" | "weights"> {
  /** Where each row begins, and after them where the last one ends: rising integers, as Arrow and CSR have them. */
  readonly offsets: ArrayLike<number>;
}

/** A value with its error bound, and how it came about. */
export interface Detail {
  readonly value: number;
  /** |value − truth| ≤ errorBound, for the numbers as they lie in the arrays. In `unit`s. */
  readonly errorBound: number;
  /**
   * With a named `quadrature`: about how far the rule's value is from the integral, by Richardson's extrapolation from the same rule on every second point: an
   * estimate, no bound, right for smooth densities that the grid resolves. `Infinity` where it cannot tell. In `unit`s.
   */
  readonly discretizationError?: number;
  readonly unit: string;
  /** Σp and Σq; with a named `quadrature` their integrals. */
  readonly totalP: number;
  readonly totalQ: number;
  readonly cells: number;
  /** Cells with p > 0 where q = 0. */
  readonly infiniteCells: number;
  /** With a policy for zeros: how many cells with p > 0 had q = 0, and which share of Σp lies there. */
  readonly zeros?: { readonly policy: string; readonly cells: number; readonly mass: number };
  readonly precision: "fast" | "exact";
  readonly backend: "webgpu" | "cpu";
  /** Why this backend and this arithmetic. */
  readonly reason: string;
  readonly elapsedMs: number;
}

/** `Detail` for each remaining cell, row-major in `shape`. */
export interface DetailArray {
  readonly value: Float64Array;
  readonly errorBound: Float64Array;
  /** As in `Detail`, a row each. */
  readonly discretizationError?: Float64Array;
  readonly unit: string;
  readonly totalP: Float64Array;
  readonly totalQ: Float64Array;
  /** Cells a row; with `offsets` of all rows. */
  readonly cells: number;
  readonly infiniteCells: Float64Array;
  /** As in `Detail`, a row each. */
  readonly zeros?: { readonly policy: string; readonly cells: Float64Array; readonly mass: Float64Array };
  readonly shape: readonly number[];
  readonly precision: "fast" | "exact";
  readonly backend: "webgpu" | "cpu";
  readonly reason: string;
  readonly elapsedMs: number;
}
