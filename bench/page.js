import * as kullback from "kullback";
import { casesOf } from "./cases.js";
import { deviceOf } from "./device.js";
import { runCases } from "./run.js";

/** Runs cases in the page; rows go to the console as they come. */
async function runBench({ selection, ...options }) {
  const rows = [];
  const adapter = await runCases({
    kullback,
    cases: casesOf(kullback, selection),
    sizes: selection.sizes,
    openDevice: () => deviceOf(navigator.gpu),
    report: (row) => {
      rows.push(row);
      console.log(JSON.stringify(row));
    },
    ...options,
  });
  return { rows, adapter };
}

Object.assign(globalThis, { runBench });
