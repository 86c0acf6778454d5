import type { RowSums } from "../backend.js";
import { axesOfGrids, nestOf } from "../grid.js";
import type { Axis, Layout } from "../grid.js";
import type { Sums } from "../terms/measure.js";
import { INFINITE, UNSCALED, canBeInfinite } from "../terms/measure.js";
import { byOffsetItself } from "../terms/scaling.js";
import { factorsOf, isNormalized, rowsForCells } from "./contributing.js";
import type { Form } from "./contributing.js";
import type { Contributions } from "./contributions.js";
import { unitOf } from "./evaluate.js";
import { onBackend, onCpu, trusting } from "./prepare.js";
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

/** What blocks of such sizes contribute. */
export async function contributionsOf(call: Call, form: Form, sizes: readonly number[]): Promise<Contributions> {
  const { shape } = call.p;
  const blocks = shape.map((size, i) => Math.ceil(size / sizes[i]));
  const cells = blocks.reduce((n, size) => n * size, 1);
  const parts = { data: new Float64Array(cells), errorBound: new Float64Array(cells) };
  await onBackend(call, (ready, place) => trusting("fast", ready, place, (sound, where) => sumBlocks(sound, where, form, sizes, blocks, parts)));
  return { ...parts, dtype: "float64", shape: blocks, unit: unitOf(call.measure, call.settings.base) };
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
