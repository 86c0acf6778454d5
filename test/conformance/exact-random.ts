import type { CellArray } from "../../src/grid";
import { same } from "../support/assert";
import { toNumber } from "../support/oracle";
import { type Random, random } from "../support/random";
import { type ConformanceCase, type ConformanceContext, detailArrayOf, detailOf, type ExactName } from "./context";
import { EXACT_PROMISES, keepsExactly } from "./exact-promise";
import { EXACT_MEASURES, valueOf } from "./measures";
import { DOUBLE, type Kind, randomPair, SINGLE } from "./random-pairs";

/** Cells a pair has, those at its end empty on both sides. */
const CELLS = 12;

/** Pairs a call takes, one a row. */
export const ROWS = 300;

interface Pair {
  readonly p: CellArray;
  readonly q: CellArray;
}

function floatPair(rng: Random, kindP: Kind, kindQ: Kind): Pair {
  const { p, q } = randomPair(rng, kindP);
  const cells = { length: CELLS };
  const held = { p: kindP.Type.from(cells, (_, i) => p[i] ?? 0), q: kindQ.Type.from(cells, (_, i) => Math.min(q[i] ?? 0, kindQ.largest)) };
  // what is far below the other type's range is 0 there
  if (held.q.every((x) => x === 0)) held.q[0] = 1;
  return held;
}

const HOLD = {
  uint32: (counts: readonly bigint[]) => Uint32Array.from(counts, Number),
  uint64: (counts: readonly bigint[]) => BigUint64Array.from(counts),
  float32: (counts: readonly bigint[]) => Float32Array.from(counts, Number),
  float64: (counts: readonly bigint[]) => Float64Array.from(counts, Number),
} as const;

/** Counts of all magnitudes and zeros; q on its own, near p at every closeness, or near a multiple of it. */
function countPair(rng: Random, bits: number, p: keyof typeof HOLD, q: keyof typeof HOLD): Pair {
  const n = rng.integer(1, CELLS);
  const most = (1n << BigInt(bits)) - 1n;
  const atMost = (x: bigint) => (x < 1n ? 1n : x > most ? most : x);
  const value = () => atMost(((BigInt(rng.uint32()) << 32n) | BigInt(rng.uint32())) >> BigInt(rng.integer(64 - bits, 63)));
  const way = rng.pick(["independent", "near", "near", "multiple"] as const);
  const closeness = BigInt(rng.integer(0, bits));
  const factor = way === "multiple" ? rng.pick([2n, 3n, 1000n]) : 1n;
  const near = (x: bigint) => factor * x + ((x * BigInt(rng.integer(-1000, 1000))) >> closeness) / 1000n + BigInt(rng.integer(-1, 1));
  const countsP = Array.from({ length: CELLS }, (_, i): bigint => (i >= n || (i > 0 && rng.unit() < 0.15) ? 0n : value()));
  const countsQ = countsP.map((x, i): bigint => {
    if (i >= n) return 0n;
    if (x === 0n) return rng.unit() < 0.5 ? 0n : value();
    return way === "independent" ? value() : atMost(near(x));
  });
  if (rng.unit() < 0.03) countsQ[rng.integer(0, n - 1)] = 0n;
  if (!countsQ.some((x) => x > 0n)) countsQ[0] = 1n;
  return { p: HOLD[p](countsP), q: HOLD[q](countsQ) };
}

/** What the pairs are held in. */
const PAIRS = {
  float32: (rng) => floatPair(rng, SINGLE, SINGLE),
  float64: (rng) => floatPair(rng, DOUBLE, DOUBLE),
  "float64 against float32": (rng) => floatPair(rng, DOUBLE, SINGLE),
  uint32: (rng) => countPair(rng, 32, "uint32", "uint32"),
  uint64: (rng) => countPair(rng, 64, "uint64", "uint64"),
  "uint64 against float64": (rng) => countPair(rng, 64, "uint64", "float64"),
  "float32 against uint32": (rng) => countPair(rng, 32, "float32", "uint32"),
} as const satisfies Record<string, (rng: Random) => Pair>;

export type PairsName = keyof typeof PAIRS;

export const PAIRS_NAMES = Object.keys(PAIRS) as readonly PairsName[];

/** Rows of one type, one after the other. */
function joined(rows: readonly CellArray[]): CellArray {
  const [{ constructor, byteLength }] = rows;
  const bytes = new Uint8Array(rows.length * byteLength);
  for (const [i, { buffer }] of rows.entries()) bytes.set(new Uint8Array(buffer), i * byteLength);
  return new (constructor as new (buffer: ArrayBuffer) => CellArray)(bytes.buffer);
}

/** Largest error of each measure, in parts of what is allowed. */
export type Worst = Partial<Record<ExactName, number>>;

/** `ROWS` pairs in one call a measure; row by row within the promise, and some rows the same bits in a call of their own. */
async function checkCall(context: ConformanceContext, pairs: readonly Pair[], measure: ExactName): Promise<number> {
  const [p, q] = [joined(pairs.map((pair) => pair.p)), joined(pairs.map((pair) => pair.q))];
  const { value, errorBound, precision } = await detailArrayOf(context, measure, p, q, { shape: [pairs.length, CELLS], axis: 1, precision: "exact" });
  let worst = 0;
  for (const [i, pair] of pairs.entries()) {
    const what = `${measure} of [${pair.p}] and [${pair.q}]`;
    const truth = valueOf(measure, pair.p, pair.q);
    worst = Math.max(worst, keepsExactly({ value: value[i], errorBound: errorBound[i], precision }, truth, EXACT_PROMISES[measure](toNumber(truth)), what));
    if (i % 100 > 0) continue;
    const alone = await detailOf(context, measure, pair.p, pair.q, { precision: "exact" });
    same(value[i], alone.value, `${what} as a row`);
    same(errorBound[i], alone.errorBound, `errorBound of ${what} as a row`);
  }
  return worst;
}

/** How many calls of `ROWS` pairs, and in every how many of them each measure: in the others `klDivergence` alone. */
interface Amount {
  readonly calls: number;
  readonly seed: number;
  readonly every: number;
}

/** Holds random pairs to the promise. Returns how many there were, and the errors. */
export async function checkRandomPairs(context: ConformanceContext, name: PairsName, { calls, seed, every }: Amount): Promise<{ pairs: number; worst: Worst }> {
  const rng = random(seed);
  const worst: Worst = {};
  for (let call = 0; call < calls; call++) {
    const pairs = Array.from({ length: ROWS }, () => PAIRS[name](rng));
    for (const measure of call % every === 0 ? EXACT_MEASURES : (["klDivergence"] as const)) {
      worst[measure] = Math.max(worst[measure] ?? 0, await checkCall(context, pairs, measure));
    }
  }
  return { pairs: calls * ROWS, worst };
}

// ten thousand in all on the CPU; `npm run test:long` checks ten times as many on WebGPU
export const exactRandomCases: readonly ConformanceCase[] = PAIRS_NAMES.map((name, i) => ({
  name: `measures of random pairs of ${name} in exact precision keep the promise`,
  run: async (context) => {
    await checkRandomPairs(context, name, { calls: context.backend.info.kind === "cpu" ? 5 : 1, seed: 70 + i, every: 5 });
  },
}));
