import type { CellArray, Dtype, Grid } from "../../src/grid";
import type { Input } from "../../src/validate";
import { check, keepsPromise, same, within } from "../support/assert";
import * as oracle from "../support/oracle";
import { positive, type Random, random } from "../support/random";
import { type ConformanceCase, type ConformanceContext, detailOf, gradeOf, type FloatsType } from "./context";
import { MEASURES, truthOf } from "./measures";
import { apartPromise, entropyPromise } from "./promise";

const N = 500;

function integers<Data extends CellArray>(data: Data, rng: Random, low: number, high: number): Data {
  for (let i = 0; i < data.length; i++) {
    const value = rng.integer(low, high);
    data[i] = typeof data[i] === "bigint" ? BigInt(value) : value;
  }
  return data;
}

const floats = (rng: Random): Float32Array => Float32Array.from(positive(rng, N));
/** Half floats in (2^-24, 1), subnormals among them. */
const halves = (rng: Random): Uint16Array => integers(new Uint16Array(N), rng, 1, 0x3bff);

type Pair = readonly [CellArray | readonly number[], CellArray | readonly number[]];

/** One cell type against another; `"float16"` bits come as `Uint16Array` and are named. */
const mixed: readonly { readonly name: string; readonly half?: readonly ("p" | "q")[]; readonly pair: (rng: Random) => Pair }[] = [
  { name: "Uint8Array, Float32Array", pair: (rng) => [integers(new Uint8Array(N), rng, 0, 255), floats(rng)] },
  { name: "Float32Array, Uint8ClampedArray", pair: (rng) => [floats(rng), integers(new Uint8ClampedArray(N), rng, 1, 255)] },
  { name: "Uint8Array, Uint8Array", pair: (rng) => [integers(new Uint8Array(N), rng, 0, 255), integers(new Uint8Array(N), rng, 1, 255)] },
  { name: "Uint32Array, Float32Array", pair: (rng) => [integers(new Uint32Array(N), rng, 0, 2 ** 32 - 1), floats(rng)] },
  { name: "Uint16Array, Float64Array", pair: (rng) => [integers(new Uint16Array(N), rng, 0, 65535), positive(rng, N)] },
  { name: "Uint16Array, Uint8Array", pair: (rng) => [integers(new Uint16Array(N), rng, 0, 65535), integers(new Uint8Array(N), rng, 1, 255)] },
  { name: "Int8Array, Int8Array", pair: (rng) => [integers(new Int8Array(N), rng, 0, 127), integers(new Int8Array(N), rng, 1, 127)] },
  { name: "Int16Array, Float32Array", pair: (rng) => [integers(new Int16Array(N), rng, 0, 32767), floats(rng)] },
  { name: "Int32Array, Uint32Array", pair: (rng) => [integers(new Int32Array(N), rng, 0, 2 ** 31 - 1), integers(new Uint32Array(N), rng, 1, 2 ** 32 - 1)] },
  { name: "BigInt64Array, Float64Array", pair: (rng) => [integers(new BigInt64Array(N), rng, 0, 2 ** 52), positive(rng, N)] },
  { name: "float16 bits, float16 bits", half: ["p", "q"], pair: (rng) => [halves(rng), halves(rng)] },
  { name: "Float32Array, float16 bits", half: ["q"], pair: (rng) => [floats(rng), halves(rng)] },
  { name: "number[], Float32Array", pair: (rng) => [[...positive(rng, N)], floats(rng)] },
  { name: "Uint32Array, itself + 1 above 2^24", pair: (rng) => {
    const p = integers(new Uint32Array(N), rng, 2 ** 24, 2 ** 32 - 2);
    return [p, p.map((count) => count + 1)];
  } },
  { name: "Int32Array, Uint32Array one above it", pair: (rng) => {
    const p = integers(new Int32Array(N), rng, 2 ** 24, 2 ** 31 - 1);
    return [p, Uint32Array.from(p, (count) => count + 1)];
  } },
  { name: "BigUint64Array, itself + 1 above 2^53", pair: (rng) => {
    const p = BigUint64Array.from({ length: N }, () => (BigInt(rng.uint32()) << BigInt(rng.integer(22, 31))) + (1n << 53n) + BigInt(rng.uint32()));
    return [p, p.map((count) => count + 1n)];
  } },
];

async function runMixed(context: ConformanceContext, pair: Pair, half: readonly ("p" | "q")[]): Promise<void> {
  const [p, q] = pair.map((data, i): { grid: Grid; cells: oracle.Cells } => {
    const isHalf = half.includes(i === 0 ? "p" : "q");
    return {
      grid: context.kullback.grid(data, isHalf ? { dtype: "float16" } : {}),
      cells: isHalf ? oracle.fromHalf(data as Uint16Array) : data,
    };
  });
  for (const measure of MEASURES) {
    const detail = await detailOf(context, measure, p.grid, q.grid);
    const dtypes: readonly Dtype[] = measure === "entropy" ? [p.grid.dtype] : [p.grid.dtype, q.grid.dtype];
    const { truth, promise } = truthOf(measure, p.cells, q.cells, gradeOf(detail, ...dtypes));
    keepsPromise(detail, truth, promise, measure);
    check(detail.reason !== "", () => `${measure}: no reason given.`);
  }
}

async function againstTruth(context: ConformanceContext, p: Input & oracle.Cells, q: Input & oracle.Cells, dtypes: readonly Dtype[]): Promise<void> {
  const detail = await detailOf(context, "klDivergence", p, q);
  const truth = oracle.klDivergence(p, q);
  keepsPromise(detail, truth, apartPromise(oracle.toNumber(truth), gradeOf(detail, ...dtypes)), `klDivergence (${dtypes}; totals ${detail.totalP}, ${detail.totalQ})`);
}

/** Counts whose sum is 10⁶ times the pmf's. */
async function runCounts(context: ConformanceContext): Promise<void> {
  const rng = random(51);
  const counts = integers(new Uint32Array(2000), rng, 1, 999);
  const pmf = Float32Array.from(counts, (count) => (count * (1 + 0.2 * rng.unit())) / 1e6);
  const close = Float32Array.from(counts, (count) => (count * (1 + 1e-4 * rng.unit())) / 1e6);
  const far = Float32Array.from(positive(rng, 2000), (value) => value / 1000);
  const singles = Float32Array.from(counts);
  for (const q of [pmf, close, far]) {
    await againstTruth(context, singles, q, ["float32"]);
    await againstTruth(context, q, singles, ["float32"]);
    await againstTruth(context, counts, q, ["uint32", "float32"]);
    await againstTruth(context, q, counts, ["uint32", "float32"]);
  }
}

async function runScaled(context: ConformanceContext, Type: FloatsType, powers: readonly number[]): Promise<void> {
  const rng = random(52);
  const dtype = Type === Float32Array ? "float32" : "float64";
  const p = Type.from(positive(rng, N));
  const q = Type.from(positive(rng, N), (value, i) => p[i] * (1 + value / 100));
  for (const power of powers) {
    await againstTruth(context, p, q.map((value) => value * 2 ** power) as typeof q, [dtype]);
    await againstTruth(context, p.map((value) => value * 2 ** power) as typeof p, q.map((value) => value * 2 ** power) as typeof q, [dtype]);
  }
}

export const dtypeCases: readonly ConformanceCase[] = [
  ...mixed.map(({ name, pair, half = [] }): ConformanceCase => ({
    name: `every measure of (${name}) keeps the promise`,
    run: (context) => runMixed(context, pair(random(50)), half),
  })),
  { name: "klDivergence of counts against a pmf, totals 10⁶ apart, keeps the promise in both orders", run: runCounts },
  { name: "klDivergence(p, q·2^k) of Float32Arrays keeps the promise for p and q within f32's range", run: (context) => runScaled(context, Float32Array, [-94, -40, -1, 0, 7, 60, 126]) },
  { name: "klDivergence(p, q·2^k) of Float64Arrays keeps the promise for p and q within f64's range", only: "cpu", run: (context) => runScaled(context, Float64Array, [-990, -40, 0, 7, 900, 1022]) },
  {
    name: "klDivergence of values whose sum is beyond their type's range, and of subnormals, keeps the promise",
    async run(context) {
      const rng = random(53);
      const most = (): Float32Array => Float32Array.from(positive(rng, N), (value) => 3.4e38 * (0.5 + value / 2));
      await againstTruth(context, most(), most(), ["float32"]);
      const least = (): Float32Array => new Float32Array(integers(new Uint32Array(N), rng, 1, 2 ** 23 - 1).buffer);
      await againstTruth(context, least(), least(), ["float32"]);
      const most64 = (): Float64Array => Float64Array.from(positive(rng, N), (value) => 1.7e308 * (0.5 + value / 2));
      await againstTruth(context, most64(), most64(), ["float64"]);
      const least64 = (): Float64Array => Float64Array.from(positive(rng, N), (value) => (1 + Math.floor(value * 1e6)) * 5e-324);
      await againstTruth(context, least64(), least64(), ["float64"]);
    },
  },
  ...[Uint32Array, Float32Array, Float64Array].map((Type): ConformanceCase => ({
    name: `entropy of two counts of 10⁹ (${Type.name}) is ln 2`,
    async run(context) {
      const detail = await detailOf(context, "entropy", Type.of(1e9, 1e9), Type.of(1e9, 1e9));
      within(detail.value, Math.LN2, entropyPromise(1, gradeOf(detail, context.kullback.grid(Type.of(1)).dtype)), "entropy");
      check(detail.errorBound <= 64 * entropyPromise(1, "narrow"), () => `errorBound ${detail.errorBound} is too wide.`);
    },
  })),
  {
    name: "klDivergence of a Float64Array is computed in binary64 on the CPU, in integers on WebGPU, with the reason",
    async run(context) {
      const detail = await detailOf(context, "klDivergence", [0.5, 0.5], [0.9, 0.1]);
      within(detail.value, oracle.parse("0.510825623765990670869702704"), 2e-16, "value");
      const { kind } = context.backend.info;
      same(`${detail.backend} ${detail.precision}`, kind === "cpu" ? "cpu fast" : "webgpu exact", "where and how");
      check(kind === "cpu" || detail.reason.includes("float64"), () => `the reason "${detail.reason}" does not tell the type.`);
      const fast = await detailOf(context, "klDivergence", [0.5, 0.5], [0.9, 0.1], { precision: "fast" });
      same(`${fast.backend} ${fast.precision}`, "cpu fast", "where and how, asked for fast");
    },
  },
];
