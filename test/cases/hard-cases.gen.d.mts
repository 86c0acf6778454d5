/** A case of hard-cases.json. */
export interface HardCase {
  readonly id: string;
  readonly desc: string;
  readonly dtype: "f32" | "f64" | "u32";
  readonly n: number;
  readonly source: { readonly kind: string };
  readonly fnv: { readonly p: number; readonly q: number };
  /** Decimal strings of 25 digits, "inf" or "nan". */
  readonly truth: {
    readonly sumP: string;
    readonly sumQ: string;
    readonly klPlain: string;
    readonly klGeneralized: string;
    readonly klNormalized: string;
    readonly klNormalizedBits?: string;
    readonly klNormalizedDits?: string;
  };
  readonly expect?: string;
}
type Cells = Float32Array | Float64Array | Uint32Array;
export function pcg(seed: number, n: number): Uint32Array;
export function build(hardCase: HardCase): { p: Cells; q: Cells };
export function fnv(cells: Cells): number;
