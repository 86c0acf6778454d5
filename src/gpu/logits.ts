import type { LogitSums, LogitsJob } from "../backend.js";
import { innerAxisOf, offsetOf } from "../grid.js";
import { bindPair, parametersOf, roomFor, roomOf } from "./bind.js";
import { USAGE } from "./device.js";
import { paceOf } from "./gpu.js";
import type { Gpu } from "./gpu.js";
import { kindOf } from "./kinds.js";
import { partsOf, wholeOf } from "./parts.js";
import type { Part } from "./parts.js";
import { noteInvalid } from "./records.js";
import { LARGEST_DISPATCH, runPass, whole } from "./run.js";
import { runSteps } from "./steps.js";
import type { Step } from "./steps.js";

const UNIT = 2 ** -24;
/** Words of a `LogitRecord` of logits.wgsl. */
const WORDS = 16;
const TERMS = ["kl", "cross-entropy", "js"] as const;
/** Threads of a workgroup: barriers are dear where they are one processor's. */
const THREADS = { software: 16, gpu: 256 } as const;
/** Logits whose differences, times the scale, are no larger than what p may lose by underflow allows. */
const LARGEST = 2 ** 30;
/** Scales that binary32 holds beside them. */
const [FLATTEST, STEEPEST] = [2 ** -60, 2 ** 60];

/** Roundings of a sum over so many cells: runs of 32, 32 of these, the rest, and halves. */
function depthOf(cells: number, threads: number): number {
  return Math.min(Math.ceil(cells / threads), 64) + Math.ceil(cells / (threads * 1024)) + Math.log2(threads);
}

/** Sums of every row, a workgroup each; or why they are for the CPU. */
export async function reduceLogits(gpu: Gpu, job: LogitsJob): Promise<(LogitSums & { readonly refusal?: undefined }) | { readonly refusal: string }> {
  const { layout, p, q, signal } = job;
  const { rows, cells } = layout;
  if (layout.reduced.length > 1 || cells > Math.min(roomFor(gpu, p) / innerAxisOf(layout).strideP, roomFor(gpu, q) / innerAxisOf(layout).strideQ)) {
    return { refusal: `rows of ${cells} logits are more than one binding of this device holds: computed on the CPU` };
  }
  if (!(job.scale > FLATTEST && job.scale < STEEPEST)) return { refusal: "a temperature that is not for binary32: computed in binary64 on the CPU" };
  const threads = gpu.software ? THREADS.software : THREADS.gpu;
  const column = () => new Float64Array(rows);
  const sums = {
    term: column(), p: column(), q: column(), d: column(), shift: column(), infiniteCells: column(), agrees: new Uint8Array(rows), emptyP: new Uint8Array(rows), emptyQ: new Uint8Array(rows),
    invalidP: { count: 0, first: -1 }, invalidQ: { count: 0, first: -1 }, largest: 0,
  };
  await runSteps(stepsOf(gpu, job, threads, sums), signal);
  if (sums.largest * Math.max(job.scale, 1) > LARGEST) return { refusal: "logits too large for binary32: computed in binary64 on the CPU" };
  const { largest: _, ...all } = sums;
  return { ...all, errors: { term: 16 * UNIT, sum: 2 * UNIT * depthOf(cells, threads), floor: 2 ** -124 * Math.max(sums.largest * job.scale * 4, 1) }, rounding: 180 * UNIT, roundingOfShift: 3 * UNIT };
}

type Sums = { -readonly [Key in keyof Omit<LogitSums, "errors" | "rounding" | "roundingOfShift" | "invalidP" | "invalidQ">]: LogitSums[Key] } & { largest: number } & Readonly<Record<"invalidP" | "invalidQ", { count: number; first: number }>>;

async function* stepsOf(gpu: Gpu, job: LogitsJob, threads: number, sums: Sums): AsyncGenerator<Step<ArrayBuffer>> {
  const { layout, p, q, scale, term } = job;
  const label = `${term} of logits`;
  const pace = paceOf(gpu, label);
  const pipeline = await gpu.pipelines.getLogits({ WORKGROUP_SIZE: threads, P_TYPE: kindOf(p.dtype) ?? 0, Q_TYPE: kindOf(q.dtype) ?? 0, TERM: TERMS.indexOf(term) });
  const room = { ...roomOf(gpu, job), rows: Math.min(LARGEST_DISPATCH, Math.floor(gpu.limits.binding / (4 * WORDS))), get cells() { return Math.max(pace.cells, layout.cells); } };
  for (const part of partsOf(wholeOf(layout), room)) {
    let ended: Promise<unknown> = Promise.resolve();
    const bound = await bindPair(gpu, job, part, label);
    const table = gpu.tables.take(new ArrayBuffer(32), USAGE.STORAGE, `${label} rows`);
    try {
      const pass = {
        label, pipeline,
        grids: [bound.p.resource, bound.q.resource, whole(table.buffer)],
        parameters: parametersOf({ ...job, factor: scale, perP: 0 }, part, { p: bound.p.first, q: bound.q.first, index: 0 }),
        bytes: part.rows * 4 * WORDS,
        workgroups: [part.rows, 1, 1],
        theirs: "buffer" in p || "buffer" in q,
      } as const;
      yield {
        cells: part.rows * part.cells,
        pace,
        run() {
          const result = runPass(gpu, pass);
          ended = result;
          return result;
        },
        take: (read) => take(read, part, scale, sums, job),
      };
    } finally {
      void Promise.allSettled([ended]).then(() => {
        bound.release();
        gpu.tables.give(table);
      });
    }
  }
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** The logit of a key of logits.wgsl. */
function numberOf(key: number): number {
  word[0] = key >= 0x80000000 ? key & 0x7fffffff : ~key;
  return float[0];
}

/** Puts a part's records where their rows are. */
function take(bytes: ArrayBuffer, part: Part, scale: number, sums: Sums, { layout }: LogitsJob): void {
  const [floats, words] = [new Float32Array(bytes), new Uint32Array(bytes)];
  const inner = innerAxisOf(layout);
  for (let i = 0; i < part.rows; i++) {
    const at = i * WORDS;
    const row = part.firstRow + i;
    [sums.term[row], sums.p[row], sums.q[row], sums.d[row]] = floats.subarray(at, at + 4);
    const [keyA, keyB, size] = words.subarray(at + 4, at + 7);
    sums.shift[row] = keyA && keyB ? (numberOf(keyA) - numberOf(keyB)) * scale : 0;
    sums.infiniteCells[row] = words[at + 7];
    sums.agrees[row] = words[at + 8];
    sums.emptyP[row] = Number(keyA === 0);
    sums.emptyQ[row] = Number(keyB === 0);
    word[0] = size;
    sums.largest = Math.max(sums.largest, float[0]);
    // places are of cells in their rows
    noteInvalid(sums.invalidP, words[at + 9], ~((~words[at + 11] >>> 0) * inner.strideP), offsetOf(layout.kept, row, "strideP"));
    noteInvalid(sums.invalidQ, words[at + 10], ~((~words[at + 12] >>> 0) * inner.strideQ), offsetOf(layout.kept, row, "strideQ"));
  }
}
