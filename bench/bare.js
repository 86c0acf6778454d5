// What the archive of bundle.js runs on a bare host: every conformance case, then the bench; both go into one JSON file.
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as kullback from "kullback";
import { cases as conformance } from "../test/conformance/index";
import { cases } from "./cases.js";
import { runInNode } from "./node.js";
import { printer } from "./report.js";

const here = import.meta.dirname;
const { values: { only, out } } = parseArgs({ options: { only: { type: "string", default: "" }, out: { type: "string", default: "kullback-bench.json" } } });
const file = async (path) => new Uint8Array(await readFile(join(here, "data", path)));

/** Runs every case on one backend; the names of those that fail, with why. */
async function failuresOn(kind) {
  const backend = await kullback.openBackend({ prefer: kind });
  const failures = [];
  let ran = 0;
  for (const { name, only: just, run } of conformance) {
    if (just && just !== kind) continue;
    ran += 1;
    try {
      await run({ kullback, backend, file });
    } catch (error) {
      failures.push({ name, error: String(error) });
      console.log(`FAILED on ${kind}: ${name}\n  ${error}`);
    }
  }
  console.log(`conformance on ${backend.info.adapter ?? "the CPU"}: ${ran - failures.length} of ${ran} cases hold`);
  const { adapter } = backend.info;
  backend.destroy();
  return { kind, adapter, ran, failures };
}

const built = JSON.parse(await readFile(join(here, "built.json"), "utf8"));
const results = [];
for (const kind of ["cpu", "webgpu"]) results.push(await failuresOn(kind));
const ran = await runInNode({ cases: cases.filter(({ name }) => name.includes(only)), webgpu: true, report: printer(console.log) });
const date = new Date().toISOString().slice(0, 10);
const cpu = `${cpus().length} × ${cpus()[0].model}`;
await writeFile(out, `${JSON.stringify({ date, commit: built.commit, engine: "node", runtime: ran.runtime, cpu, adapter: ran.adapter, conformance: results, rows: ran.rows }, null, 1)}\n`);
console.log(`\nwritten: ${out}`);
process.exitCode = results.some(({ failures }) => failures.length > 0) ? 1 : 0;
