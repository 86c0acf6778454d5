import type { Backend } from "../../src/backend";
import type { Dtype } from "../../src/grid";
import type { Detail, DetailArray, MeasureOptions } from "../../src/options";
import type { Input } from "../../src/validate";

/** What a runner hands to every case. */
export interface ConformanceContext {
  readonly kullback: typeof import("../../src/index");
  readonly backend: Backend;
  /** Loads a file of `examples/data` as bytes. */
  readonly file: (path: string) => Promise<Uint8Array>;
}

/** One case, without a test framework: a runner awaits `run` and reports what it throws. */
export interface ConformanceCase {
  readonly name: string;
  /** The one kind of backend the case is about, where it is not about both. */
  readonly only?: "cpu" | "webgpu";
  /**
   * Left out on plans of real GPUs: exact kernels differ there in nothing but the workgroup's size, which the known digests show; how
   * cells are decoded, and pointwise, in nothing at all, and so few cells that a thread has them all are no plan's affair.
   */
  readonly sameOnAnyPlan?: true;
  /** Left out where another plan of a real GPU differs in nothing but subgroups, which exact kernels and those of pairs have no use for. */
  readonly withoutSubgroups?: true;
  /** Run through small windows as well: cases of more cells than fit, of each operation. */
  readonly throughWindows?: true;
  readonly run: (context: ConformanceContext) => Promise<void>;
}

export const throughWindows = (cases: readonly ConformanceCase[]): readonly ConformanceCase[] => cases.map((one) => ({ ...one, throughWindows: true }));

export const withoutSubgroups = (cases: readonly ConformanceCase[]): readonly ConformanceCase[] => cases.map((one) => ({ ...one, withoutSubgroups: true }));

export const sameOnAnyPlan = (cases: readonly ConformanceCase[]): readonly ConformanceCase[] => cases.map((one) => ({ ...one, sameOnAnyPlan: true }));

type ExactPairName = "klDivergence" | "generalizedKl" | "crossEntropy" | "jensenShannon" | "jensenShannonDistance" | "jeffreys" | "totalVariation";
/** Measures that have an exact form. */
export type ExactName = ExactPairName | "entropy";
export type PairName = ExactPairName | "hellinger" | "chiSquare" | "neymanChiSquare" | "populationStability";
export type MeasureName = PairName | "entropy";

/** The measure by its public name, with detail, on the context's backend; `entropy` takes p alone. */
export function detailOf(context: ConformanceContext, name: MeasureName, p: Input, q: Input, options: Omit<MeasureOptions, "axis" | "detail"> = {}): Promise<Detail> {
  const all = { ...options, backend: context.backend, detail: true } as const;
  return name === "entropy" ? context.kullback.entropy(p, all) : context.kullback[name](p, q, all);
}

/** The same along axes. */
export function detailArrayOf(context: ConformanceContext, name: MeasureName, p: Input, q: Input, options: Omit<MeasureOptions, "detail"> & { readonly axis: number | readonly number[] }): Promise<DetailArray> {
  const all = { ...options, backend: context.backend, detail: true } as const;
  return name === "entropy" ? context.kullback.entropy(p, all) : context.kullback[name](p, q, all);
}

const WIDE = new Set<Dtype>(["float64", "uint32", "int32", "uint64", "int64"]);

/** `"wide"`: binary64 on the CPU, as one of the types asks for, or exact; `"narrow"`: f32 terms allowed. DESIGN section 4. */
export type Grade = "wide" | "narrow";

export function gradeOf({ backend, precision }: Pick<Detail, "backend" | "precision">, ...dtypes: readonly Dtype[]): Grade {
  if (precision === "exact") return "wide";
  return backend === "cpu" && dtypes.some((dtype) => WIDE.has(dtype)) ? "wide" : "narrow";
}

export type Floats = Float32Array | Float64Array;

/** What a case uses of `Float32Array` and `Float64Array` alike. */
export interface FloatsType {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  of(...values: number[]): Floats;
  from(values: ArrayLike<number> | Iterable<number>): Floats;
  from<Value>(values: ArrayLike<Value>, map: (value: Value, index: number) => number): Floats;
}

export const FLOATS: readonly FloatsType[] = [Float32Array, Float64Array];
