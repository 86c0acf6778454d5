interface Case {
  readonly name: string;
  readonly data: "random" | "near" | "zeros";
  readonly dtype: "float32" | "float64";
  readonly shape: readonly number[];
  readonly cells: number;
}
interface Pair {
  readonly p: Float32Array | Float64Array;
  readonly q: Float32Array | Float64Array;
}

export function casesOf(sizes?: readonly number[]): Case[];
export function pairOf(item: Case): Pair;
export function truthsOf(item: Case, pair: Pair): number[];
export function judge(values: readonly number[], truths: readonly number[]): { readonly error: number | null; readonly answer?: string };
