import fc, { stringify, toStringMethod } from "fast-check";
import type { CellArray, Dtype, Grid } from "../../src/grid";

export { type Random, near, normalized, positive, random } from "./seeded";

/** A cell type as the properties draw from it: how to hold cells, and values from tame to wild. */
export interface Kind {
  readonly dtype: Dtype;
  readonly hold: (values: readonly number[]) => CellArray;
  readonly values: readonly fc.Arbitrary<number>[];
  /** The cell next to `value` times `factor`. */
  readonly times: (value: number, factor: number) => number;
}

const FLOATS = {
  float32: { hold: (values: readonly number[]) => Float32Array.from(values), smallest: 2 ** -149, largest: 2 ** 127 },
  float64: { hold: (values: readonly number[]) => Float64Array.from(values), smallest: 2 ** -1074, largest: 2 ** 1023 },
} as const;

/** Floats with exponents of ±spread, each spread on its own; with `subnormals` also those, alone and among the others. */
export function floats(dtype: keyof typeof FLOATS, spreads: readonly number[], { subnormals }: { readonly subnormals: boolean }): Kind {
  const { hold, smallest, largest } = FLOATS[dtype];
  const significand = fc.double({ min: 1, max: 2, maxExcluded: true, noNaN: true });
  const tiny = fc.integer({ min: 1, max: 2 ** 20 }).map((count) => count * smallest);
  const values = spreads.map((spread) => {
    const power = fc.integer({ min: -spread, max: spread }).map((k) => 2 ** k);
    return fc.oneof({ weight: 4, arbitrary: fc.tuple(significand, power).map(([s, k]) => s * k) }, { weight: 1, arbitrary: power });
  });
  const wild = subnormals ? [tiny, fc.oneof(tiny, ...values)] : [];
  return { dtype, hold, values: [...values, ...wild], times: (value, factor) => Math.min(value * factor, largest) };
}

const INTEGERS = { uint8: Uint8Array, uint16: Uint16Array, float16: Uint16Array, uint32: Uint32Array, float32: Float32Array, float64: Float64Array } as const;

/** Integers up to `largest` in cells of `dtype`; for float16 these are its bits, up to 0x7bff. */
export function integers(dtype: keyof typeof INTEGERS, largest: number): Kind {
  const powers = Array.from({ length: Math.floor(Math.log2(largest)) + 1 }, (_, k) => 2 ** k);
  return {
    dtype,
    hold: (values) => INTEGERS[dtype].from(values),
    values: [fc.integer({ min: 1, max: Math.min(largest, 12) }), fc.oneof(fc.integer({ min: 1, max: largest }), fc.constantFrom(...powers))],
    times: (value, factor) => Math.min(Math.max(Math.round(value * factor), 1), largest),
  };
}

/** p and q of one length; a report tells what they repeat. */
export interface Pair {
  readonly p: Grid;
  readonly q: Grid;
  readonly [toStringMethod]: () => string;
}

/** What a `Pair` may hold besides cells that are positive in both. */
export interface PairOptions {
  readonly lengths?: fc.Arbitrary<number>;
  /** Cells of 0 in p, in both and, rarely, in q alone; default true. */
  readonly zeros?: boolean;
}

type Cell = readonly [p: number, q: number];

/** Around the cells that a block, a thread, a workgroup and its tile have. */
const EDGES = [1, 2, 4, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 2047, 2049];

const LENGTHS: fc.Arbitrary<number> = fc.oneof(
  { withCrossShrink: true },
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 12 }) },
  { weight: 6, arbitrary: fc.constantFrom(...EDGES) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 2100 }) },
  { weight: 1, arbitrary: fc.constantFrom(4096, 16383, 16384, 16385, 32769) },
);

/** Mostly a few cells: for what is compared with an oracle, at 10 µs a cell. */
export const SHORT: fc.Arbitrary<number> = fc.oneof(
  { withCrossShrink: true },
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(...EDGES) },
);

/** Independent cells, equal ones, and q near a multiple of p: where D is small and everything that can cancel does. */
function cyclesOf({ times }: Kind, value: fc.Arbitrary<number>, zeros: boolean): fc.Arbitrary<Cell[]> {
  const free = fc.tuple(value, value);
  const same = value.map((x): Cell => [x, x]);
  const empty = fc.oneof(value.map((x): Cell => [0, x]), fc.constantFrom<Cell>([0, 0], [0, 0], [-0, 0]));
  const many = { minLength: 1, maxLength: 12 };
  const anyCell = fc.oneof({ weight: 6, arbitrary: free }, { weight: 2, arbitrary: same }, ...(zeros ? [{ weight: 1, arbitrary: empty }] : []));
  const near = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.constantFrom(1, 1, 1, 0.5, 3, 1000), fc.array(fc.tuple(value, fc.double({ min: -1, max: 1, noNaN: true })), many))
    .map(([bits, factor, cells]) => cells.map(([x, noise]): Cell => [x, times(x, factor * (1 + noise * 2 ** -bits))]));
  return fc.oneof<fc.Arbitrary<readonly Cell[]>[]>(fc.array(anyCell, many), near).map((cells) => [...cells]);
}

/** A cycle of a few cells repeated to any length, with up to two cells that stand out: long, and still short to report. */
export function pairs(kinds: readonly Kind[], { lengths = LENGTHS, zeros = true }: PairOptions = {}): fc.Arbitrary<Pair> {
  return fc.oneof(...kinds.flatMap((kind) => kind.values.map((value) => {
    const odd = fc.oneof({ weight: 9, arbitrary: fc.tuple(value, value) }, ...(zeros ? [
      { weight: 3, arbitrary: value.map((x): Cell => [0, x]) },
      { weight: 1, arbitrary: value.map((x): Cell => [x, 0]) },
    ] : []));
    const place = fc.oneof(fc.constantFrom(...EDGES), fc.nat(40_000));
    const others = fc.array(fc.tuple(place, odd), { maxLength: 2 });
    return fc.tuple(lengths, cyclesOf(kind, value, zeros), others).map((parts) => pairOf(kind, ...parts));
  }))).filter(({ p, q }) => [p, q].every(({ data }) => (data as Float64Array).some((cell) => cell > 0)));
}

function pairOf({ dtype, hold }: Kind, n: number, cycle: readonly Cell[], others: readonly (readonly [number, Cell])[]): Pair {
  const cells = Array.from({ length: n }, (_, i) => cycle[i % cycle.length]);
  for (const [place, cell] of others) cells[place % n] = cell;
  const side = (k: 0 | 1): Grid => ({ data: hold(cells.map((cell) => cell[k])), dtype, shape: [n] });
  const apart = others.map(([place, cell]) => `, but ${stringify(cell)} at ${place % n}`).join("");
  return { p: side(0), q: side(1), [toStringMethod]: () => `${n} ${dtype} cells [p,q] repeating ${stringify(cycle)}${apart}` };
}
