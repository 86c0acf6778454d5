import * as kullback from "../../src/index";
import { cases } from "../conformance/index";

/** What the page hands to the runner: one entry a case, with its error where it failed. */
export interface Result {
  readonly name: string;
  readonly error?: string;
}

async function file(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`/data/${path}`);
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Runs every case that applies to the backend, one after the other. */
async function run(kind: "cpu" | "webgpu"): Promise<{ adapter: string | null; results: Result[]; uncaptured: string[] }> {
  const backend = await kullback.openBackend({ prefer: kind });
  const uncaptured: string[] = [];
  const { device } = backend as unknown as { device?: GPUDevice };
  device?.addEventListener("uncapturederror", (event) => uncaptured.push((event as GPUUncapturedErrorEvent).error.message));
  const results: Result[] = [];
  for (const { name, only, run } of cases) {
    if (only && only !== kind) continue;
    try {
      await run({ kullback, backend, file });
      results.push({ name });
    } catch (error) {
      results.push({ name, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  backend.destroy();
  return { adapter: backend.info.adapter, results, uncaptured };
}

Object.assign(globalThis, { runConformance: run });
