import * as kullback from "kullback";
import { casesOf } from "./cases.js";
import { deviceOf, gpuOfNode } from "./device.js";
import { printer } from "./report.js";
import { runCases } from "./run.js";

/** Kept as long as the process: Dawn crashes when it is collected before its devices. */
let gpu;

/** Runs cases in this process; rows are printed as they come. */
export async function runInNode({ selection, ...options }) {
  const rows = [];
  const print = printer(console.log);
  const adapter = await runCases({
    kullback,
    cases: casesOf(kullback, selection),
    sizes: selection.sizes,
    openDevice: async () => deviceOf(await gpuOfNode()),
    report: (row) => {
      rows.push(row);
      print(row);
    },
    ...options,
  });
  return { rows, adapter, runtime: `Node ${process.version}` };
}
