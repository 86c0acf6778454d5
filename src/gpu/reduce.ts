import type { ReduceJob, RowSums } from "../backend.js";
import { hasNodes } from "../grid.js";
import type { Errors } from "../terms/measure.js";
import { bindPair, loadOf, parametersOf, roomOf, rowTableOf, takeNodes } from "./bind.js";
import { needsMantissas } from "./kinds.js";
import { USAGE } from "./device.js";
import { paceOf } from "./gpu.js";
import type { Gpu } from "./gpu.js";
import { constantsOf } from "./pipelines.js";
import type { Constants } from "./pipelines.js";
import { partsOf, wholeOf } from "./parts.js";
import type { Part } from "./parts.js";
import { RecordSums, STRAYED, recordBytesOf, suspicionsOf } from "./records.js";
import { MOST_TERMS } from "./shaders.js";
import type { Kernel } from "./shaders.js";
import { LARGEST_DISPATCH, runPass, whole } from "./run.js";
import { runSteps } from "./steps.js";
import type { Step } from "./steps.js";

/** Rows up to this length are summed by one thread each, where there are enough of them to fill a device. */
export const SHORT_ROW = 256;
/** The same on a GPU, where neighbouring threads of longer rows would each load from a place of their own. */
const SHORT_ROW_ON_GPU = 32;
const MANY_ROWS = 64;
/** Rows side by side from which on their threads share what they load. */
const NEIGHBOURS = 8;
/** Bytes of the records of one dispatch. */
const MOST_RECORDS = 2 ** 24;
const THREADS = 64;
/** Fours of cells that a thread takes at most, but for `MOST_TURNS`: nineteen roundings deep with these. */
const MOST_FOURS = 64;
const MOST_TURNS = 4;
/** Enough for all threads of a processor with four times the cells each, and for a pipeline of one's own. */
const MANY_CELLS = 2 ** 18;
/** Cells from which on every thread of a large GPU has as many as it may. */
const CELLS_FOR_GPU = 2 ** 25;

/** Which kernel reduces rows, how many cells a tile of a row has at most, how many tiles one workgroup takes and how many records a tile gets. */
interface Plan {
  readonly kernel: "reduce-row" | "reduce-tile" | "reduce-tile-each";
  readonly constants: Constants;
  readonly cells: number;
  readonly tiles: number;
  readonly records: number;
}

function planOf(part: Pick<Part, "rows" | "cells" | "kept" | "reduced">, software: boolean): Plan {
  const { rows, cells } = part;
  const many = rows >= MANY_ROWS;
  if (many && (cells <= (software ? SHORT_ROW : SHORT_ROW_ON_GPU) || areColumns(part))) {
    return { kernel: "reduce-row", constants: { WORKGROUP_SIZE: THREADS }, cells: SHORT_ROW, tiles: THREADS, records: 1 };
  }
  if (software) {
    // a record a thread: few threads with long tiles, but no longer than the row
    const threads = cells <= 16 * MOST_FOURS ? 4 : 16;
    const most = cells >= 4 * MOST_FOURS * MOST_TURNS * threads && rows * cells >= MANY_CELLS ? MOST_TURNS * MOST_FOURS : MOST_FOURS;
    return tilesOf("reduce-tile-each", threads, threads, rows * cells >= MANY_CELLS ? Math.min(foursOf(cells, threads), most) : most);
  }
  // of many rows one each for a part of a workgroup, about eight fours a thread
  const group = many ? within(powerOfTwo(cells / 32), 8, THREADS) : THREADS;
  const most = within(powerOfTwo((rows * cells * MOST_FOURS) / CELLS_FOR_GPU), 8, MOST_FOURS);
  return tilesOf("reduce-tile", THREADS, group, many && rows * cells >= MANY_CELLS ? Math.min(foursOf(cells, group), MOST_FOURS) : most);
}

/** Fours that a row has for each thread of a group: any number up to eight, then eights. */
function foursOf(cells: number, group: number): number {
  const fours = Math.ceil(cells / (4 * group));
  return fours <= 8 ? fours : Math.ceil(fours / 8) * 8;
}

function tilesOf(kernel: "reduce-tile" | "reduce-tile-each", threads: number, group: number, fours: number): Plan {
  const turns = Math.ceil(fours / MOST_FOURS);
  const constants = { WORKGROUP_SIZE: threads, GROUP: group, FOURS: Math.min(fours, 8), EIGHTS: Math.ceil(fours / 8 / turns), TURNS: turns };
  return { kernel, constants, cells: 4 * fours * group, tiles: threads / group, records: kernel === "reduce-tile" ? 1 : group };
}

const powerOfTwo = (least: number) => 2 ** Math.ceil(Math.log2(least));
const within = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);

/** The plan's kernel or, where there are subgroups, its twin. */
function kernelOf({ lanes }: Gpu, { kernel, constants }: Plan): { readonly kernel: Kernel; readonly constants: Constants } {
  if (kernel !== "reduce-tile" || lanes === 1) return { kernel, constants };
  return { kernel: "reduce-tile-subgroup", constants: { ...constants, WIDTH: Math.min(lanes, constants.GROUP) } };
}

/** Do neighbouring rows lie side by side, and the cells of a row far apart? */
function areColumns({ kept, reduced }: Pick<Part, "kept" | "reduced">): boolean {
  const last = kept.at(-1);
  return last !== undefined && last.size >= NEIGHBOURS && last.strideP === 1 && last.strideQ <= 1 && reduced.every(({ strideP }) => strideP > 1);
}

/** Sums of every row for each term, finished in binary64. */
export async function reduce(gpu: Gpu, job: ReduceJob, errors: Errors): Promise<readonly RowSums[]> {
  const [terms, others] = [job.terms.slice(0, MOST_TERMS), job.terms.slice(MOST_TERMS)];
  const sums = new RecordSums(job.layout.rows, terms);
  await runSteps(stepsOf(gpu, { ...job, terms }, sums), job.signal);
  return others.length > 0 ? [...sums.finish(errors), ...await reduce(gpu, { ...job, terms: others }, errors)] : sums.finish(errors);
}

async function* stepsOf(gpu: Gpu, job: ReduceJob, sums: RecordSums): AsyncGenerator<Step<ArrayBuffer>> {
  for (const part of partsOf(wholeOf(job.layout), roomOf(gpu, job))) {
    // parts of rows are planned as the rows are, so that their records are the same
    const plan = planOf(part.cells < job.layout.cells && part.rows > 1 ? part : job.layout, gpu.software);
    yield* stepsOfPart(gpu, job, part, plan, sums);
  }
}

async function* stepsOfPart(gpu: Gpu, job: ReduceJob, part: Part, plan: Plan, sums: RecordSums): AsyncGenerator<Step<ArrayBuffer>> {
  const mantissas = needsMantissas(job.p.dtype, job.q.dtype);
  const { terms } = job;
  const label = `${terms.map(({ id }) => id).join(", ")} ${plan.kernel}`;
  const bound = await bindPair(gpu, job, part, label);
  const load = loadOf(part, bound.p, bound.q);
  const tiles = Math.ceil(part.cells / plan.cells);
  const blocks = Math.ceil(part.rows / plan.tiles);
  const workgroups = plan.kernel === "reduce-row" ? blocks * tiles : Math.ceil((part.rows * tiles) / plan.tiles);
  const rowOf = (record: number) => {
    const tile = Math.floor(record / plan.records);
    const row = plan.kernel === "reduce-row" ? (Math.floor(tile / plan.tiles) % blocks) * plan.tiles + (tile % plan.tiles) : Math.floor(tile / tiles);
    // what is written of rows that are none adds nothing to the last one
    return Math.min(row, part.rows - 1);
  };
  const records = plan.tiles * plan.records;
  const recordBytes = recordBytesOf(terms.length);
  const cells = Math.min(plan.cells, part.cells) * plan.tiles;
  const pace = paceOf(gpu, `${label} ${load} ${Boolean(job.scales || mantissas)} ${hasNodes(part)}`);
  const most = Math.min(LARGEST_DISPATCH, Math.max(Math.floor(Math.min(MOST_RECORDS, gpu.limits.binding) / (records * recordBytes)), 1));
  const rowTable = gpu.tables.take(rowTableOf(job, part, mantissas), USAGE.STORAGE, `${label} rows`);
  const nodes = takeNodes(gpu, part, label);
  const results: Promise<unknown>[] = [];
  try {
    for (let first = 0; first < workgroups;) {
      const count = Math.min(workgroups - first, most, Math.max(Math.floor(pace.cells / cells), 1));
      const parameters = parametersOf(job, part, { p: bound.p.first, q: bound.q.first, index: first }, tiles);
      const runOn = async ({ kernel, constants }: ReturnType<typeof kernelOf>, checked: boolean) => runPass(gpu, {
        label,
        pipeline: await gpu.pipelines.get(kernel, load, nodes ? "nodes" : "one", terms, constantsOf(constants, job, terms, { load, mantissas, checked })),
        grids: [bound.p.resource, bound.q.resource, whole(rowTable.buffer)],
        parameters,
        more: nodes ? [whole(nodes.buffer)] : [],
        bytes: count * records * recordBytes,
        workgroups: [count, 1, 1],
        theirs: "buffer" in job.p || "buffer" in job.q,
      });
      const runAll = async (): Promise<ArrayBuffer> => {
        const kernel = kernelOf(gpu, plan);
        const read = await runOn(kernel, false);
        const suspicions = suspicionsOf(read, terms.length);
        if ((suspicions & STRAYED) === 0) return suspicions === 0 ? read : runOn(kernel, true);
        gpu.lanes = 1;
        return runAll();
      };
      const from = first * records;
      yield {
        cells: count * cells,
        pace,
        run() {
          const result = runAll();
          results.push(result);
          return result;
        },
        take: (read) => sums.add(read, part, (record) => rowOf(from + record)),
      };
      first += count;
    }
  } finally {
    void Promise.allSettled(results).then(() => {
      bound.release();
      gpu.tables.give(rowTable);
      if (nodes) gpu.tables.give(nodes);
    });
  }
}
