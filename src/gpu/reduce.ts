import type { CellsJob, RowSums, Term } from "../backend.js";
import { bindPair, loadOf, parametersOf, roomOf, rowTableOf } from "./bind.js";
import { needsMantissas } from "./kinds.js";
import { USAGE } from "./device.js";
import { paceOf } from "./gpu.js";
import type { Gpu } from "./gpu.js";
import { constantsOf } from "./pipelines.js";
import { partsOf, wholeOf } from "./parts.js";
import type { Part } from "./parts.js";
import { RECORD_BYTES, RecordSums, needCheck } from "./records.js";
import { LARGEST_DISPATCH, runPass, whole } from "./run.js";
import { runSteps } from "./steps.js";
import type { Step } from "./steps.js";

const CELLS_PER_TURN = 256;
/** Enough for all threads of a processor with four times the cells each. */
const MANY_CELLS = 2 ** 18;
/** Rows up to this length are summed by one thread each, where there are enough of them to fill a device. */
export const SHORT_ROW = 256;
const MANY_ROWS = 64;
/** Rows side by side from which on their threads share what they load. */
const NEIGHBOURS = 8;
/** Bytes of the records of one dispatch. */
const MOST_RECORDS = 2 ** 24;

type TermJob = CellsJob & { readonly term: Term };

/** Which kernel reduces rows, in workgroups of how many threads, what one workgroup takes and how many records it writes. */
interface Plan {
  readonly kernel: "reduce-row" | "reduce-tile" | "reduce-tile-each";
  readonly threads: number;
  readonly turns: number;
  readonly rows: number;
  readonly cells: number;
  readonly records: number;
}

function planOf(part: Pick<Part, "rows" | "cells" | "kept" | "reduced">, software: boolean): Plan {
  const { rows, cells } = part;
  if (rows >= MANY_ROWS && (cells <= SHORT_ROW || areColumns(part))) return { kernel: "reduce-row", threads: 64, turns: 1, rows: 64, cells: SHORT_ROW, records: 64 };
  // a software adapter writes a record a thread: few threads with long tiles, but no longer than the row
  const threads = !software ? 64 : cells <= 4 * CELLS_PER_TURN ? 4 : 16;
  const turns = software && cells >= 4 * CELLS_PER_TURN * threads && rows * cells >= MANY_CELLS ? 4 : 1;
  const kernel = software ? "reduce-tile-each" : "reduce-tile";
  return { kernel, threads, turns, rows: 1, cells: CELLS_PER_TURN * turns * threads, records: software ? threads : 1 };
}

/** Do neighbouring rows lie side by side, and the cells of a row far apart? */
function areColumns({ kept, reduced }: Pick<Part, "kept" | "reduced">): boolean {
  const last = kept.at(-1);
  return last !== undefined && last.size >= NEIGHBOURS && last.strideP === 1 && last.strideQ <= 1 && reduced.every(({ strideP }) => strideP > 1);
}

/** Sums of every row, finished in binary64. */
export async function reduce(gpu: Gpu, job: TermJob): Promise<Omit<RowSums, "errors">> {
  const sums = new RecordSums(job.layout.rows);
  await runSteps(stepsOf(gpu, job, sums), job.signal);
  return sums.finish();
}

async function* stepsOf(gpu: Gpu, job: TermJob, sums: RecordSums): AsyncGenerator<Step<ArrayBuffer>> {
  for (const part of partsOf(wholeOf(job.layout), roomOf(gpu, job))) {
    // parts of rows are planned as the rows are, so that their records are the same
    const plan = planOf(part.cells < job.layout.cells && part.rows > 1 ? part : job.layout, gpu.software);
    yield* stepsOfPart(gpu, job, part, plan, sums);
  }
}

async function* stepsOfPart(gpu: Gpu, job: TermJob, part: Part, plan: Plan, sums: RecordSums): AsyncGenerator<Step<ArrayBuffer>> {
  const mantissas = needsMantissas(job.p.dtype, job.q.dtype);
  const label = `${job.term.id} ${plan.kernel}`;
  const bound = await bindPair(gpu, job, part, label);
  const load = loadOf(part, bound.p, bound.q);
  const tiles = Math.ceil(part.cells / plan.cells);
  const blocks = Math.ceil(part.rows / plan.rows);
  const workgroups = blocks * tiles;
  const rowOf = (record: number) => {
    const workgroup = Math.floor(record / plan.records);
    if (plan.rows === 1) return Math.floor(workgroup / tiles);
    // what is written of rows that are none adds nothing to the last one
    return Math.min((workgroup % blocks) * plan.rows + (record % plan.records), part.rows - 1);
  };
  const cells = Math.min(plan.cells, part.cells) * plan.rows;
  const pace = paceOf(gpu, `${label} ${load} ${Boolean(job.scales || mantissas)}`);
  const most = Math.min(LARGEST_DISPATCH, Math.max(Math.floor(Math.min(MOST_RECORDS, gpu.limits.binding) / (plan.records * RECORD_BYTES)), 1));
  const rowTable = gpu.tables.take(rowTableOf(job, part, mantissas), USAGE.STORAGE, `${label} rows`);
  const results: Promise<unknown>[] = [];
  try {
    for (let first = 0; first < workgroups;) {
      const count = Math.min(workgroups - first, most, Math.max(Math.floor(pace.cells / cells), 1));
      const parameters = parametersOf(job, part, { p: bound.p.first, q: bound.q.first, index: first }, tiles);
      const runOn = async (checked: boolean) => runPass(gpu, {
        label,
        pipeline: await gpu.pipelines.get(plan.kernel, load, job.term, constantsOf(plan, job, { load, mantissas, checked })),
        grids: [bound.p.resource, bound.q.resource, whole(rowTable.buffer)],
        parameters,
        bytes: count * plan.records * RECORD_BYTES,
        workgroups: [count, 1],
        theirs: "buffer" in job.p || "buffer" in job.q,
      });
      const from = first * plan.records;
      yield {
        cells: count * cells,
        pace,
        run() {
          const result = runOn(false).then((read) => (needCheck(read) ? runOn(true) : read));
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
    });
  }
}
