import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { klDivergence, openBackend } from "kullback";
import { pairOf } from "./data.js";
import { summaryOf } from "./timing.js";

/*
 * What do processes that share nothing get out of this machine's processors? Each computes pairs of its own on one thread. Where two
 * are hardly faster than one, the processors are halves of one core, and no threads of ours could be faster either.
 */

/** More than a core's own cache holds. */
const SIZES = [2 ** 22, 2 ** 24];
const SECONDS = 1;
/** One after the other, so that what disturbs one number of processes disturbs all. */
const TURNS = 7;
const file = fileURLToPath(import.meta.url);

/** Cells a nanosecond of this process alone, for some seconds. */
async function paceOf(cells) {
  const { p, q } = pairOf({ data: "random", dtype: "float32", cells });
  const backend = await openBackend({ prefer: "cpu", threads: 1 });
  const run = () => klDivergence(p, q, { backend });
  for (let i = 0; i < 20; i++) await run();
  const start = performance.now();
  let calls = 0;
  for (; performance.now() - start < SECONDS * 1000; calls++) await run();
  return (calls * cells) / ((performance.now() - start) * 1e6);
}

/** Hands a row for each size and number of processes to `report`. */
export async function measureProcessors({ report }) {
  for (const cells of SIZES) {
    const paces = new Map();
    for (let turn = 0; turn < TURNS; turn++) {
      for (let processes = 1; processes <= availableParallelism(); processes *= 2) {
        const outputs = await Promise.all(Array.from({ length: processes }, () => promisify(execFile)(process.execPath, [file, String(cells)])));
        paces.set(processes, [...paces.get(processes) ?? [], outputs.reduce((sum, { stdout }) => sum + Number(stdout), 0)]);
      }
    }
    const paceOfTurns = (processes) => summaryOf(paces.get(processes)).medianMs;
    for (const processes of paces.keys()) {
      report({ processes, cells, nsPerCell: 1 / paceOfTurns(processes), timesAlone: paceOfTurns(processes) / paceOfTurns(1) });
    }
  }
}

if (process.argv[1] === file) console.log(await paceOf(Number(process.argv[2])));
