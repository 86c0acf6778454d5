import { check, same, sameList, within } from "../support/assert";
import { positive, type Random, random } from "../support/random";
import { type ConformanceCase, type ConformanceContext, detailArrayOf, detailOf, type MeasureName, FLOATS, type Floats, type FloatsType } from "./context";

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, i) => shape.slice(i + 1).reduce((product, size) => product * size, 1));
}

function digitsOf(index: number, shape: readonly number[]): number[] {
  return stridesOf(shape).map((stride, i) => Math.floor(index / stride) % shape[i]);
}

/** Flat index of these digits; a size of 1 repeats. */
function indexOf(digits: readonly number[], shape: readonly number[]): number {
  return stridesOf(shape).reduce((index, stride, i) => index + (shape[i] === 1 ? 0 : digits[i] * stride), 0);
}

/** How q lies against p: of p's shape, of the reduced axes' shape, or aligned to the trailing axes. */
interface Against {
  readonly shape: readonly number[];
  readonly axes: readonly number[];
}

function againstOf(rng: Random, kind: "same" | "reduced" | "trailing", shape: readonly number[], axes: readonly number[]): Against {
  const all = shape.map((_, i) => i);
  if (kind === "same") return { shape, axes: all };
  if (kind === "reduced") return { shape: axes.map((axis) => shape[axis]), axes };
  const first = rng.integer(0, shape.length - 1);
  return { shape: shape.slice(first).map((size) => (rng.unit() < 0.3 ? 1 : size)), axes: all.slice(first) };
}

/** The cells of each result, one by one: the definition, not the loop nest under test. */
function slicesOf(p: Floats, q: Floats, shape: readonly number[], axes: readonly number[], against: Against): { p: number[]; q: number[] }[] {
  const kept = shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const keptShape = kept.map((i) => shape[i]);
  const slices = Array.from({ length: keptShape.reduce((n, size) => n * size, 1) }, () => ({ p: [] as number[], q: [] as number[] }));
  p.forEach((value, i) => {
    const digits = digitsOf(i, shape);
    const slice = slices[indexOf(kept.map((axis) => digits[axis]), keptShape)];
    slice.p.push(value);
    slice.q.push(q[indexOf(against.axes.map((axis) => digits[axis]), against.shape)]);
  });
  return slices;
}

interface Reduction {
  readonly shape: readonly number[];
  readonly axes: readonly number[];
  readonly kind: "same" | "reduced" | "trailing";
  readonly measure: MeasureName;
  readonly Type: FloatsType;
  /** Compare so many rows, evenly spread. */
  readonly atMost: number;
}

async function compareToSlices(context: ConformanceContext, rng: Random, { shape, axes, kind, measure, Type, atMost }: Reduction): Promise<void> {
  const what = `${measure}, shape [${shape}], axis [${axes}], q ${kind}`;
  const against = againstOf(rng, kind, shape, axes);
  const cells = shape.reduce((n, size) => n * size, 1);
  const rowCells = axes.reduce((n, axis) => n * shape[axis], 1);
  const p = Type.from(positive(rng, cells), (value) => (rowCells > 8 && rng.unit() < 0.1 ? 0 : value));
  const q = Type.from(positive(rng, against.shape.reduce((n, size) => n * size, 1)));
  // one row without support, where there are other rows
  if (kind === "same" && rowCells > 1 && rowCells < cells) q[4] = 0;
  const detail = await detailArrayOf(context, measure, p, context.kullback.grid(q, { shape: against.shape }), { shape, axis: axes });
  const slices = slicesOf(p, q, shape, axes, against);
  sameList(detail.shape, shape.filter((_, i) => !axes.includes(i)), `${what}: shape`);
  for (const list of [detail.value, detail.errorBound, detail.totalP, detail.totalQ, detail.infiniteCells]) same(list.length, slices.length, `${what}: length`);
  same(detail.cells, rowCells, `${what}: cells`);
  const step = Math.max(1, Math.floor(slices.length / atMost));
  for (let row = 0; row < slices.length; row += step) {
    const one = await detailOf(context, measure, Type.from(slices[row].p), Type.from(slices[row].q));
    within(detail.value[row], one.value, detail.errorBound[row] + one.errorBound, `${what}: row ${row}`);
    same(detail.infiniteCells[row], one.infiniteCells, `${what}: infiniteCells[${row}]`);
    within(detail.totalP[row], one.totalP, one.totalP * 2 ** -18, `${what}: totalP[${row}]`);
    check(detail.errorBound[row] <= 64 * one.errorBound + Number.MIN_VALUE, () => `${what}: errorBound ${detail.errorBound[row]} of row ${row}, ${one.errorBound} alone.`);
  }
}

function subsets(axes: number): number[][] {
  return Array.from({ length: 2 ** axes - 1 }, (_, bits) => Array.from({ length: axes }, (_, i) => i).filter((i) => ((bits + 1) >> i) & 1));
}

const shapes = [[7], [5, 6], [3, 4, 5], [4, 1, 3, 5], [2, 3, 4, 5]] as const;
const kinds = ["same", "reduced", "trailing"] as const;

/** Rows that outgrow a workgroup's tile, and more rows than a dispatch has workgroups to spare. */
const large = [[[3, 20011], [1]], [[700, 33], [0]], [[40, 3, 70], [0, 2]], [[5000, 3], [1]], [[2, 300, 50], [1]], [[90000, 2], [0]]] as const;

export const axisCases: readonly ConformanceCase[] = [
  ...shapes.flatMap((shape) => kinds.map((kind): ConformanceCase => ({
    name: `klDivergence over every subset of the axes of [${shape}], q ${kind}, equals its slices`,
    async run(context) {
      const rng = random(31);
      for (const axes of subsets(shape.length)) {
        await compareToSlices(context, rng, { shape, axes, kind, measure: "klDivergence", Type: Float32Array, atMost: Infinity });
      }
    },
  }))),
  ...large.map(([shape, axes]): ConformanceCase => ({
    name: `klDivergence over axis [${axes}] of [${shape}] equals its slices`,
    run: (context) => compareToSlices(context, random(32), { shape, axes, kind: "reduced", measure: "klDivergence", Type: Float32Array, atMost: 8 }),
  })),
  ...(["generalizedKl", "crossEntropy", "jensenShannon", "jensenShannonDistance", "entropy"] as const).flatMap((measure) =>
    FLOATS.map((Type): ConformanceCase => ({
      name: `${measure} over strided axes of a ${Type.name} equals its slices`,
      async run(context) {
        for (const axes of [[0], [1], [0, 2]]) {
          await compareToSlices(context, random(33), { shape: [6, 5, 4], axes, kind: "same", measure, Type, atMost: 12 });
        }
      },
    }))),
  {
    name: "klDivergence counts axes from the end when they are negative, and takes a flat q for the trailing axes",
    async run(context) {
      const rng = random(34);
      const [p, q] = [Float32Array.from(positive(rng, 60)), Float32Array.from(positive(rng, 20))];
      const shape = [3, 4, 5];
      const { klDivergence, grid } = context.kullback;
      const named = await klDivergence(grid(p, { shape }), grid(q, { shape: [4, 5] }), { axis: [1, 2], backend: context.backend });
      sameList(await klDivergence(p, q, { shape, axis: [-1, -2], backend: context.backend }), named, "axis [−1, −2]");
      same(named.length, 3, "rows");
    },
  },
];
