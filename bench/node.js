import * as kullback from "kullback";
import { casesOf } from "./cases.js";
import { deviceOf, gpuOfNode } from "./device.js";
import { measureCalibrations } from "./calibration.js";
import { measureFits } from "./fits.js";
import { measureLogits } from "./logits.js";
import { measureProcessors } from "./processors.js";
import { measurePairs } from "./pairs.js";
import { printer } from "./report.js";
import { measureVolumes } from "./volumes.js";
import { runCases } from "./run.js";

/** Kept as long as the process: Dawn crashes when it is collected before its devices. */
let gpu;

/** What is measured by itself, by the name of its flag. */
export const ALONE = { processors: measureProcessors, volumes: measureVolumes, logits: measureLogits, pairs: measurePairs, fits: measureFits, calibration: measureCalibrations };

/** One of those. */
export async function runAloneInNode(name, options) {
  const rows = [];
  const adapter = (await ALONE[name]({ ...options, report: tee(rows) })) ?? null;
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
