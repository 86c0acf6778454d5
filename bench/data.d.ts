interface Case {
  readonly data: "random" | "near" | "scaled";
  readonly dtype: "float32";
  readonly cells: number;
}

export function pairOf(item: Case): { readonly p: Float32Array<ArrayBuffer>; readonly q: Float32Array<ArrayBuffer> };
