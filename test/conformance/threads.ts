import { check, same } from "../support/assert";
import type { ConformanceCase } from "./context";

/** Enough cells for workers to gain; they start with the second call. */
const CELLS = 2 ** 23;
/** Milliseconds that workers may take to start, on a busy machine. */
const START = 20_000;

export const threadCases: readonly ConformanceCase[] = [{
  name: "klDivergence of 2^23 cells is the same on one thread and on two",
  only: "cpu",
  async run({ kullback }) {
    await using alone = await kullback.openBackend({ prefer: "cpu", threads: 1 });
    await using both = await kullback.openBackend({ prefer: "cpu", threads: 2 });
    const p = Float32Array.from({ length: CELLS }, (_, i) => 1 + ((i * 7919) % 1013));
    const q = p.toReversed();
    const expected = await kullback.klDivergence(p, q, { backend: alone });
    const hasWorkers = () => both.info.reason.endsWith("on 2 threads");
    const end = performance.now() + START;
    // without WebAssembly there are none
    while (typeof WebAssembly === "object" && !hasWorkers()) {
      check(performance.now() < end, () => "no worker started.");
      same(await kullback.klDivergence(p, q, { backend: both }), expected, "while workers start");
    }
    for (let i = 0; i < 3; i++) same(await kullback.klDivergence(p, q, { backend: both }), expected, both.info.reason);
  },
}];
