// First part of what run.sh of the archive runs: every conformance case on the CPU and on WebGPU.
import { readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as kullback from "kullback";
import { cases } from "../test/conformance/index";

const here = dirname(fileURLToPath(import.meta.url));
const file = async (path) => new Uint8Array(await readFile(join(here, "data", path)));

/** The cases that fail on a backend, each with its error, and what the device reported to nobody. */
async function failuresOn(backend) {
  const { kind } = backend.info;
  const failures = [];
  const fail = (name, error) => {
    failures.push({ name, error });
    console.log(`FAILED on ${kind}: ${name}\n  ${error}`);
  };
  backend.device?.addEventListener("uncapturederror", ({ error }) => fail("raises no error that nobody caught", error.message));
  const applying = cases.filter(({ only }) => !only || only === kind);
  for (const { name, run } of applying) {
    try {
      await run({ kullback, backend, file });
    } catch (error) {
      fail(name, error instanceof Error ? error.stack ?? error.message : String(error));
    }
  }
  return { ran: applying.length, failures };
}

async function conformanceOn(kind) {
  let backend;
  try {
    backend = await kullback.openBackend({ prefer: kind });
  } catch (error) {
    if (!(error instanceof kullback.DeviceError) || error.reason !== "unavailable") throw error;
    console.log(`conformance on ${kind}: NOT RUN (${error.message})`);
    return { kind, notRun: error.message, failures: [] };
  }
  try {
    const { ran, failures } = await failuresOn(backend);
    const { adapter } = backend.info;
    console.log(`conformance on ${kind}${adapter ? ` (${adapter})` : ""}: ${ran} cases, ${failures.length} failures`);
    return { kind, adapter, ran, failures };
  } finally {
    backend.destroy();
  }
}

const { commit } = JSON.parse(readFileSync(join(here, "built.json"), "utf8"));
const results = [await conformanceOn("cpu"), await conformanceOn("webgpu")];
const out = join(process.env.OUT || ".", "conformance.json");
writeFileSync(out, `${JSON.stringify({ date: new Date().toISOString(), commit, runtime: `Node ${process.version}`, results }, null, 1)}\n`);
console.log(`written: ${out}`);
const missing = process.env.REQUIRE_ENGINES === "all" && results.some(({ notRun }) => notRun);
if (missing) console.log("REQUIRE_ENGINES=all: an engine is missing");
process.exitCode = missing || results.some(({ failures }) => failures.length > 0) ? 1 : 0;
