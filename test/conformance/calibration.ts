import { type Calibration, type Counts, type Method, calibrate } from "../../src/calibration/index";
import golden from "../cases/calibration-curves.json";
import published from "../cases/calibration.json";
import { check, rejects, same, sameList } from "../support/assert";
import { random } from "../support/random";
import { type ConformanceCase } from "./context";

const isSymmetric = (method: Method) => method === "onnxruntime" || method === "mxnet";

/** Histograms of several lengths, and each by another factor. */
const layersFor = (method: Method): readonly Counts[] => [...published.sets, ...golden.sets].flatMap(({ positive, symmetric }) => [1, 3, 10].map((times) => ({
  counts: (isSymmetric(method) ? symmetric : positive).map((count, k) => count * times + (count > 40 ? (k * times) % 7 : 0)), range: isSymmetric(method) ? [-4, 4] : [0, 4],
})));

/** Only every 128th bin has something, as of pixels: the least by "nvidia" is where nothing is kept. */
const comb: Counts = { counts: Array.from({ length: 2048 }, (_, k) => (k % 128 === 127 ? 3000 - k : 0)), range: [0, 1] };

function sameCalibration(found: Calibration, expected: Calibration, what: string): void {
  const { threshold, scale, zeroPoint, divergence, report } = expected;
  sameList([found.threshold, found.scale, found.zeroPoint, found.divergence, found.report.ties, found.report.clipped], [threshold, scale, zeroPoint, divergence, report.ties, report.clipped], what);
  same(found.report.notes.join(), report.notes.join(), `${what}, notes`);
  sameList(Array.from(found.curve.divergences), Array.from(expected.curve.divergences), `${what}, curve`);
}

const manyLayers: readonly ConformanceCase[] = (["kullback", "nvidia", "onnxruntime", "mxnet", "ncnn", "mse"] as const).flatMap((method) => (["int8", "int4"] as const).map((target) => ({
  name: `many layers by "${method}" for ${target} are each what it is alone`,
  async run({ backend }) {
    const layers = [...layersFor(method), ...(isSymmetric(method) ? [] : [comb])];
    const together = await calibrate(layers, { method, target, backend });
    for (const [i, layer] of layers.entries()) sameCalibration(together[i], await calibrate(layer, { method, target }), `layer ${i}`);
  },
})));

const others: readonly ConformanceCase[] = [
  {
    name: "channels along any axis are those of a list, whatever the type",
    async run({ kullback: { grid }, backend }) {
      const { unit } = random(9);
      const shape = [3, 40, 5] as const;
      const cells = Float32Array.from({ length: 600 }, (_, i) => (unit() + unit() - 1) * (1 + (i % 5)));
      const lists = [0, 1, 2].map((axis) => Array.from({ length: shape[axis] }, (_, channel) => cells.filter((_x, i) => [Math.floor(i / 200), Math.floor(i / 5) % 40, i % 5][axis] === channel)));
      for (const [axis, list] of lists.entries()) {
        const expected = await calibrate(list, { bins: 64, method: "mse" });
        for (const samples of [grid(cells, { shape: [...shape] }), grid(Float64Array.from(cells), { shape: [...shape] })]) {
          const found = await calibrate(samples, { axis: axis - (axis === 2 ? 3 : 0), bins: 64, method: "mse", backend });
          same(found.length, shape[axis], `channels along ${axis}`);
          found.forEach((one, i) => sameCalibration(one, expected[i], `channel ${i} along ${axis}`));
        }
      }
      await rejects(() => calibrate(grid(cells, { shape: [...shape] }), { axis: 3 }), RangeError, "an axis that is none");
      await rejects(() => calibrate([cells] as never, { axis: 0 }), RangeError, "a list with an axis");
    },
  },
  {
    name: "samples on the device, in a list and by channel",
    async run({ kullback: { grid }, backend }) {
      const { unit } = random(10);
      const cells = Float32Array.from({ length: 4096 }, () => unit() ** 3);
      const on = backend.upload(grid(cells, { shape: [2, 2048] }));
      const expected = await calibrate([cells.subarray(0, 2048), cells.subarray(2048)], { bins: 256 });
      (await calibrate(on, { axis: 0, bins: 256, backend })).forEach((one, i) => sameCalibration(one, expected[i], `channel ${i}`));
      const [whole] = await calibrate([on, on], { bins: 256, backend });
      sameCalibration(whole, await calibrate(cells, { bins: 256 }), "the whole");
      on.destroy();
    },
  },
  {
    name: "a list that is called off",
    async run({ backend }) {
      const controller = new AbortController();
      const running = calibrate(layersFor("kullback"), { backend, signal: controller.signal });
      controller.abort(new Error("enough"));
      const error = await running.then(() => null, (reason: unknown) => reason);
      check((error as Error | null)?.message === "enough", () => "it rejects with the reason");
    },
  },
];

export const calibrationCases: readonly ConformanceCase[] = [...manyLayers, ...others];
