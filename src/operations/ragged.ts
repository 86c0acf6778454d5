import type { Operand } from "../backend.js";
import { DomainError, ShapeError } from "../errors.js";
import { cellsOf } from "../grid.js";
import type { CellArray } from "../grid.js";
import type { DetailArray, RaggedOptions } from "../options.js";
import type { Measure } from "../terms/measure.js";
import { isDeviceGrid, operandOf } from "../validate.js";
import type { Input } from "../validate.js";
import { evaluate } from "./evaluate.js";
import { viewFrom } from "./view-from.js";

/** Rows of so many cells each, in one call: in host memory all of that length, on the device those that are neighbours. */
interface Group {
  readonly rows: readonly number[];
  readonly cells: number;
}

/** A measure of rows that lie behind each other and have lengths of their own. */
export async function evaluateRagged(measure: Measure, p: Input, q: Input | undefined, { offsets, ...options }: RaggedOptions): Promise<Float64Array | DetailArray> {
  const started = performance.now();
  const { name } = measure;
  for (const key of ["axis", "shape", "mask", "weights", "totals", "spacing"] as const) {
    if ((options as Record<string, unknown>)[key] !== undefined) throw new RangeError(`${name}: offsets cut rows out of flat data; ${key} does not go with them.`);
  }
  const flat = operandOf(name, "p", p);
  const flatQ = q === undefined ? flat : operandOf(name, "q", q);
  if (flat.spacing ?? flatQ.spacing) throw new RangeError(`${name}: offsets cut rows out of flat data; a grid with spacing does not go with them.`);
  const length = cellsOf(flat.shape);
  if (cellsOf(flatQ.shape) !== length) throw new ShapeError(`${name}: q has ${cellsOf(flatQ.shape)} elements, expected ${length} to match p.`, length, cellsOf(flatQ.shape));
  const starts = startsOf(name, offsets, length);
  const rows = starts.length - 1;
  const groups = groupsOf(starts, [flat, flatQ].some(isDeviceGrid));
  const { detail: asked = false, emptyRows = "throw", ...others } = options;
  const results = await Promise.allSettled(groups.map((group) => {
    const shared = { ...others, axis: 1, shape: [group.rows.length, group.cells], emptyRows: "nan", detail: true } as const;
    return evaluate(measure, partOf(flat, starts, group), q === undefined ? undefined : partOf(flatQ, starts, group), shared) as Promise<DetailArray>;
  }));
  const details = results.map((result) => (result.status === "fulfilled" ? result.value : null));
  const reasons = results.flatMap((result, i) => (result.status === "rejected" ? [inFlat(result.reason as unknown, groups[i], starts)] : []));
  if (reasons.length > 0) throw firstOf(name, reasons);
  const scatter = (of: (detail: DetailArray) => Float64Array) => {
    const column = new Float64Array(rows);
    details.forEach((detail, i) => detail && groups[i].rows.forEach((row, k) => { column[row] = of(detail)[k]; }));
    return column;
  };
  const [totalP, totalQ] = [scatter((detail) => detail.totalP), scatter((detail) => detail.totalQ)];
  const value = scatter((detail) => detail.value);
  if (emptyRows === "throw") {
    for (const [argument, totals] of [["p", totalP], ["q", totalQ]] as const) {
      const row = totals.findIndex((total, i) => total === 0 && Number.isNaN(value[i]));
      if (row >= 0) throw new DomainError(`${name}: ${argument} sums to 0 in row ${row} and cannot be normalised.`, argument, 0, -1);
    }
  }
  const [first] = details;
  if (!asked || !first) return value;
  const { zeros } = first;
  return {
    ...first, precision: details.some((detail) => detail?.precision === "exact") ? "exact" : "fast", reason: [...new Set(details.map((detail) => detail?.reason))].join("; "), value, totalP, totalQ, cells: starts[rows] - starts[0], shape: [rows],
    errorBound: scatter((detail) => detail.errorBound), infiniteCells: scatter((detail) => detail.infiniteCells), elapsedMs: performance.now() - started,
    ...(zeros && { zeros: { policy: zeros.policy, cells: scatter((detail) => detail.zeros?.cells ?? new Float64Array()), mass: scatter((detail) => detail.zeros?.mass ?? new Float64Array()) } }),
  };
}

/** Where rows begin, and the last one's end. */
function startsOf(name: string, offsets: ArrayLike<number | bigint>, length: number): readonly number[] {
  if (typeof offsets !== "object" || offsets === null || !("length" in offsets)) throw new TypeError(`${name}: offsets must be an array of integers such as [0, 10, 35].`);
  const starts = Array.from(offsets, Number);
  if (starts.length < 2) throw new ShapeError(`${name}: offsets has ${starts.length} entries, expected one a row and the end of the last.`, 2, starts.length);
  starts.forEach((start, i) => {
    if (!(Number.isInteger(start) && start >= 0 && start <= length)) throw new ShapeError(`${name}: offset ${start} is outside ${length} cells.`, length, start);
    if (i > 0 && start <= starts[i - 1]) throw new ShapeError(`${name}: row ${i - 1} is empty (offsets ${starts[i - 1]} and ${start}).`, 1, 0);
  });
  return starts;
}

function groupsOf(starts: readonly number[], asTheyLie: boolean): readonly Group[] {
  const groups: { rows: number[]; cells: number }[] = [];
  const ofLength = new Map<number, { rows: number[]; cells: number }>();
  for (let row = 0; row + 1 < starts.length; row++) {
    const cells = starts[row + 1] - starts[row];
    const last = groups.at(-1);
    const known = asTheyLie ? (last?.cells === cells ? last : undefined) : ofLength.get(cells);
    if (known) {
      known.rows.push(row);
      continue;
    }
    const group = { rows: [row], cells };
    groups.push(group);
    ofLength.set(cells, group);
  }
  return groups;
}

/** The rows of a group behind each other: a view where they lie so, else a copy. */
function partOf(flat: Operand, starts: readonly number[], { rows, cells }: Group): Operand {
  const shape = [rows.length, cells];
  const view = viewFrom(flat, starts[rows[0]]);
  const areNeighbours = (rows.at(-1) ?? 0) - rows[0] === rows.length - 1;
  if (areNeighbours || !("data" in flat)) return "data" in view ? { ...view, data: view.data.subarray(0, rows.length * cells) as CellArray, shape } : { ...view, shape };
  const copy = new (flat.data.constructor as new (length: number) => Float64Array)(rows.length * cells);
  rows.forEach((row, i) => copy.set(flat.data.subarray(starts[row], starts[row + 1]) as Float64Array, i * cells));
  return { dtype: flat.dtype, data: copy, shape };
}

/** An error that names an entry of a group as one that names it in the flat data. */
function inFlat(error: unknown, { rows, cells }: Group, starts: readonly number[]): unknown {
  if (!(error instanceof DomainError) || error.index < 0) return error;
  const { message, argument, count, index } = error;
  const at = starts[rows[Math.floor(index / cells)]] + (index % cells);
  return new DomainError(message.replace(`index ${index}`, `index ${at}`), argument, count, at);
}

/** What check.ts says is wrong with entries. */
const FAULT = /has (?:1 entry|\d+ entries)(?: that (?:is|are))? (.*), the first at index/;

/** The error to throw: of bad entries that which is first in the data, with all that its argument has. */
function firstOf(name: string, reasons: readonly unknown[]): unknown {
  const entries = reasons.filter((reason): reason is DomainError => reason instanceof DomainError && reason.index >= 0);
  if (entries.length < reasons.length) return reasons.find((reason) => !(entries as readonly unknown[]).includes(reason));
  const { argument } = entries[0];
  const faultOf = ({ message }: DomainError) => FAULT.exec(message)?.[1];
  const same = entries.filter((entry) => entry.argument === argument && faultOf(entry) === faultOf(entries[0])).sort((a, b) => a.index - b.index);
  const count = same.reduce((sum, entry) => sum + entry.count, 0);
  if (count === same[0].count) return same[0];
  const that = same[0].message.includes(" that ") ? " that are" : "";
  return new DomainError(`${name}: ${argument} has ${count} entries${that} ${faultOf(same[0])}, the first at index ${same[0].index}.`, argument, count, same[0].index);
}
