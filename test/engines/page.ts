import * as kullback from "../../src/index";
import { type BackendName, runConformance } from "./run";

async function file(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`/data/${path}`);
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Milliseconds that calls on 2^12 cells take: the middle one of eleven, after one that compiles. */
async function callMs(): Promise<number> {
  await using backend = await kullback.openBackend({ prefer: "webgpu" });
  const p = Float32Array.from({ length: 2 ** 12 }, (_, i) => 1 + i);
  const times: number[] = [];
  for (let i = 0; i < 12; i++) {
    const start = performance.now();
    await kullback.klDivergence(p, p.toReversed(), { backend });
    times.push(performance.now() - start);
  }
  return times.slice(1).sort((a, b) => a - b)[5];
}

Object.assign(globalThis, { runConformance: (name: BackendName) => runConformance(name, file), callMs });
