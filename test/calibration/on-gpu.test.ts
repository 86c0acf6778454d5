import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { calibrate } from "../../src/calibration/calibrate";
import { candidatesOf, noiseOfSingles } from "../../src/calibration/choose";
import { conventions } from "../../src/calibration/conventions/index";
import { openLoops } from "../../src/calibration/conventions/loops";
import { isForGpu, scanOnGpu } from "../../src/calibration/scan-on-gpu";
import { quantizerOf } from "../../src/calibration/targets";
import { type Backend, openBackend } from "../../src/index";
import golden from "../cases/calibration-curves.json";
import published from "../cases/calibration.json";

/** With those that nearly all lie in one or two bins of. */
const sets = [
  ...published.sets, ...golden.sets,
  { name: "two bins", positive: Array.from({ length: 2048 }, (_, k) => [1700, 900][k - 1023] ?? 0), symmetric: Array.from({ length: 2049 }, (_, k) => [900, 1700][k - 1023] ?? 0) },
  { name: "six bins", positive: Array.from({ length: 2048 }, (_, k) => (k >= 99 && k < 105 ? 1000 : 0)), symmetric: Array.from({ length: 2049 }, (_, k) => (Math.abs(k - 1024) < 3 ? 1000 : 0)) },
];
const loops = await openLoops();

describe.runIf(process.env.KULLBACK_NODE_WEBGPU)("scans on a GPU", () => {
  let backend: Backend;
  beforeAll(async () => { backend = await openBackend({ prefer: "webgpu" }); });
  afterAll(() => backend.destroy());

  it.each(["kullback", ...Object.keys(conventions)] as ("kullback" | keyof typeof conventions)[])("by %s are as near as singles allow", async (method) => {
    for (const { name, positive, symmetric } of sets) {
      for (const target of ["int8", "int4"] as const) {
        const isSymmetric = method !== "kullback" && conventions[method].counts === "symmetric";
        const candidates = candidatesOf(method, { counts: Float64Array.from(isSymmetric ? symmetric : positive), amax: 1, isSymmetric }, quantizerOf("test", target, undefined), 99, loops);
        expect(isForGpu(candidates)).toBe(true);
        if (!isForGpu(candidates)) continue;
        const [found] = (await scanOnGpu(backend, method, [candidates]))!;
        const { first, scan, gpu } = candidates;
        const [something, share] = noiseOfSingles(found);
        let worst = 0;
        scan(first, found.length).forEach((value, at) => {
          const near = gpu.from(first + at, found[at]);
          if (!Number.isFinite(value)) expect(near, `${name} ${first + at}`).toBe(value);
          else worst = Math.max(worst, Math.abs(near - value) / (something + share * value));
        });
        expect(worst, `${name}, ${target}`).toBeLessThan(1);
      }
    }
  });

  // where no driver ends what takes long
  it("of many layers go in one submission on a software adapter", async () => {
    const layers = Array.from({ length: 300 }, (_, layer) => ({ counts: published.sets[0].positive.map((count, k) => count + ((k * layer) % 7)), range: [0, 6] as const }));
    const { queue } = (backend as unknown as { readonly device: GPUDevice }).device;
    const submit = vi.spyOn(queue, "submit");
    const together = await calibrate(layers, { backend });
    expect(submit).toHaveBeenCalledTimes(1);
    submit.mockRestore();
    for (const layer of [0, 137, 299]) expect(together[layer].threshold).toBe((await calibrate(layers[layer])).threshold);
  });
});
