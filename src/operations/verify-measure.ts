import type { Backend } from "../backend.js";
import { openBackend } from "../open-backend.js";
import type { Measure } from "../terms/measure.js";
import type { Verification } from "./f-divergence.js";
import type { PairMeasure } from "./measures.js";
import { pointwise } from "./pointwise.js";

/** p/q next to 1, on both sides of where formulas change, and far away. */
const RATIOS = [1, 1 + 2 ** -20, 1 - 2 ** -20, 1 + 2 ** -12, 1.1, 0.9, 1.5, 0.75, 2, 0.5, 3, 1 / 3, 10, 0.1, 1e4, 1e-4, 1e9, 1e-9];
const SIZES = [1, 1.75, 2 ** -20 * 1.3, 2 ** 20 * 1.6];
/** How far the two may be apart: 64 roundings of binary32. */
const TOLERANCE = 2 ** -18;

/** See `verifyMeasure`. */
export async function verify(measure: PairMeasure, { backend }: { readonly backend?: Backend }): Promise<Verification> {
  const { cpu, edges, name }: Measure = measure.measure;
  const q = Float32Array.from({ length: RATIOS.length * SIZES.length }, (_, i) => SIZES[i % SIZES.length]);
  const p = q.map((y, i) => y * RATIOS[Math.floor(i / SIZES.length)]);
  const expected = Float64Array.from(p, (x, i) => cpu(x, q[i], x - q[i]));
  const faults: string[] = [];
  const note = (isWrong: (value: number, i: number) => boolean, what: string) => {
    const i = expected.findIndex(isWrong);
    if (i >= 0) faults.push(`${name}: cpu(${p[i]}, ${q[i]}) is ${expected[i]}, ${what}.`);
  };
  note((value) => !Number.isFinite(value), "not finite");
  note((value) => value < 0, "negative: take f'(1)·d from it");
  note((value, i) => p[i] === q[i] && value !== 0, "not 0 where p = q");
  note((value, i) => Math.abs(cpu(2 * p[i], 2 * q[i], 2 * (p[i] - q[i])) - 2 * value) > 1e-9 * Math.abs(value), "not half of what twice p and twice q give");
  const limits = [["atZero", edges.pZero, cpu(2 ** -1000, 1, -1)], ["atInfinity", edges.qZero, cpu(1, 2 ** -1000, 1)]] as const;
  for (const [side, given, limit] of limits) {
    if (given < Infinity && !(Math.abs(limit - given) <= 0.1 * Math.max(1, given))) faults.push(`${name}: ${side} is ${given}, but the term tends to ${limit}.`);
  }
  const own = backend ?? (await openBackend({ prefer: "webgpu" }).catch(() => null));
  try {
    if (own?.info.kind !== "webgpu") return { faults, adapter: null, cells: p.length };
    const { data } = await pointwise(measure, p, q, { backend: own, normalize: false, form: "nonnegative" });
    const i = data.findIndex((value, at) => !(Math.abs(value - expected[at]) <= TOLERANCE * Math.abs(expected[at]) + 2 ** -100));
    if (i >= 0) faults.push(`${name}: wgsl gives ${data[i]} for p = ${p[i]}, q = ${q[i]}, cpu ${expected[i]}.`);
    return { faults, adapter: own.info.adapter, cells: p.length };
  } finally {
    if (!backend) own?.destroy();
  }
}
