import { describe, expect, it } from "vitest";
import { openCounts as openOnCpu } from "../src/cpu-fallback/count";
import { openCounts as openOnGpu } from "../src/gpu/count";
import { type Gpu } from "../src/gpu/gpu";
import { grid, openBackend } from "../src/index";

const kinds = process.env.KULLBACK_NODE_WEBGPU ? (["cpu", "webgpu"] as const) : (["cpu"] as const);

/** Counters that are full after a few samples, as those of 32 bits are after 2³². */
const FULL = 1000;

describe.each(kinds)("counters that are full, %s", (kind) => {
  it("are emptied before, and nothing is lost", async () => {
    await using backend = await openBackend({ prefer: kind });
    const axes = [Float64Array.of(0, 1, 2, 4)];
    const samples = Float32Array.from({ length: 3210 }, (_, i) => [0.5, 1, 4, 7, -1, NaN][i % 6]);
    const job = { axes };
    const loop = kind === "cpu" ? openOnCpu(job, FULL) : await openOnGpu((backend as unknown as { readonly gpu: Gpu }).gpu, job, FULL);
    await loop.add([grid(samples)]);
    await loop.add([grid(Float32Array.of(1.5, 0))]);
    expect(Array.from(await loop.read())).toEqual([536, 536, 535]);
    expect(await loop.outside()).toEqual({ nan: 535, below: 535, above: 535 });
    const kept = await loop.keep();
    expect([kept.dtype, Array.from(await backend.download(kept) as Uint32Array)]).toEqual(["uint32", [536, 536, 535]]);
    kept.destroy();
    loop.end();
  });
});
