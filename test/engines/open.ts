import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, lavapipe } from "../../scripts/engines.js";
import { bundle, openPage } from "../../scripts/page.js";
import type { BackendName, Ran } from "./run";

/** An engine that is up; `callMs` times small calls on WebGPU. */
export interface Engine {
  run(names: readonly BackendName[]): Promise<Ran[]>;
  callMs?(): Promise<number>;
  close(): Promise<void>;
}

export async function openBrowser(browser: Browser, executable: string): Promise<Engine> {
  const { page, close } = await openPage(browser, executable, { entry: "test/engines/page.ts", ready: "runConformance" });
  return {
    async run(names) {
      const ran: Ran[] = [];
      for (const name of names) ran.push((await page.evaluate(`runConformance("${name}")`)) as Ran);
      return ran;
    },
    callMs: () => page.evaluate("callMs()") as Promise<number>,
    close,
  };
}

export async function openDeno(executable: string): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), "kullback-deno-"));
  const script = join(folder, "conformance.mjs");
  await writeFile(script, await bundle("test/engines/deno.ts"));
  const env = { ...process.env, ...lavapipe(), DENO_NO_UPDATE_CHECK: "1" };
  const run = async (name: BackendName): Promise<Ran> => {
    const words = ["run", "--unstable-webgpu", "-A", script, name, join(import.meta.dirname, "../../examples/data")];
    const { stdout } = await promisify(execFile)(executable, words, { env, timeout: 1_800_000, maxBuffer: 2 ** 26 });
    return JSON.parse(stdout) as Ran;
  };
  return {
    // at the same time: Deno sleeps for 10 ms in every readback
    run: (names) => Promise.all(names.map(run)),
    close: () => rm(folder, { recursive: true }),
  };
}
