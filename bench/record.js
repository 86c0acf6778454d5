import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname } from "node:path";

/** The commit of a checkout, "+dirty" where it has other changes than results. */
export function commitOf(root) {
  const git = (...words) => execFileSync("git", words, { cwd: root, encoding: "utf8" }).trim();
  return `${git("rev-parse", "HEAD")}${git("status", "--porcelain", "--", ".", ":(exclude)bench/results") ? "+dirty" : ""}`;
}

/** NVIDIA's kernel module says its version; other drivers name themselves in the adapter's description. */
function driverOf(adapter) {
  if (!adapter || adapter.software) return null;
  try {
    return /NVIDIA/i.test(adapter.vendor) ? readFileSync("/proc/driver/nvidia/version", "utf8").split("\n")[0] : null;
  } catch {
    return null;
  }
}

/** `2026-01-31-node-nvidia-hopper-amd-epyc.json`: the adapter, if any, and the processor. */
export function fileNameOf(engine, adapter) {
  const names = [adapter?.vendor, adapter?.architecture, cpus()[0]?.model].filter(Boolean).join(" ");
  return `${new Date().toISOString().slice(0, 10)}-${engine}-${names.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 60).replace(/-+$/, "")}.json`;
}

/** Writes rows with what they were measured on, and what else is to be known of the run. */
export function writeRecord(file, { engine, commit, ran: { runtime, adapter, rows, ...more } }) {
  const all = cpus(); // empty where the system does not tell
  const cpu = all.length > 0 ? `${all.length} × ${all[0].model.trim()}` : null;
  const record = { date: new Date().toISOString(), commit, engine, runtime, cpu, adapter, driver: driverOf(adapter), ...more, rows };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(record, null, 1)}\n`);
}
