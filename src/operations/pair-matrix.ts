import type { Operand, PairSums } from "../backend.js";
import { ShapeError } from "../errors.js";
import { cellsOf, grid } from "../grid.js";
import type { CellArray, DeviceGrid, Dtype, Grid } from "../grid.js";
import type { MeasureOptions } from "../options.js";
import { canBeInfinite } from "../terms/measure.js";
import type { Finished, Measure } from "../terms/measure.js";
import { totalVariationMeasure } from "../terms/total-variation.js";
import { operandOf, settingsOf } from "../validate.js";
import type { Input } from "../validate.js";
import { checkLargest, checkMasses, renamed } from "./check.js";
import { unitOf } from "./evaluate.js";
import { exceeds, massesOf } from "./masses.js";
import type { Masses } from "./masses.js";
import { Products, isDivergence, perturbation } from "./pair-products.js";
import { resultsOf } from "./pair-results.js";
import type { Wanted } from "./pair-results.js";
import { Rest, layoutOf, oneByOne } from "./pairs-alone.js";
import type { Computed, Pairs } from "./pairs-alone.js";
import type { PairDetail, PairwiseOptions } from "./pairwise.js";
import { onBackend, onHost, prepare, trusting } from "./prepare.js";
import type { Call, Place } from "./prepare.js";
import { upload } from "./upload.js";

const NAME = "pairwise";
const KNOWN = ["backend", "base", "normalize", "shape", "zeros", "emptyRows", "precision", "rtol", "detail", "signal", "against", "top", "condensed", "output"];

/** Of a product, as far as the bound of an entry may go before the pair is computed alone: of types that binary32 holds, and of others. */
const WIDEST = { narrow: 2 ** -20, wide: 2 ** -32 } as const;
const WIDE: readonly Dtype[] = ["float64", "uint32", "int32"];
const INTEGERS: readonly Dtype[] = ["uint64", "int64"];
/** Cells below, but for 0, are for the measure itself: of binary64, and of singles. */
const SMALLEST = { wide: 2 ** -900, narrow: 2 ** -100 } as const;
/** A sum with terms that stand for what binary32 does not hold. */
const OVERFLOWN = 2 ** 100;

/** What `pairwise` does, once it is loaded. */
export async function matrixOf(measure: Measure, input: Input, options: PairwiseOptions): Promise<Grid<Float64Array> | DeviceGrid> {
  const started = performance.now();
  const settings = settingsOf(NAME, options, KNOWN);
  if (measure.arity !== "pair") throw new TypeError(`${NAME}: ${measure.name} is of one distribution; pairs take one of two, such as jensenShannon.`);
  const { against, top, condensed = false, output = "host", backend, base, normalize, zeros, emptyRows, precision, rtol, signal } = options;
  if (output !== "host" && output !== "device") throw new RangeError(`${NAME}: output "${String(output)}" must be "host" or "device".`);
  if (output === "device" && (top !== undefined || options.detail)) throw new RangeError(`${NAME}: output "device" is for a matrix without detail.`);
  if (condensed && (!measure.symmetric || against !== undefined || top !== undefined || settings.zeros)) throw new RangeError(`${NAME}: condensed is for a symmetric measure of rows with themselves.`);
  const own: MeasureOptions = Object.fromEntries(Object.entries({ backend, base, normalize, zeros, emptyRows, precision, rtol, signal }).filter(([, value]) => value !== undefined));
  signal?.throwIfAborted();
  const { p, q } = rowsOf(input, options.shape, against);
  const sizes = { rows: p.shape[0], others: q.shape[0], cells: cellsOf(p.shape.slice(1)) };
  const call = { ...prepare({ name: NAME, arity: "pair" }, p, p, { ...own, axis: p.shape.map((_, i) => i).slice(1) }), measure: { ...measure, name: NAME }, q, layout: layoutOf(sizes.rows, sizes.others, sizes.cells), settings: { ...settings, axis: 1, detail: true } };
  const wanted = { rows: sizes.rows, others: sizes.others, half: measure.symmetric === true && p === q && !settings.zeros, isOwn: p === q, condensed, top, bounds: options.detail === true };
  try {
    const { results, place, alone, how } = await onBackend(call, (ready, where) => compute(ready, where, wanted), precision === "exact" ? (ready, where) => compute(ready, where, wanted) : undefined);
    const { data, errorBound, shape, indices } = results;
    if (output === "device") return await upload(place.backend.info.kind === "webgpu" ? grid(Float32Array.from(data), { shape }) : grid(data, { shape }), { backend: place.backend });
    const matrix = { data, dtype: "float64", shape, ...(indices && { indices }) } as const;
    if (!options.detail) return matrix;
    const detail: PairDetail = { ...matrix, errorBound, unit: unitOf(measure, settings.base), precision: how, backend: place.backend.info.kind, reason: place.reason, alone, elapsedMs: performance.now() - started };
    return detail;
  } catch (error) {
    throw renamed(error, { p: "rows", q: "against" });
  }
}

/** Rows along the first axis, as masses whatever the spacing; and the others, of as many cells. */
function rowsOf(input: Input, shape: readonly number[] | undefined, against: Input | undefined): Pick<Call, "p" | "q"> {
  const { spacing: _, ...p } = operandOf(NAME, "rows", input, shape);
  if (p.shape.length < 2) throw new ShapeError(`${NAME}: rows has ${p.shape.length} axis, expected rows and their cells: give its shape.`, 2, p.shape.length);
  const cells = cellsOf(p.shape.slice(1));
  if (cells === 0 || p.shape[0] === 0) throw new ShapeError(`${NAME}: rows is empty (shape [${p.shape}]).`, 1, 0);
  if (against === undefined) return { p, q: p };
  const { spacing: __, ...q } = operandOf(NAME, "against", against);
  const length = cellsOf(q.shape);
  const isOneRow = length === cells;
  if (q.shape.length > 1 && !isOneRow && cellsOf(q.shape.slice(1)) !== cells) throw new ShapeError(`${NAME}: against has rows of shape [${q.shape.slice(1)}], expected ${cells} cells as rows have.`, cells, q.shape);
  if (length === 0 || length % cells !== 0) throw new ShapeError(`${NAME}: against has ${length} elements, expected rows of ${cells}.`, cells, length);
  return { p, q: { ...q, shape: [length / cells, ...p.shape.slice(1)] } };
}

async function compute(given: Call, place: Place, wanted: Wanted): Promise<Computed> {
  const { backend } = place;
  const p = await gridOf(given.p, place);
  const q = given.q === given.p ? p : await gridOf(given.q, place);
  const { settings: { normalize, emptyRows }, layout: { cells }, measure } = given;
  const isNormalized = normalize && measure.normalizes;
  const rows = massesOf(NAME, "rows", p, wanted.rows, cells, isNormalized);
  const others = q === p ? rows : massesOf(NAME, "against", q, wanted.others, cells, isNormalized);
  const call = { ...given, p, q };
  // "laplace" gives every row some
  if (isNormalized && emptyRows === "throw" && given.settings.zeros?.policy !== "laplace") checkMasses(call, rows.totals, others.totals);
  await checkLargest(call, backend, { largestP: rows.largest, largestQ: others.largest });
  const pairs = { call, rows, others, wanted };
  return isNormalized && !given.settings.zeros && given.settings.precision !== "exact" ? trusting("fast", call, place, (ready, where) => together({ ...pairs, call: ready }, where)) : oneByOne(pairs, place);
}

/** Rows on the host. */
async function gridOf(operand: Operand, { backend }: Place): Promise<Grid> {
  const { dtype, shape, ...of } = await onHost(backend, operand);
  return { dtype, shape, data: "data" in of ? of.data : (of.host as CellArray) };
}

/** Can cells of these rows be multiplied, or summed in singles? */
function fits({ call: { p, q }, rows, others }: Pairs, kind: keyof typeof SMALLEST): boolean {
  if (kind === "narrow" && [p, q].some(({ dtype }) => WIDE.includes(dtype))) return false;
  const isFinite = (total: number) => total < Infinity;
  return ![p, q].some(({ dtype }) => INTEGERS.includes(dtype)) && Math.min(rows.smallest, others.smallest) > SMALLEST[kind] && rows.totals.every(isFinite) && others.totals.every(isFinite);
}

/** What is known of pairs from sums over many of them at once. */
interface Sums extends PairSums {
  readonly finish: (row: number, other: number, sum: number) => Finished;
  /** How wide an entry's bound may be, relative to it, or to 1 where it is less and no divergence. */
  readonly widest: number;
}

/** Sums of many pairs at once, where the measure has a form for them and the backend a kernel. */
async function sumsOf(pairs: Pairs, { backend }: Place): Promise<Sums | null> {
  const { call: { measure, p, q, settings: { signal } }, rows, others, wanted: { half } } = pairs;
  const { directed, reversed, fromSum } = measure;
  const base = directed ?? reversed ?? measure;
  const common = { half, ...(signal && { signal }) };
  if (backend.arithmetic.multiplies && base.bilinear && fits(pairs, "wide")) {
    const products = new Products(base, base.bilinear, rows, others, directed ? ["forward", "reversed"] : [reversed ? "reversed" : "forward"]);
    const sums = await backend.pairs({ ...common, term: null, p: products.rows.values, q: products.others.values, cells: products.width });
    if (!sums) return null;
    const relative = sums.errors.term + sums.errors.sum;
    const widest = WIDEST[[p, q].some(({ dtype }) => WIDE.includes(dtype)) ? "wide" : "narrow"];
    return { ...sums, widest, finish: products.finisher(relative) };
  }
  // powers above 1 magnify what a cell is rounded by
  if (!fromSum || (base.bilinear?.order ?? 0) > 1 || !fits(pairs, "narrow")) return null;
  const sums = await backend.pairs({ ...common, term: measure, p: rows.values, q: others.values, cells: rows.cells });
  if (!sums) return null;
  const { errors, rounding } = sums;
  const relative = (errors.term + errors.sum) * 1.01;
  // how all but total variation grow with the distance
  const isSquare = measure.id !== totalVariationMeasure.id;
  // Σ p̂·ln q̂ of cells next to 1, and what underflows
  const floor = (isDivergence(measure) ? 0 : 2 ** -22) + (isSquare ? 0 : 2 * rounding) + rows.cells * errors.floor;
  return {
    ...sums,
    widest: Math.max(WIDEST.narrow, 1.5 * relative),
    finish(_row, _other, sum) {
      if (!(sum < OVERFLOWN)) return { value: NaN, errorBound: Infinity };
      return fromSum({ value: sum, errorBound: relative * sum + (isSquare ? perturbation(sum, rounding) : 0) + floor });
    },
  };
}

/** Every pair from sums of many, but for those whose bound is too wide. */
async function together(pairs: Pairs, place: Place): Promise<Computed> {
  const sums = await sumsOf(pairs, place);
  if (!sums) return oneByOne(pairs, place);
  const { call, rows, others, wanted } = pairs;
  const { measure, settings: { perNat, rtol } } = call;
  const results = resultsOf(wanted);
  const rest = new Rest(pairs, place, results);
  const unit = perNat ** measure.unitExponent;
  const { widest } = sums;
  const isZero = isDivergence(measure);
  const isInfinite = canBeInfinite(measure) ? infiniteOf(measure, rows, others) : () => false;
  const isEmpty = (totals: Float64Array, row: number) => totals[row] === 0;
  for await (const { firstP, rowsP, firstQ, rowsQ, sums: ofTile } of sums.tiles) {
    for (let i = firstP; i < firstP + rowsP; i++) {
      const emptyRow = isEmpty(rows.totals, i);
      for (let j = wanted.half ? Math.max(i, firstQ) : firstQ; j < firstQ + rowsQ; j++) {
        if (emptyRow || isEmpty(others.totals, j)) results.put(i, j, NaN, NaN);
        else if (isZero && wanted.isOwn && i === j) results.put(i, j, 0, 0);
        else if (isInfinite(i, j)) results.put(i, j, Infinity, 0);
        else {
          const { value, errorBound } = sums.finish(i, j, ofTile[(i - firstP) * rowsQ + j - firstQ]);
          if (errorBound <= widest * Math.max(value, isZero ? 0 : 1) && (rtol === undefined || errorBound <= rtol * value)) results.put(i, j, value * unit, errorBound * unit + value * unit * 2 ** -51);
          else if (rest.add(i, j)) await rest.compute();
        }
      }
    }
  }
  await rest.compute();
  return { results, place: { ...place, reason: [...rest.reasons].join("; ") }, alone: rest.count, how: "fast" };
}

function infiniteOf({ edges: { pZero, qZero } }: Measure, rows: Masses, others: Masses): (row: number, other: number) => boolean {
  return (row, other) => (qZero === Infinity && exceeds(rows, row, others, other)) || (pZero === Infinity && exceeds(others, other, rows, row));
}
