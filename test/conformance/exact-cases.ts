import type { CellArray } from "../../src/grid";
import { same } from "../support/assert";
import { bitsOf, digestOf } from "../support/digest";
import { toNumber } from "../support/oracle";
// the site runs these cases, too, and wants no generator of properties in it
import { near, normalized, positive, type Random, random } from "../support/seeded";
import { type ConformanceCase, type ConformanceContext, detailOf, type Floats, type FloatsType } from "./context";
import { EXACT_PROMISES, keepsExactly } from "./exact-promise";
import { EXACT_MEASURES, valueOf } from "./measures";

type Pair = readonly [p: CellArray, q: CellArray];

/** Pairs made of random numbers, and the digest of every measure's value and bound, which every engine must make. */
interface OwnCase {
  readonly what: string;
  readonly digest: string;
  readonly pairs: (rng: Random) => readonly Pair[];
}

const SEED = 2026;

/** More than 256, from where a row has the workgroups of long ones. */
const N = 300;

/** The doubles or singles some units in the last place away; all cells are positive. */
function stepped(cells: Floats, stepOf: (i: number) => number): Floats {
  const moved = cells.slice() as Floats;
  if (moved instanceof Float64Array) {
    const bits = new BigUint64Array(moved.buffer);
    for (let i = 0; i < bits.length; i++) bits[i] += BigInt(stepOf(i));
  } else {
    const bits = new Uint32Array(moved.buffer);
    for (let i = 0; i < bits.length; i++) bits[i] += stepOf(i);
  }
  return moved;
}

function neighbours(rng: Random, Type: FloatsType): readonly Pair[] {
  const p = Type.from(positive(rng, N));
  const sign = () => 2 * rng.integer(0, 1) - 1;
  return [[p, stepped(p, () => (rng.unit() < 0.3 ? sign() : 0))], [p, stepped(p, sign)], [p, stepped(p, () => 1)], [p, stepped(p, () => -1)]];
}

function oneNeighbour(rng: Random, Type: FloatsType): readonly Pair[] {
  const p = Type.from(positive(rng, 4096));
  return [[p, stepped(p, (i) => Number(i === 1234))]];
}

/** Near and independent cells, each side times 2^±power. */
function scaled(rng: Random, Type: FloatsType, power: number): readonly Pair[] {
  const p = positive(rng, N);
  const times = (cells: Floats, by: number) => Type.from(Type.from(cells), (x) => x * 2 ** by);
  return [near(rng, p, 1e-6), positive(rng, N)].flatMap((q) =>
    [[power, -power], [-power, power], [power, power]].map(([a, b]): Pair => [times(p, a), times(q, b)]));
}

/** Values from 10^-250 to 10^250. */
function decades(rng: Random): readonly Pair[] {
  const spread = () => Float64Array.from({ length: N }, () => (1 + rng.unit()) * 2 ** rng.integer(-830, 830));
  const p = spread();
  return [[p, spread()], [p, near(rng, p, 0.1)], [p, near(rng, p, 1e-9)], [p, p.toReversed()]];
}

/** All of them below the normal numbers, and against normal numbers. */
function subnormal(rng: Random, Type: FloatsType, smallest: number, ulps: number): readonly Pair[] {
  const tiny = () => Type.from({ length: N }, () => rng.integer(1, ulps) * smallest);
  const p = tiny();
  const normal = Type.from(positive(rng, N));
  return [[p, tiny()], [p, stepped(p, () => 1)], [p, normal], [normal, p]];
}

/** q = p + 1, from the integers next to `from` upwards and from the largest downwards. */
function plusOne(rng: Random, hold: (counts: readonly bigint[]) => CellArray, from: bigint, bits: bigint): readonly Pair[] {
  const counts = Array.from({ length: N }, () => BigInt(rng.integer(0, 2 ** 20)));
  return [counts.map((count) => from + count), counts.map((count) => (1n << bits) - 2n - count)].map((p): Pair => [hold(p), hold(p.map((x) => x + 1n))]);
}

/** A pair and its reverse. */
function bothWays(p: CellArray, q: CellArray): readonly Pair[] {
  return [[p, q], [q, p]];
}

function countsAndMasses(rng: Random): readonly Pair[] {
  const counts = () => Float64Array.from({ length: N }, () => rng.integer(1, 6000));
  const p = counts();
  return [...bothWays(p, normalized(counts())), ...bothWays(p, normalized(p))];
}

function millionfold(rng: Random): readonly Pair[] {
  const p = positive(rng, N);
  return bothWays(p, near(rng, p, 1e-9).map((x) => x * 1e6));
}

function proportional(rng: Random): readonly Pair[] {
  const p = Uint32Array.from({ length: N }, () => rng.integer(1, 4294));
  return bothWays(p, p.map((x) => x * 1e6));
}

function worldsApart(rng: Random): readonly Pair[] {
  const p = positive(rng, N);
  return [near(rng, p, 1e-9), positive(rng, N)].flatMap((q) => bothWays(p.map((x) => x * 1e-150), q.map((x) => x * 1e150)));
}

const OWN: readonly OwnCase[] = [
  { what: "Float32 cells one ulp apart", digest: "d0ae8cdcbadb7f4f", pairs: (rng) => neighbours(rng, Float32Array) },
  { what: "Float64 cells one ulp apart", digest: "4fc1069d04ac70b8", pairs: (rng) => neighbours(rng, Float64Array) },
  { what: "4096 Float32 cells of which one is one ulp apart", digest: "6e51365f01732691", pairs: (rng) => oneNeighbour(rng, Float32Array) },
  { what: "4096 Float64 cells of which one is one ulp apart", digest: "0c7a2e045c542649", pairs: (rng) => oneNeighbour(rng, Float64Array) },
  { what: "Float32 cells times 2^±60", digest: "c716bc6ee8ea9827", pairs: (rng) => scaled(rng, Float32Array, 60) },
  { what: "Float64 cells times 2^±400", digest: "0c671237e89f96ac", pairs: (rng) => scaled(rng, Float64Array, 400) },
  { what: "Float64 cells over 500 decades", digest: "51d609d97131134b", pairs: decades },
  { what: "Float32 subnormals", digest: "5ad9baa16884732f", pairs: (rng) => subnormal(rng, Float32Array, 2 ** -149, 2 ** 22) },
  { what: "Float64 subnormals", digest: "11070b3262e8fc39", pairs: (rng) => subnormal(rng, Float64Array, 2 ** -1074, 2 ** 30) },
  { what: "Uint32 counts and one more", digest: "44aa68471d786378", pairs: (rng) => plusOne(rng, (counts) => Uint32Array.from(counts, Number), 1n << 24n, 32n) },
  { what: "BigUint64 counts and one more", digest: "e42d21be8265c4ee", pairs: (rng) => plusOne(rng, (counts) => BigUint64Array.from(counts), 1n << 53n, 64n) },
  { what: "Float64 counts against probabilities", digest: "9a42b6b2e955b09f", pairs: countsAndMasses },
  { what: "Float64 cells near a millionth of the others", digest: "b4465b81a3b91685", pairs: millionfold },
  { what: "Uint32 counts a million times the others", digest: "b3d7a83e069191ba", pairs: proportional },
  { what: "Float64 cells with totals 10^300 apart", digest: "00f74d25a05cec59", pairs: worldsApart },
];

async function keepsBits(context: ConformanceContext, { what, digest, pairs }: OwnCase): Promise<void> {
  const results: number[] = [];
  for (const [i, [p, q]] of pairs(random(SEED)).entries()) {
    for (const measure of EXACT_MEASURES) {
      const detail = await detailOf(context, measure, p, q, { precision: "exact" });
      const truth = valueOf(measure, p, q);
      keepsExactly(detail, truth, EXACT_PROMISES[measure](toNumber(truth)), `${measure} of ${what}, pair ${i}`);
      results.push(detail.value, detail.errorBound);
    }
  }
  same(digestOf(bitsOf(results)), digest, `digest of ${what}`);
}

/** One ulp beside a cell that outweighs it: D is far below the last digit to which the totals' logarithm is known. */
async function keepsOutweighed(context: ConformanceContext): Promise<void> {
  for (const power of [40, 80, 100, 150, 300]) {
    const [p, q] = [Float64Array.of(1, 2 ** power), Float64Array.of(1 + 2 ** -52, 2 ** power)];
    for (const measure of EXACT_MEASURES) {
      const detail = await detailOf(context, measure, p, q, { precision: "exact" });
      const truth = valueOf(measure, p, q);
      keepsExactly(detail, truth, EXACT_PROMISES[measure](toNumber(truth)), `${measure} beside 2^${power}`);
    }
  }
}

/** All but all mass in one cell: entropies about the error of a logarithm, on both sides of which 0 is returned. */
async function keepsSmallEntropies(context: ConformanceContext): Promise<void> {
  const rng = random(SEED);
  for (let i = 0; i < 200; i++) {
    const large = 1 + rng.unit();
    const p = Float64Array.of(large, large * (0.5 + rng.unit()) * 2.4e-20);
    const detail = await detailOf(context, "entropy", p, p, { precision: "exact" });
    keepsExactly(detail, valueOf("entropy", p, p), EXACT_PROMISES.entropy(0), `entropy of [${p}]`);
  }
}

export const ownExactCases: readonly ConformanceCase[] = [...OWN.map((own): ConformanceCase => ({
  name: `every measure of ${own.what} in exact precision keeps the promise and its known bits, ${own.digest}`,
  run: (context) => keepsBits(context, own),
})), {
  name: "every measure of one ulp beside a cell of up to 2^300 in exact precision keeps its bound",
  run: keepsOutweighed,
}, {
  name: "entropy of nearly one cell in exact precision keeps its bound where it is returned as 0",
  run: keepsSmallEntropies,
}];
