import type { Backend, RowTotals, Term } from "../backend.js";
import { UNSCALED, canBeInfinite } from "../terms/measure.js";
import type { Finish, Limits, Measure, Scale, Sums } from "../terms/measure.js";
import { leastNodeOf } from "../grid.js";
import type { Layout } from "../grid.js";
import { TOTALS } from "./totals.js";
import { byTotals, exponentOf, headroomOf } from "../terms/scaling.js";
import { checkEntries, checkLargest, checkMasses } from "./check.js";
import { finishOf } from "./prepare.js";
import type { Call } from "./prepare.js";
import { Rows } from "./rows.js";
import { planOf, ruleAt, totalOfQ } from "./zeros.js";
import { readAlone, readOf } from "./shared-reads.js";
import type { Read, ReadSums } from "./shared-reads.js";

type Changing<Row> = { -readonly [Name in keyof Row]: Row[Name] };

/** The sums of every row, and how they are to be finished where that is not as the call says; or why this backend cannot give them to its promise. */
export type Outcome = { readonly rows: Rows; readonly refusal: null; readonly how?: Finish } | { readonly refusal: string };

/** Why a call leaves the GPU although its types are right. */
export const FAR_APART = "values too far apart for binary32: computed in binary64 on the CPU";

/** What a cell counts at least for binary32 to hold its share. */
const LEAST_NODE = 2 ** -60;

/** Reads the cells once, and again at a scale that keeps digits the first read lost. */
export async function sumRows(given: Call, backend: Backend): Promise<Outcome> {
  const { measure } = given;
  const how = finishOf(given);
  const known = given.settings.zeros ? await withZeros(given, given.settings.zeros, backend, how) : { call: given, refusal: null };
  if (known.refusal !== null) return known;
  const { call } = known;
  if (call.zeros?.rule === "floor" && how.normalize) return sumClipped(call, backend, how);
  const before = measure.totals === "before" && how.normalize;
  if (!before) return readInScale(call, backend, measure, how);
  const totals = givenTotals(call, backend) ?? (await readInScale(call, backend, TOTALS, how));
  if (totals.refusal !== null) return totals;
  const first = await sumNormalized(call, backend, totals.rows);
  if (first.refusal !== null || !first.rows.some((row) => measure.scaling.wanted(row, how, backend.arithmetic))) return first;
  // the two are so close that the rounding of their totals' difference is seen: once more with totals that agree
  const agreed = await readInScale(withAgreedTotals(call), backend, TOTALS, how, totals.rows);
  return agreed.refusal !== null ? agreed : sumNormalized(call, backend, agreed.rows);
}

/** The call with what is done about its zeros; a share of Σq asks for that first. */
async function withZeros(call: Call, zeros: NonNullable<Call["settings"]["zeros"]>, backend: Backend, how: Finish): Promise<{ readonly call: Call; readonly refusal: null } | { readonly refusal: string }> {
  let valueOf = (_row: number) => zeros.value;
  if (zeros.policy === "epsilon" && how.normalize) {
    const outcome = await readInScale(call, backend, TOTALS, how);
    if (outcome.refusal !== null) return outcome;
    const total = totalOfQ(outcome.rows, call);
    valueOf = (row) => zeros.value * total(row);
  }
  const plan = planOf(call, valueOf);
  return { call: plan ? { ...call, zeros: plan } : call, refusal: null };
}

/** Sums of cells that are normalised and then no less than their floor: what they are is taken as it is. */
async function sumClipped(call: Call, backend: Backend, how: Finish): Promise<Outcome> {
  const outcome = await readInScale({ ...withAgreedTotals(call), zeros: undefined }, backend, TOTALS, how);
  if (outcome.refusal !== null) return outcome;
  const sums = await readOn(call, backend, { ...readOf(call, call.measure), totals: outcome.rows.map(totalsOf), scales: scalesOf(outcome.rows) });
  const known = outcome.rows;
  const clipped = toRows(sums, call.layout, { ...how, normalize: false });
  const rows = new Rows(known.length, (i) => (known.at(i).empty ? known.at(i) : clipped.at(i)));
  if (backend.info.kind === "webgpu" && rows.some(underflows)) return { refusal: FAR_APART };
  return { rows, refusal: null, how: { normalize: false, cellVolume: 1 } };
}

/** The call with totals brought together as far as a multiplier can, however small the value will be. */
export function withAgreedTotals(call: Call): Call {
  return call.measure.totals === "before" ? { ...call, measure: { ...call.measure, scaling: byTotals } } : call;
}

/** The second read: cells divided by their row's totals. */
async function sumNormalized(call: Call, backend: Backend, rows: Rows): Promise<Outcome> {
  const totals = rows.map(totalsOf);
  const sums = await readOn(call, backend, { ...readOf(call, call.measure), totals, scales: scalesOf(rows) });
  checkEntries(call, sums);
  const normalized = new Rows(rows.length, (i) => {
    const row: Changing<Sums> = rows.at(i);
    row.term = sums.term[i];
    if (sums.other) row.other = sums.other[i];
    row.infiniteCells = sums.infiniteCells[i];
    // normalised differences may underflow to 0 where the cells themselves differ
    row.differs = !row.empty && (row.differs || sums.differs[i] !== 0);
    row.errors = sums.errors;
    row.totals = totals[i];
    return row;
  });
  const lost = (row: Sums) => call.measure.overflows?.(row, backend.arithmetic) === true;
  if (backend.info.kind === "webgpu" && normalized.some((row) => underflows(row) || lost(row))) return { refusal: FAR_APART };
  return { rows: withLost(normalized, lost), refusal: null };
}

/** Rows of which those that lost something say that they cannot tell. */
function withLost(rows: Rows, lost: (row: Sums) => boolean): Rows {
  if (!rows.some(lost)) return rows;
  return new Rows(rows.length, (i) => {
    const row = rows.at(i);
    return lost(row) ? { ...row, errors: { ...row.errors, term: Infinity } } : row;
  });
}

/** The rows' scales; `undefined` where none has one. */
function scalesOf(rows: Rows): readonly Scale[] | undefined {
  const scales = rows.map((row) => row.scale);
  return scales.some(isScaled) ? scales : undefined;
}

/** What a row's cells are divided by: Σq from Σ(p − q) where that is the better way. */
export function totalsOf({ p, q, d }: Sums): RowTotals {
  return { p, q: Math.abs(d) <= p / 2 ? p - d : q, d };
}

/** Rows from the caller's totals, or `null` where there are none or a scale has to be found first. */
function givenTotals({ options, measure, layout, settings }: Call, backend: Backend): Outcome | null {
  if (!options.totals) return null;
  const { p, q } = options.totals;
  const at = (totals: number | ArrayLike<number>, i: number) => (typeof totals === "number" ? totals : totals[i]);
  const errors = backend.arithmetic.errors(layout.cells);
  const rows = new Rows(layout.rows, (i) => {
    const [rowP, rowQ] = [at(p, i), at(q, i)];
    if (!(rowP > 0 && rowP < Infinity && rowQ > 0 && rowQ < Infinity)) {
      throw new RangeError(`${measure.name}: totals must be positive and finite, one number or one a row (row ${i}: ${rowP}, ${rowQ}).`);
    }
    return {
      term: 0, p: rowP, q: rowQ, d: rowP - rowQ, largestP: rowP, largestQ: rowQ, smallestQ: Infinity,
      cells: layout.cells, infiniteCells: 0, differs: false, scale: UNSCALED, errors,
    };
  });
  const how: Finish = { normalize: settings.normalize, cellVolume: 1 };
  const { arithmetic } = backend;
  const exponent = arithmetic.largestExponent - headroomOf(layout.cells);
  return rows.some((row) => betterScale(measure, row, how, arithmetic, TOTALS, exponent) !== row.scale) ? null : { rows, refusal: null };
}

/** One read, unless `known` has its rows, and another where rows ask for a scale; a third where the first one overflowed and said little. */
export async function readInScale(call: Call, backend: Backend, term: Read["term"], how: Finish, known?: Rows): Promise<Outcome> {
  const { arithmetic } = backend;
  // nodes are singles there
  if (backend.info.kind === "webgpu" && leastNodeOf(call.layout) < LEAST_NODE) return { refusal: FAR_APART };
  let rows = known ?? (await readUnscaled(call, backend, term, how));
  const exponent = arithmetic.largestExponent - headroomOf(call.layout.cells);
  const better = (row: Sums) => betterScale(call.measure, row, how, arithmetic, term, exponent);
  for (let read = 2; read <= 3; read++) {
    if (!rows.some((row) => better(row) !== row.scale)) break;
    const scales = rows.map(better);
    call.settings.signal?.throwIfAborted();
    rows = toRows(await readOn(call, backend, { ...readOf(call, term), scales }), call.layout, how, scales);
  }
  // what underflows at every scale is computed elsewhere; the last resort says that it does not know
  const lost = (row: Sums) => isLost(call.measure, row, arithmetic) || (term !== TOTALS && call.measure.overflows?.(row, arithmetic) === true);
  const poor = (row: Sums) => isScaled(row.scale) && (call.measure.scaling.wanted(row, how, arithmetic) || (term !== TOTALS && underflows(row)));
  if (backend.info.kind === "webgpu" && rows.some((row) => lost(row) || poor(row))) return { refusal: FAR_APART };
  return { rows: withLost(rows, lost), refusal: null };
}

/** One read, with those of other calls where there are some. */
function readOn({ reads, zeros, wide = false }: Call, backend: Backend, of: Read): Promise<ReadSums> {
  const read = { ...of, wide, zeros: zeros && ruleAt(zeros, of.scales, of.totals !== undefined) };
  return reads ? reads.reduce(backend, read) : readAlone(backend, read);
}

async function readUnscaled(call: Call, backend: Backend, term: Read["term"], how: Finish): Promise<Rows> {
  const sums = await readOn(call, backend, readOf(call, term));
  checkEntries(call, sums);
  await checkLargest(call, backend, sums);
  if (how.normalize && call.settings.emptyRows === "throw") checkMasses(call, sums.largestP, sums.largestQ);
  return toRows(sums, call.layout, how);
}

/** A row without mass as one of no cells. */
function emptyRow(row: Sums): Sums {
  return { ...row, term: 0, p: 1, q: 1, d: 0, largestP: 0, largestQ: 0, smallestQ: Infinity, infiniteCells: 0, differs: false, empty: { p: row.p, q: row.q } };
}

/** Are the terms so small that what underflows may matter? */
function underflows({ differs, cells, errors, term }: Sums): boolean {
  return differs && !(cells * errors.floor <= Math.abs(term) * errors.term);
}

/** Did the device take all of a grid's values for 0? */
function flushed({ p, q, largestP, largestQ }: Sums): boolean {
  return (largestP > 0 && !(p > 0)) || (largestQ > 0 && !(q > 0));
}

/** Is some q that counts too small for its digits? */
function isLost({ arity }: Measure, { smallestQ, scale }: Sums, { smallest, smallestScaled }: Limits): boolean {
  return arity === "pair" && smallestQ < (isScaled(scale) ? smallestScaled : smallest);
}

function sameScale(a: Scale, b: Scale): boolean {
  return a.p === b.p && a.q === b.q && a.multiplier === b.multiplier;
}

function isScaled(scale: Scale): boolean {
  return scale.p !== 0 || scale.q !== 0 || scale.multiplier !== 1;
}

function toRows(sums: ReadSums, layout: Layout, { normalize }: Finish, scales?: readonly Scale[]): Rows {
  const leastNode = leastNodeOf(layout);
  const rowOf = (i: number): Sums => {
    const row: Changing<Sums> = {
      term: sums.term[i],
      p: sums.p[i],
      q: sums.q[i],
      d: sums.d[i],
      largestP: sums.largestP[i],
      largestQ: sums.largestQ[i],
      smallestQ: sums.smallestQ[i] * leastNode,
      cells: layout.cells,
      infiniteCells: sums.infiniteCells[i],
      differs: sums.differs[i] !== 0,
      scale: scales?.[i] ?? UNSCALED,
      errors: sums.errors,
    };
    // to spread what may be undefined takes V8 as long as 36 cells
    if (sums.other) row.other = sums.other[i];
    return row;
  };
  const isEmpty = (i: number) => normalize && !(sums.largestP[i] > 0 && sums.largestQ[i] > 0);
  return new Rows(layout.rows, (i) => (isEmpty(i) ? emptyRow(rowOf(i)) : rowOf(i)));
}

/** The scale of the next read: the row's own where nothing is lost by it. Values from 2^(exponent + 1) on are too large to be summed. */
function betterScale(measure: Measure, row: Sums, how: Finish, arithmetic: Backend["arithmetic"], term: Term, exponent: number): Scale {
  const largest = Math.max(row.largestP, row.largestQ);
  if (!(largest > 0)) return row.scale;
  if (largest >= 2 ** (exponent + 1)) return inRange(row, how, exponent);
  if (row.infiniteCells > 0 && canBeInfinite(measure)) return row.scale;
  const wanted = isLost(measure, row, arithmetic) || (term !== TOTALS && underflows(row)) || flushed(row) || measure.scaling.wanted(row, how, arithmetic);
  const scale = wanted ? measure.scaling.choose(row, how, arithmetic) : row.scale;
  return sameScale(scale, row.scale) ? row.scale : scale;
}

/** Brings the largest values just below 2^exponent: p and q each on its own where they will be normalised. */
function inRange({ largestP, largestQ, scale }: Sums, { normalize }: Finish, exponent: number): Scale {
  const shift = (largest: number) => (largest > 0 ? exponent - 1 - exponentOf(largest) : 0);
  if (normalize) return { p: scale.p + Math.min(shift(largestP), 0), q: scale.q + Math.min(shift(largestQ), 0), multiplier: 1 };
  const together = scale.p + shift(Math.max(largestP, largestQ));
  return { p: together, q: together, multiplier: 1 };
}
