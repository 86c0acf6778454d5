import { describe, expect, it, vi } from "vitest";
import type { Simd } from "../../src/cpu-fallback/simd/engine";
import { openOrders, openSimd } from "../../src/cpu-fallback/simd/open";
import type { Detail, DetailArray } from "../../src/index";
import * as kullback from "../../src/index";
import { random } from "../support/random";

const NAMES = ["klDivergence", "generalizedKl", "jeffreys", "jensenShannon", "jensenShannonDistance", "totalVariation", "hellinger", "chiSquare", "bhattacharyya", "entropy", "crossEntropy"] as const;
/** Of orders on both sides of 1, near it and far from it; below ½ they are those of q and p. */
const ORDERS = [["renyi", 2], ["tsallis", 0.7], ["alphaDivergence", 1.001], ["alphaDivergence", 0.999], ["renyi", 0.1], ["tsallis", 7], ["renyiEntropy", 2], ["renyiEntropy", 0.3], ["tsallisEntropy", 0.999], ["tsallisEntropy", 6]] as const;
const MEASURES = [...NAMES, ...ORDERS];
type Input = kullback.Grid;

/** The same package in a host without WebAssembly. */
async function plainly(): Promise<typeof kullback> {
  vi.resetModules();
  vi.stubGlobal("WebAssembly", undefined);
  const plain = await import("../../src/index");
  const opens = await import("../../src/cpu-fallback/simd/open");
  expect([await opens.openSimd(), await opens.openOrders()]).toEqual([null, null]);
  await loadLoops(plain);
  vi.unstubAllGlobals();
  return plain;
}

/** A package loads its loops with the first call: they are to be of its own modules. */
const loadLoops = ({ klDivergence }: typeof kullback) => klDivergence([1], [1]);
await loadLoops(kullback);
const plain = await plainly();

function call(library: typeof kullback, measure: (typeof MEASURES)[number], p: Input, q: Input, options: object) {
  const backend = library.openBackend({ prefer: "cpu" });
  return backend.then((opened): Promise<Detail | DetailArray> => {
    const all: kullback.MeasureOptions = { ...options, backend: opened, detail: true };
    const of = typeof measure === "string" ? library[measure] : library[measure[0]](measure[1]);
    return (of.measure.arity === "single" ? (of as kullback.SingleMeasure)(p, all) : (of as kullback.PairMeasure)(p, q, all)) as Promise<Detail | DetailArray>;
  });
}

const list = (value: number | Float64Array) => (typeof value === "number" ? [value] : [...value]);

/** Values agree within both bounds, and all else to the digits that sums in another order keep. */
function agree(simd: Detail | DetailArray, other: Detail | DetailArray, what: string): void {
  const [bounds, otherBounds] = [list(simd.errorBound), list(other.errorBound)];
  const values = list(other.value);
  list(simd.value).forEach((value, i) => {
    if (value !== values[i]) expect(Math.abs(value - values[i]), `${what}, row ${i}: ${value} and ${values[i]}`).toBeLessThanOrEqual(bounds[i] + otherBounds[i]);
  });
  expect(list(simd.infiniteCells), what).toEqual(list(other.infiniteCells));
  for (const name of ["totalP", "totalQ"] as const) {
    const totals = list(other[name]);
    list(simd[name]).forEach((total, i) => { if (total !== totals[i]) expect(Math.abs(total - totals[i]), `${what}: ${name}`).toBeLessThanOrEqual(2 ** -44 * totals[i]); });
  }
}

const TYPES = { float64: Float64Array, float32: Float32Array, uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, int8: Int8Array, int16: Int16Array, int32: Int32Array, uint64: BigUint64Array } as const;
const LARGEST: Readonly<Record<keyof typeof TYPES, number>> = { float64: 0, float32: 0, uint8: 255, uint16: 65535, uint32: 2 ** 32 - 1, int8: 127, int16: 32767, int32: 2 ** 31 - 1, uint64: 2 ** 52 };

function cellsOf(rng: ReturnType<typeof random>, dtype: keyof typeof TYPES, cells: number, zeros: number, exponents: number) {
  const value = () => {
    if (rng.unit() < zeros) return 0;
    return LARGEST[dtype] ? 1 + Math.floor(rng.unit() * (LARGEST[dtype] - 1)) : (1 + rng.unit()) * 2 ** rng.integer(-exponents, exponents);
  };
  if (dtype === "uint64") return BigUint64Array.from({ length: cells }, () => BigInt(value()));
  return new TYPES[dtype](Array.from({ length: cells }, value));
}

describe("sums in WebAssembly", () => {
  it.each([openSimd, openOrders])("are what this host has", async (open) => expect(await open()).not.toBeNull());

  /** Shapes and axes: lengths about the tiles' and the pieces', short rows, rows side by side, both, one reference for all rows. */
  const LAYOUTS: [shape: readonly number[], axis?: number | readonly number[], one?: "one reference"][] = [
    ...[1, 2, 3, 4, 5, 255, 256, 257, 511, 512, 513, 1000, 4095, 4096, 4097, 8191, 8192, 8193, 20_001].map((n): [readonly number[]] => [[n]]),
    [[700, 9], 1], [[65, 64], 1], [[9, 700], 1], [[3, 9000], 1], [[40, 130], 1, "one reference"], [[3, 9000], 1, "one reference"],
    [[9, 700], 0], [[130, 7], 0], [[130, 8], 0], [[300, 67], 0], [[70, 90], 0, "one reference"], [[5, 40, 30], 1], [[5, 40, 30], [0, 2]], [[5, 40, 30], [1, 2]], [[6, 7, 8], [0, 1]],
  ];

  it.each(LAYOUTS.map((layout) => [JSON.stringify(layout), ...layout] as const))("of shape and axis %s agree with plain TypeScript", async (_, shape, axis, one) => {
    const cells = shape.reduce((product, size) => product * size, 1);
    const rng = random(cells + 3);
    for (const dtype of ["float32", "float64", "uint8"] as const) {
      for (const [zeros, exponents] of [[0, 2], [0.1, 30]] as const) {
        const p = kullback.grid(cellsOf(rng, dtype, cells, zeros, exponents), { shape });
        const reduced = one ? [shape[axis as number]] : shape;
        const q = kullback.grid(cellsOf(rng, dtype, reduced.reduce((product, size) => product * size, 1), zeros / 10, exponents), { shape: reduced });
        for (const measure of MEASURES) {
          for (const normalize of [true, false]) {
            const options = { normalize, ...(axis !== undefined && { axis }) };
            // masses may be missing from short rows
            const results = await Promise.allSettled([kullback, plain].map((library) => call(library, measure, p, q, options)));
            const [simd, other] = results.map((result) => (result.status === "fulfilled" ? result.value : String(result.reason)));
            if (typeof simd === "string" || typeof other === "string") expect(simd).toEqual(other);
            else agree(simd, other, `${measure} of ${dtype}`);
          }
        }
      }
    }
  });

  it.each(Object.keys(TYPES).flatMap((p) => Object.keys(TYPES).map((q) => [p, q] as [keyof typeof TYPES, keyof typeof TYPES])))("of %s and %s agree with plain TypeScript", async (pType, qType) => {
    const rng = random(17);
    for (const cells of [300, 5000]) {
      const p = kullback.grid(cellsOf(rng, pType, cells, 0.05, 3));
      const q = kullback.grid(cellsOf(rng, qType, cells, 0, 3));
      for (const measure of MEASURES) agree(...await Promise.all([call(kullback, measure, p, q, {}), call(plain, measure, p, q, {})]), `${measure}`);
    }
  });

  it.each(["float32", "float64"] as const)("of %s with cells far out agree with plain TypeScript", async (dtype) => {
    const rng = random(18);
    const [most, least] = dtype === "float32" ? [127, -149] : [1023, -1074];
    for (const [low, high] of [[least, least + 40], [most - 60, most - 20], [least, most - 20], [-90, -60], [-20, 100]]) {
      const value = () => (1 + rng.unit()) * 2 ** rng.integer(low, high);
      const p = kullback.grid(new TYPES[dtype](Array.from({ length: 6000 }, value)));
      const q = kullback.grid(new TYPES[dtype](Array.from({ length: 6000 }, value)));
      for (const measure of MEASURES) agree(...await Promise.all([call(kullback, measure, p, q, {}), call(plain, measure, p, q, {})]), `${measure} of 2^${low} to 2^${high}`);
    }
  });

  it.each(["float32", "float64"] as const)("of probabilities in %s agree with plain TypeScript, near 0, near 1 and there", async (dtype) => {
    const rng = random(21);
    const near = () => rng.unit() * 2 ** -rng.integer(0, 60);
    const probabilities = (few: number) => new TYPES[dtype](Array.from({ length: 6001 }, () => (rng.unit() < few ? rng.integer(0, 1) : rng.unit() < 0.5 ? near() : 1 - near())));
    const answer = async (library: typeof kullback, p: Float32Array | Float64Array, q: Float32Array | Float64Array, options: object): Promise<Detail | DetailArray> =>
      library.binaryCrossEntropy(p, q, { ...options, backend: await library.openBackend({ prefer: "cpu" }), detail: true });
    const answers = (p: Float32Array | Float64Array, q: Float32Array | Float64Array, options = {}) => Promise.all([answer(kullback, p, q, options), answer(plain, p, q, options)]);
    const inside = (cells: Float32Array | Float64Array) => cells.map((x) => (x === 1 ? 1 - 2 ** -20 : Math.max(x, 2 ** -100)));
    for (const few of [0, 0.1]) {
      const [p, q] = [probabilities(few), probabilities(few)];
      for (const options of [{}, { shape: [60, 100], axis: 0 }]) {
        const [simd, other] = await answers(p.subarray(0, 6000), inside(q).subarray(0, 6000), options);
        agree(simd, other, `${few} of p 0 or 1`);
        expect(Math.min(...list(simd.value))).toBeGreaterThan(0);
      }
      const small = q.map((x) => (x + 1) * 2 ** -40);
      agree(...await answers(p.map(() => 0), small), "-ln(1 - q)");
      const [infinite, too] = await answers(p, q);
      expect([infinite.value, infinite.infiniteCells]).toEqual([too.value, too.infiniteCells]);
    }
  });

  it("of singles with zeros keep their digits beside the least cells that singles are used for", async () => {
    const rng = random(22);
    const least = () => (1 + rng.unit()) * 2 ** -74;
    const p = Float32Array.from({ length: 20_000 }, () => (rng.unit() < 0.3 ? 0 : least()));
    const q = Float32Array.from({ length: 20_000 }, least);
    const { value, errorBound, precision } = await kullback.klDivergence(p, q, { detail: true, normalize: false });
    const exact = await kullback.klDivergence(p, q, { precision: "exact", normalize: false });
    expect(precision).toBe("fast");
    // wide enough a bound for terms in singles
    expect(errorBound / value).toBeGreaterThan(2 ** -22);
    expect(Math.abs(value - exact)).toBeLessThanOrEqual(errorBound);
    // of a cell with p = 0 all that is to be there is q
    expect(Math.abs(value - exact) / exact).toBeLessThan(1e-8);
  });

  it.each([NaN, -1, Infinity, -Infinity])("names the first entry that is %d", async (wrong) => {
    for (const dtype of ["float32", "float64"] as const) {
      for (const at of [0, 511, 4999, 8191, 12_345]) {
        const p = kullback.grid(new TYPES[dtype](Array.from({ length: 12_346 }, (_, i) => (i === at ? wrong : 1))));
        await expect(call(kullback, "klDivergence", p, p, {})).rejects.toMatchObject({ name: "DomainError", message: expect.stringContaining(`the first at index ${at}`) });
      }
    }
  });

  it.each(["float32", "float64", "uint16", "uint32"] as const)("of %s with runs that are empty on both sides are those without", async (dtype) => {
    const rng = random(20);
    const cells = () => Array.from({ length: 3000 }, () => 1 + rng.integer(0, 200));
    const [p, q] = [cells(), cells()];
    const empty = new Array<number>(5000).fill(0);
    for (const axis of [undefined, 0, 1]) {
      const shape = axis === undefined ? undefined : [16, 500];
      const gridOf = (values: readonly number[]) => kullback.grid(new TYPES[dtype]([...empty, ...values]), shape && { shape });
      for (const measure of MEASURES) {
        const all = { normalize: false, ...(axis !== undefined && { axis }) };
        agree(...await Promise.all([call(kullback, measure, gridOf(p), gridOf(q), all), call(plain, measure, gridOf(p), gridOf(q), all)]), `${measure}`);
        if (axis === undefined) expect(list((await call(kullback, measure, gridOf(p), gridOf(q), {})).value)[0], `${measure}`).toBeGreaterThan(0);
      }
    }
  });

  it("of a tile that is empty on both sides are 0", async () => {
    const simd = await openSimd() as Simd;
    for (const place of [simd.p, simd.q]) new Float64Array(place.buffer, place.byteOffset, simd.doubles).fill(0);
    for (const sum of [() => simd.sumRows(1, 2, 256, 256, 256, false), () => simd.sumColumns(1, 2, 256), () => simd.sumSingles(1, 2, 512, 512, 512)]) {
      // once as rows without a 0, and again after one that has
      for (let i = 0; i < 20; i++) expect([sum(), simd.sums.kl[0], simd.sums.kl[1], simd.sums.smallestQ[0]]).toEqual([0, 0, 0, Infinity]);
    }
  });

  it("of -0 are those of 0", async () => {
    const p = Float32Array.from({ length: 5000 }, (_, i) => (i % 7 === 0 ? 0 : 1));
    const q = p.map((x) => (x === 0 ? -0 : x));
    for (const [a, b] of [[p, q], [Float64Array.from(p), Float64Array.from(q)]]) {
      expect(await call(kullback, "klDivergence", kullback.grid(a), kullback.grid(b), {})).toMatchObject({ value: 0, errorBound: 0, infiniteCells: 0 });
    }
  });

  it("take terms of float32 cells in binary64 where they are few, and where rtol asks for it", async () => {
    const rng = random(19);
    const p = Float32Array.from({ length: 20_000 }, () => rng.unit() + 0.5);
    const q = p.map((x) => x * (0.95 + 0.1 * rng.unit()));
    const detailOf = (cells: number, options: object) => call(kullback, "klDivergence", kullback.grid(p.subarray(0, cells)), kullback.grid(q.subarray(0, cells)), options) as Promise<Detail>;
    const relative = ({ value, errorBound }: Detail) => errorBound / value;
    expect(relative(await detailOf(2048, {}))).toBeLessThan(2 ** -43);
    const many = await detailOf(20_000, {});
    expect(relative(many)).toBeGreaterThan(2 ** -21);
    expect(relative(many)).toBeLessThan(2 ** -19);
    const close = await detailOf(20_000, { rtol: 1e-10 });
    expect(close).toMatchObject({ precision: "fast", reason: expect.stringContaining("binary64") });
    expect(relative(close)).toBeLessThan(2 ** -43);
    expect(await detailOf(20_000, { rtol: 1e-15 })).toMatchObject({ precision: "exact" });
  });
});
