import type { LogitSums, LogitTerm, LogitsJob } from "../backend.js";
import { DomainError, ShapeError } from "../errors.js";
import { cellsOf } from "../grid.js";
import { crossEntropyMeasure } from "../terms/entropy.js";
import { HOST, finishJensenShannon, finishKl } from "../terms/finish.js";
import { jensenShannonMeasure } from "../terms/jensen-shannon.js";
import { kl } from "../terms/kl.js";
import { UNSCALED } from "../terms/measure.js";
import type { Finished, Measure, Sums } from "../terms/measure.js";
import { operandOf, settingsOf } from "../validate.js";
import type { Input } from "../validate.js";
import { badEntries, renamed } from "./check.js";
import { CompensatedSum } from "./compensated-sum.js";
import { unitOf } from "./evaluate.js";
import type { LogitComparison, LogitOptions, LogitSource, QuantileLevel } from "./kl-from-logits.js";
import type { PairMeasure } from "./measures.js";
import { onBackend, onCpu, prepare, trusting } from "./prepare.js";
import type { Call, Place } from "./prepare.js";

const NAME = "klFromLogits";
const MEASURES: readonly (Measure & { readonly id: LogitTerm })[] = [kl, jensenShannonMeasure, crossEntropyMeasure] as never;
const DTYPES = ["float32", "float16", "float64"];

/** Rows of one block, or of all. */
interface Rows extends Pick<LogitComparison, "values" | "errorBounds" | "shape" | "backend" | "reason"> {
  /** How many rows agree. */
  readonly agreeing: number;
}

/** What `klFromLogits` does, once it is loaded. */
export async function compareLogits(pLogits: LogitSource, qLogits: LogitSource, { axis = -1, temperature = 1, measure: asked, ...options }: LogitOptions): Promise<LogitComparison> {
  const started = performance.now();
  const given = asked === undefined ? kl : (asked as Partial<PairMeasure> | null)?.measure;
  const measure = MEASURES.find(({ id }) => id === given?.id);
  if (!measure) throw new RangeError(`${NAME}: measure ${given?.name ?? String(asked)} must be klDivergence, jensenShannon or crossEntropy.`);
  if (!(temperature >= 1e-30 && temperature <= 1e30)) throw new RangeError(`${NAME}: temperature ${temperature} must be between 1e-30 and 1e30.`);
  if (typeof axis !== "number") throw new TypeError(`${NAME}: axis is one number.`);
  const { base } = settingsOf(NAME, options, ["backend", "base", "shape", "signal"]);
  if (isStream(pLogits) !== isStream(qLogits)) throw new TypeError(`${NAME}: logits come in blocks on both sides, or on none.`);
  const compare = async (p: Input, q: Input, first = 0): Promise<Rows> => {
    try {
      return await compareRows(prepare({ ...measure, name: NAME }, p, q, { ...options, axis }), measure.id, 1 / temperature, first);
    } catch (error) {
      throw renamed(error, { p: "pLogits", q: "qLogits" });
    }
  };
  const { agreeing, ...rows } = isStream(pLogits) && isStream(qLogits) ? await compareBlocks(pLogits, qLogits, axis, compare) : await compare(pLogits as Input, qLogits as Input);
  const { values } = rows;
  return { ...rows, ...statisticsOf(values), top1Agreement: agreeing / values.length, unit: unitOf(measure, base), elapsedMs: performance.now() - started };
}

const isStream = (source: LogitSource): source is AsyncIterable<Input> => typeof source === "object" && source !== null && Symbol.asyncIterator in source;

/** Block by block, each of p with that of q. */
async function compareBlocks(pBlocks: AsyncIterable<Input>, qBlocks: AsyncIterable<Input>, axis: number, compare: (p: Input, q: Input, first: number) => Promise<Rows>): Promise<Rows> {
  const others = qBlocks[Symbol.asyncIterator]();
  const blocks: Rows[] = [];
  let rows = 0;
  let sizes: readonly number[] | undefined;
  try {
    for await (const p of pBlocks) {
      const { value: q, done } = await others.next();
      if (done) throw new ShapeError(`${NAME}: qLogits ends after ${rows} rows, before pLogits.`, rows + 1, rows);
      const { shape } = operandOf(NAME, "pLogits", p);
      sizes ??= shape;
      if (axis === 0 || axis === -shape.length) throw new RangeError(`${NAME}: axis ${axis} is that of the blocks: their rows are summed along another.`);
      if (shape.length !== sizes.length || shape.some((size, i) => i > 0 && size !== sizes?.[i])) throw new ShapeError(`${NAME}: a block of shape [${shape}] follows one of [${sizes}].`, sizes, shape);
      blocks.push(await compare(p, q, rows));
      rows += blocks[blocks.length - 1].values.length;
    }
    if (!(await others.next()).done) throw new ShapeError(`${NAME}: pLogits ends after ${rows} rows, before qLogits.`, rows + 1, rows);
  } finally {
    await others.return?.();
  }
  const [first] = blocks;
  if (!first) throw new ShapeError(`${NAME}: pLogits is empty.`, 1, 0);
  const joined = (of: (block: Rows) => Float64Array) => Float64Array.from(blocks.flatMap((block) => [...of(block)]));
  const reason = [...new Set(blocks.map((block) => block.reason))].join("; ");
  const backend = blocks.some((block) => block.backend === "cpu") ? "cpu" : "webgpu";
  return { reason, backend, values: joined(({ values }) => values), errorBounds: joined(({ errorBounds }) => errorBounds), shape: [rows], agreeing: blocks.reduce((sum, block) => sum + block.agreeing, 0) };
}

/** Rows that are at hand, the first of them number `first`. */
async function compareRows(call: Call, term: LogitTerm, scale: number, first: number): Promise<Rows> {
  if (cellsOf(call.q.shape) !== cellsOf(call.p.shape)) throw new ShapeError(`${NAME}: logits of shape [${call.q.shape}] must have the first ones', [${call.p.shape}].`, call.p.shape, call.q.shape);
  for (const { dtype } of [call.p, call.q]) if (!DTYPES.includes(dtype)) throw new TypeError(`${NAME}: logits are ${DTYPES.join(", ")}, not ${dtype}.`);
  call.settings.signal?.throwIfAborted();
  const { sums, place } = await onBackend(call, (ready, where) => sumOn(ready, where, term, scale));
  checkLogits(call, sums, first);
  const unit = call.settings.perNat;
  const finished = Array.from(sums.term, (_, row) => finishRow(term, sums, row, call.layout.cells));
  return {
    values: Float64Array.from(finished, ({ value }) => value * unit || 0),
    errorBounds: Float64Array.from(finished, ({ value, errorBound }) => (value === Infinity ? 0 : errorBound * unit + value * unit * 2 ** -51)),
    agreeing: sums.agrees.reduce((count, agrees) => count + agrees, 0), shape: call.layout.shape, backend: place.backend.info.kind, reason: place.reason,
  };
}

/** Sums where the logits lie; of 64-bit ones on the CPU. */
async function sumOn(call: Call, place: Place, term: LogitTerm, scale: number): Promise<{ readonly sums: LogitSums; readonly place: Place }> {
  const { layout, p, q, settings: { signal } } = call;
  const job: LogitsJob = { layout, p, q, scale, term, ...(signal && { signal }) };
  return trusting("fast", call, place, async (ready, where): Promise<{ readonly sums: LogitSums; readonly place: Place }> => {
    const outcome = await where.backend.reduceLogits({ ...job, p: ready.p, q: ready.q });
    return outcome.refusal !== undefined ? onCpu(ready, where.backend, outcome.refusal, (again, cpu) => sumOn(again, cpu, term, scale)) : { sums: outcome, place: where };
  });
}

function checkLogits({ layout: { rows, cells } }: Call, { invalidP, invalidQ, emptyP, emptyQ }: LogitSums, firstRow: number): void {
  for (const [argument, { count, first }, empty] of [["pLogits", invalidP, emptyP], ["qLogits", invalidQ, emptyQ]] as const) {
    if (count > 0) throw badEntries(NAME, argument, { count, first: firstRow * cells + first }, "NaN or Infinity");
    const row = empty.indexOf(1);
    if (row >= 0) throw new DomainError(`${NAME}: ${argument} has nothing but -Infinity${rows > 1 || firstRow > 0 ? ` in row ${firstRow + row}` : ""}.`, argument, 0, -1);
  }
}

/** A row's value in nats, with what the rounding of logits adds to the bound: docs/numerics.md, logits. */
function finishRow(term: LogitTerm, sums: LogitSums, row: number, cells: number): Finished {
  const { rounding, roundingOfShift, errors } = sums;
  const [p, q, d] = [sums.p[row], sums.q[row], sums.d[row]];
  // the same for all of a row's differences but for what the shift is rounded by
  const moved = roundingOfShift * Math.abs(sums.shift[row]);
  if (term !== "js" && sums.infiniteCells[row] > 0) return { value: Infinity, errorBound: 0 };
  if (term === "cross-entropy") {
    const mean = sums.term[row] / p;
    const value = mean + Math.log(q);
    return { value, errorBound: (errors.term + 2 * errors.sum + 2 * rounding) * mean + rounding + moved + errors.sum + (cells * errors.floor) / p + HOST * (mean + Math.log(q)) };
  }
  const ofRow: Sums = {
    term: sums.term[row], p, q, d, largestP: 1, largestQ: 1, smallestQ: 1, cells, infiniteCells: 0, differs: true, scale: UNSCALED,
    errors: { ...errors, term: errors.term + 8 * rounding }, totals: { p, q, d },
  };
  const how = { normalize: true, cellVolume: 1 };
  const { value, errorBound } = term === "js" ? finishJensenShannon(ofRow, how) : finishKl(ofRow, how);
  // that moves D by |p̂ − q̂|
  return { value, errorBound: errorBound + moved * (Math.sqrt(2 * value) + moved) };
}

const LEVELS: readonly QuantileLevel[] = [0.01, 0.05, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999];

function statisticsOf(values: Float64Array): Pick<LogitComparison, "mean" | "standardError" | "quantiles" | "largest"> {
  const n = values.length;
  const meanOf = (of: (value: number) => number) => {
    const sum = new CompensatedSum();
    for (const value of values) sum.add(of(value));
    return sum.value / n;
  };
  const mean = meanOf((value) => value);
  const variance = (meanOf((value) => (value - mean) ** 2) * n) / (n - 1);
  const sorted = values.slice().sort();
  const quantileOf = (level: number) => {
    const at = level * (n - 1);
    const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
    return low === high ? low : low + (high - low) * (at % 1);
  };
  const quantiles = Object.fromEntries(LEVELS.map((level) => [level, quantileOf(level)])) as Record<QuantileLevel, number>;
  const value = sorted[n - 1];
  return { mean, standardError: Math.sqrt(variance / n), quantiles, largest: { value, row: values.indexOf(value) } };
}
