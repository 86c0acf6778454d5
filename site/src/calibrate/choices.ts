/** All methods, in the order of the page. */
export const METHODS = ["kullback", "nvidia", "onnxruntime", "mxnet", "ncnn", "mse", "percentile", "minmax"] as const;
export type MethodId = (typeof METHODS)[number];

/** Those that look for the least divergence. */
export const ENTROPY_METHODS = ["kullback", "nvidia", "onnxruntime", "mxnet", "ncnn"] as const satisfies readonly MethodId[];
export type EntropyMethod = (typeof ENTROPY_METHODS)[number];

/** What is stored, and how the page says it. */
export const TARGETS = {
  int8: "int8: −127 to 127, symmetric",
  uint8: "uint8: 0 to 255, with a zero point",
  int4: "int4: −7 to 7, symmetric",
  uint4: "uint4: 0 to 15, with a zero point",
  "fp8-e4m3": "fp8 e4m3: floats of 8 bits up to 448",
  "fp8-e5m2": "fp8 e5m2: floats of 8 bits up to 57,344",
} as const;
export type TargetId = keyof typeof TARGETS;

/** Samples of an example. */
export const COUNT = 200_000;

/** Samples to begin with; `code` has `seed` for the seed, and samples.ts makes the same. */
export const EXAMPLES = {
  normal: { name: "normal", says: "Hardly any clipping is needed.", code: `normal(0, 1).sample(${COUNT}, { seed })` },
  relu: { name: "ReLU of normals", says: "A half of them are 0, as behind a rectifier.", code: `normal(0, 1).sample(${COUNT}, { seed }).map((x) => Math.max(x, 0))` },
  laplace: { name: "Laplace", says: "Tails heavier than a normal's.", code: `laplace(0, 1).sample(${COUNT}, { seed })` },
  outliers: { name: "normal with outliers", says: "One in 10,000 lies about 40 standard deviations out.", code: `mixture([normal(0, 1), normal(40, 1)], [0.9999, 0.0001]).sample(${COUNT}, { seed })` },
  humps: { name: "two humps", says: "A layer whose activations gather about −1 and 2.5.", code: `mixture([normal(-1, 0.4), normal(2.5, 0.7)], [0.7, 0.3]).sample(${COUNT}, { seed })` },
} as const;
export type ExampleId = keyof typeof EXAMPLES;
