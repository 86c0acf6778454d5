import type { RowSums } from "../backend.js";
import { ShapeError } from "../errors.js";
import { axesOfGrids, cellsOf, hasNodes, nestOf } from "../grid.js";
import type { Axis, Layout } from "../grid.js";
import type { Measure, Sums } from "../terms/measure.js";
import { INFINITE, UNSCALED, canBeInfinite } from "../terms/measure.js";
import { byOffsetItself } from "../terms/scaling.js";
import { axesOf } from "../validate.js";
import type { Input } from "../validate.js";
import { contributing, factorsOf, isNormalized, refuseAxis, rowsForCells } from "./contributing.js";
import type { Form } from "./contributing.js";
import type { BlockOptions, Contributions, SliceOptions } from "./contributions.js";
import { unitOf } from "./evaluate.js";
import { sumByLabel } from "./label-sums.js";
import { onBackend, onCpu, prepare, trusting } from "./prepare.js";
import type { Call, Place } from "./prepare.js";
import { totalsOf } from "./sums.js";
import { viewFrom } from "./view-from.js";

/** Blocks of one shape: where the first begins, how the others follow, and where they lie among all blocks. */
interface Region {
  readonly layout: Layout;
  readonly strideP: number;
  readonly strideQ: number;
  /** By axis: the first block, and how many there are. */
  readonly first: readonly number[];
  readonly counts: readonly number[];
}

/** The whole blocks, and those at the far ends of one axis or of several: up to 2^axes regions. */
function regionsOf(axes: readonly Axis[], sizes: readonly number[]): Region[] {
  let regions: { readonly kept: Axis[]; readonly reduced: Axis[]; readonly start: Record<"strideP" | "strideQ", number>; readonly first: number[]; readonly counts: number[] }[] = [
    { kept: [], reduced: [], start: { strideP: 0, strideQ: 0 }, first: [], counts: [] },
  ];
  for (const [i, axis] of axes.entries()) {
    const whole = Math.floor(axis.size / sizes[i]);
    const ways = [{ first: 0, count: whole, cells: sizes[i] }, { first: whole, count: 1, cells: axis.size % sizes[i] }].filter(({ count, cells }) => count > 0 && cells > 0);
    const times = (steps: number): Axis => ({ size: 0, strideP: axis.strideP * steps, strideQ: axis.strideQ * steps, strideW: 0 });
    regions = regions.flatMap((region) => ways.map(({ first, count, cells }) => ({
      kept: [...region.kept, { ...times(sizes[i]), size: count }],
      reduced: [...region.reduced, { ...times(1), size: cells }],
      start: { strideP: region.start.strideP + first * sizes[i] * axis.strideP, strideQ: region.start.strideQ + first * sizes[i] * axis.strideQ },
      first: [...region.first, first],
      counts: [...region.counts, count],
    })));
  }
  return regions.map(({ kept, reduced, start, first, counts }) => ({ layout: nestOf(kept, reduced), ...start, first, counts }));
}

/** What `sliceContributions` does, once it is loaded. */
export async function slicesOf(asked: Measure, p: Input, rest: readonly unknown[]): Promise<Contributions> {
  const { measure, q, form, own: { axis }, options } = contributing<Pick<SliceOptions, "axis">>("sliceContributions", asked, rest, ["axis"]);
  if (axis === undefined) throw new TypeError("sliceContributions: axis says which slices: { axis: 0 }.");
  const call = prepare(measure, p, q, options);
  const { shape } = call.p;
  const axes = axesOf("sliceContributions", axis, shape);
  const parts = await contributionsOf(call, form, shape.map((size, i) => (axes.includes(i) ? 1 : size)));
  return { ...parts, shape: shape.filter((_, i) => axes.includes(i)) };
}

/** What `blockContributions` does, once it is loaded. */
export async function blocksOf(asked: Measure, p: Input, rest: readonly unknown[]): Promise<Contributions> {
  const { measure, q, form, own: { size }, options } = contributing<Pick<BlockOptions, "size">>("blockContributions", asked, rest, ["size"]);
  refuseAxis("blockContributions", options);
  const call = prepare(measure, p, q, options);
  return contributionsOf(call, form, sizesOf(size, call.p.shape));
}

function sizesOf(size: number | readonly number[], shape: readonly number[]): readonly number[] {
  const sizes = typeof size === "number" ? shape.map(() => size) : size;
  if (!Array.isArray(sizes)) throw new TypeError("blockContributions: size says how many cells a block has: { size: 16 } or { size: [8, 16, 16] }.");
  if (sizes.length !== shape.length) throw new ShapeError(`blockContributions: size [${sizes}] has ${sizes.length} axes, p has ${shape.length}.`, shape, sizes);
  const wrong = sizes.find((cells) => !(Number.isInteger(cells) && cells > 0));
  if (wrong !== undefined) throw new RangeError(`blockContributions: size ${wrong} must be a positive integer.`);
  return sizes.map((cells, i) => Math.min(cells, shape[i]));
}

/** What blocks of such sizes contribute. */
async function contributionsOf(call: Call, form: Form, sizes: readonly number[]): Promise<Contributions> {
  const { shape } = call.p;
  const blocks = shape.map((size, i) => Math.ceil(size / sizes[i]));
  const common = { dtype: "float64", shape: blocks, unit: unitOf(call.measure, call.settings.base) } as const;
  if (hasNodes(call.layout)) {
    // a block's cells count as they lie in the whole grid
    const { data, errorBound } = await sumByLabel(call, form, (index) => blockOf(index, shape, sizes, blocks));
    return { data, errorBound, ...common };
  }
  const cells = cellsOf(blocks);
  const parts = { data: new Float64Array(cells), errorBound: new Float64Array(cells) };
  await onBackend(call, (ready, place) => trusting("fast", ready, place, (sound, where) => sumBlocks(sound, where, form, sizes, blocks, parts)));
  return { ...parts, ...common };
}

/** In which block a cell lies. */
function blockOf(cell: number, shape: readonly number[], sizes: readonly number[], blocks: readonly number[]): number {
  let [block, step, rest] = [0, 1, cell];
  for (let i = shape.length - 1; i >= 0; i--) {
    block += Math.floor((rest % shape[i]) / sizes[i]) * step;
    rest = Math.floor(rest / shape[i]);
    step *= blocks[i];
  }
  return block;
}

async function sumBlocks(call: Call, place: Place, form: Form, sizes: readonly number[], blocks: readonly number[], into: Pick<Contributions, "data" | "errorBound">): Promise<void> {
  const { measure, p, q, settings: { signal }, wide = false } = call;
  const { backend } = place;
  const outcome = await rowsForCells(call, place);
  if (outcome.refusal !== null) return onCpu(call, backend, outcome.refusal, (again, cpu) => sumBlocks(again, cpu, form, sizes, blocks, into));
  const whole = outcome.rows.at(0);
  const axes = axesOfGrids(measure.name, p.shape, p.shape.map((_, i) => i), q.shape);
  for (const { layout, strideP, strideQ, first, counts } of regionsOf(axes, sizes)) {
    const pFrom = viewFrom(p, strideP);
    const everyRow = <T>(of: T): T[] => new Array<T>(layout.rows).fill(of);
    const [sums] = await backend.reduce({
      terms: [measure], layout, p: pFrom, q: q === p ? pFrom : viewFrom(q, strideQ), wide, ...(signal && { signal }),
      ...(whole.scale !== UNSCALED && { scales: everyRow(whole.scale) }),
      ...(isNormalized(call) && { totals: everyRow(totalsOf(whole)) }),
    });
    for (let row = 0; row < layout.rows; row++) {
      const at = indexOf(row, first, counts, blocks);
      [into.data[at], into.errorBound[at]] = contributionOf(call, form, sums, row, whole);
    }
  }
}

/** Where the block that is the `row`th of a region lies among all. */
function indexOf(row: number, first: readonly number[], counts: readonly number[], blocks: readonly number[]): number {
  let [index, step, rest] = [0, 1, row];
  for (let i = blocks.length - 1; i >= 0; i--) {
    index += (first[i] + (rest % counts[i])) * step;
    rest = Math.floor(rest / counts[i]);
    step *= blocks[i];
  }
  return index;
}

/** A part's contribution from its sums, with a bound; `whole`: what all cells add up to. */
function contributionOf(call: Call, form: Form, sums: RowSums, row: number, whole: Sums): readonly [number, number] {
  const { measure } = call;
  if (sums.infiniteCells[row] > 0 && canBeInfinite(measure)) return [Infinity, 0];
  if (measure.saysZeros && sums.term[row] >= INFINITE) return [Infinity, 0];
  const { factor, perP } = factorsOf(call);
  const [term, p, q, d] = [sums.term[row], sums.p[row], sums.q[row], sums.d[row]];
  const plain = form === "signed" && measure.signed ? (measure.reversed ? -d : d) : 0;
  const { term: ofTerm, sum: ofSum, floor } = sums.errors;
  const offset = isNormalized(call) ? Math.abs(whole.d / whole.p) : 0;
  // normalised differences have an error of p times that of the totals' difference; near terms go with its square, total variation with itself
  const ofOffset = (ofTerm / 2 + ofSum) * offset * (measure.scaling === byOffsetItself ? p : 2 * Math.sqrt(2 * Math.abs(term) * p));
  const ofDifferences = (ofTerm / 8 + ofSum) * 1.06 * Math.sqrt(Math.max(term, 0) * (p + q)) + offset * p * ofSum;
  const roundings = isNormalized(call) ? 6 : 1;
  const error = (ofTerm + roundings * ofSum) * 1.01 * Math.abs(term) + ofOffset + call.layout.cells * floor + (plain === 0 ? 0 : ofDifferences) + Math.abs(perP) * p * roundings * ofSum;
  const unit = isNormalized(call) ? 1 : 2 ** -whole.scale.p;
  const value = (term + plain + perP * p) * factor * unit;
  return [value || 0, error * factor * unit + Math.abs(value) * 2 ** -50];
}
