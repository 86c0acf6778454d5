import { it } from "vitest";
import { klDivergence, openBackend } from "../../src/index";
it("times", async () => {
  for (const prefer of ["cpu", "webgpu"] as const) {
    const backend = await openBackend({ prefer });
    const [rows, cells] = [16384, 64];
    const p = Float32Array.from({ length: rows * cells }, Math.random), q = Float32Array.from({ length: rows * cells }, Math.random);
    const o = { backend, precision: "exact", shape: [rows, cells], axis: 1 } as const;
    await klDivergence(p, q, o);
    const s = performance.now(); await klDivergence(p, q, o); console.log(prefer, (performance.now() - s).toFixed(0), "ms", ((performance.now() - s) * 1e6 / rows / cells).toFixed(0), "ns a cell");
    const s2 = performance.now(); await klDivergence(p, q, { backend, precision: "exact" }); console.log(prefer, "one row", (performance.now() - s2).toFixed(0), "ms");
    backend.destroy();
  }
}, 100000);
