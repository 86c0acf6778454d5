import * as kullback from "kullback";
import { cases } from "./cases.js";
import { deviceOf, runCases } from "./run.js";

/** Runs the named cases in the page; rows go to the console as they come. */
async function runBench(names, webgpu) {
  const rows = [];
  let adapter = null;
  await runCases({
    kullback,
    cases: cases.filter(({ name }) => names.includes(name)),
    openDevice: webgpu && (async () => {
      const opened = await deviceOf(navigator.gpu);
      adapter = opened.adapter;
      return opened;
    }),
    report: (row) => {
      rows.push(row);
      console.log(JSON.stringify(row));
    },
  });
  return { rows, adapter };
}

Object.assign(globalThis, { runBench });
