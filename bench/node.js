import * as kullback from "kullback";
import { deviceOf, runCases } from "./run.js";

/** Runs cases in this process; WebGPU through the package `webgpu`. */
export async function runInNode({ cases, webgpu, report }) {
  const rows = [];
  let adapter = null;
  const openDevice = async () => {
    const { create } = await import("webgpu");
    const opened = await deviceOf(create([]));
    adapter = opened.adapter;
    return opened;
  };
  await runCases({ kullback, cases, openDevice: webgpu ? openDevice : null, report: (row) => { rows.push(row); report(row); } });
  return { rows, adapter, runtime: `Node ${process.version}` };
}
