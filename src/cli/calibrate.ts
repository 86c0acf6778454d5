import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { calibrate } from "../calibration/index.js";
import type { CalibrateOptions, Calibration } from "../calibration/index.js";
import { rangeOf } from "./histogram.js";
import { jsonNumber } from "./print.js";
import { onBackend, open } from "./run.js";
import type { Flags } from "./run.js";

interface CalibrateFlags extends Pick<Flags, "backend" | "json">, Pick<CalibrateOptions, "method" | "target" | "levels" | "scheme" | "bins" | "percentile"> {
  readonly counts?: string;
  readonly csv?: boolean;
}

/** Milliseconds after which something is said of how far it is. */
const LONG = 1000;

/** `kullback calibrate FILES`: samples, or counts of them over a range; folders stand for the `.npy` files in them. */
export async function calibrateFiles(names: readonly string[], { counts, json, csv, backend: prefer, ...options }: CalibrateFlags): Promise<void> {
  const files = (await Promise.all(names.map(filesIn))).flat();
  const range = counts === undefined ? undefined : rangeOf(counts);
  const rows: { readonly file: string; readonly found: Calibration }[] = [];
  const started = performance.now();
  await onBackend(prefer, async (backend) => {
    for (const [i, file] of files.entries()) {
      if (process.stderr.isTTY && performance.now() - started > LONG) process.stderr.write(`\r${i} of ${files.length} tensors`);
      const samples = await open(file);
      try {
        rows.push({ file, found: await calibrate(range ? { counts: Array.from(samples.data as ArrayLike<number | bigint>, Number), range } : samples, { ...options, backend }) });
      } catch (error) {
        if (error instanceof Error) error.message = `${file}: ${error.message}`;
        throw error;
      }
    }
  });
  if (process.stderr.isTTY && performance.now() - started > LONG) process.stderr.write("\r\x1b[K");
  print(rows, json === true, csv === true);
}

/** A file itself, or what a folder holds. */
async function filesIn(name: string): Promise<string[]> {
  const about = await stat(name).catch(() => null);
  if (!about?.isDirectory()) return [name];
  const files = (await readdir(name)).filter((file) => file.endsWith(".npy")).sort();
  if (files.length === 0) throw new RangeError(`${name}: there is no .npy file in this folder.`);
  return files.map((file) => join(name, file));
}

const COLUMNS = ["threshold", "scale", "zeroPoint", "divergence"] as const;

function print(rows: readonly { readonly file: string; readonly found: Calibration }[], json: boolean, csv: boolean): void {
  if (json) {
    console.log(JSON.stringify({ tensors: rows.map(({ file, found: { range, report, ...found } }) => ({ file, ...Object.fromEntries(COLUMNS.map((name) => [name, jsonNumber(found[name])])), range, report })) }));
    return;
  }
  if (csv) {
    console.log([["file", ...COLUMNS, "clipped"].join(), ...rows.map(({ file, found }) => [JSON.stringify(file), ...COLUMNS.map((name) => found[name]), found.report.clipped].join())].join("\n"));
    return;
  }
  const width = Math.max(...rows.map(({ file }) => basename(file).length), 6);
  console.log(`${"tensor".padEnd(width)} ${COLUMNS.map((name) => name.padStart(14)).join(" ")} ${"clipped".padStart(10)}`);
  for (const { file, found } of rows) {
    console.log(`${basename(file).padEnd(width)} ${COLUMNS.map((name) => String(Number(found[name].toPrecision(8))).padStart(14)).join(" ")} ${`${(100 * found.report.clipped).toPrecision(3)} %`.padStart(10)}`);
    for (const note of found.report.notes) console.log(`${" ".repeat(width)} ${note}`);
  }
}
