import * as kullback from "kullback";
import { casesOf } from "./cases.js";
import { deviceOf, gpuOfNode } from "./device.js";
import { measureLogits } from "./logits.js";
import { measureProcessors } from "./processors.js";
import { printer } from "./report.js";
import { measureVolumes } from "./volumes.js";
import { runCases } from "./run.js";

/** Kept as long as the process: Dawn crashes when it is collected before its devices. */
let gpu;

/** What processes side by side get out of the machine. */
export async function processorsOfNode() {
  const rows = [];
  await measureProcessors({ report: tee(rows) });
  return { rows, adapter: null, runtime: `Node ${process.version}` };
}

/** What operations take of volumes of full size. */
export async function volumesOfNode(options) {
  const rows = [];
  const adapter = await measureVolumes({ ...options, report: tee(rows) });
  return { rows, adapter, runtime: `Node ${process.version}` };
}

/** What rows of logits take. */
export async function logitsOfNode() {
  const rows = [];
  const adapter = await measureLogits({ report: tee(rows) });
  return { rows, adapter, runtime: `Node ${process.version}` };
}

/** Prints rows as they come, and keeps them. */
function tee(rows) {
  const print = printer(console.log);
  return (row) => {
    rows.push(row);
    print(row);
  };
}

/** Runs cases in this process; rows are printed as they come. */
export async function runInNode({ selection, ...options }) {
  const rows = [];
  const adapter = await runCases({
    kullback,
    cases: casesOf(kullback, selection),
    sizes: selection.sizes,
    openDevice: async () => deviceOf(await gpuOfNode()),
    report: tee(rows),
    ...options,
  });
  return { rows, adapter, runtime: `Node ${process.version}` };
}
