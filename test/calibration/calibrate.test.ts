import { describe, expect, it } from "vitest";
import { type CalibrateOptions, type Method, calibrate } from "../../src/calibration/index";
import { conventions } from "../../src/calibration/conventions/index";
import { linspace } from "../../src/index";
import { random } from "../support/random";
import published from "../cases/calibration.json";

const { unit } = random(4);
/** Normals by the central limit, with some far out. */
const activations = Float32Array.from({ length: 20_000 }, (_, i) => Array.from({ length: 6 }, unit).reduce((sum, x) => sum + x - 0.5, 0) * (i % 500 === 0 ? 4 : 1));

describe("published thresholds", () => {
  for (const { name, amax, positive, symmetric, thresholds } of published.sets) {
    const all = { counts: positive, range: [0, amax] as const };
    const both = { counts: symmetric, range: [-amax, amax] as const };

    it(`${name} by "nvidia", to the bin`, async () => {
      expect((await calibrate(all, { method: "nvidia" })).threshold).toBe(thresholds.nvidia);
    });

    it(`${name} by "onnxruntime", which says a half bin more in its own words`, async () => {
      const { threshold, range, scale } = await calibrate(both, { method: "onnxruntime" });
      expect(threshold).toBeCloseTo(thresholds["onnxruntime (128 levels)"][1], 12);
      expect(range).toEqual([-threshold, threshold]);
      expect(scale).toBe(threshold / 127);
    });

    it(`${name} by "onnxruntime" with 255 levels in its loop`, () => {
      const { prepare, candidates, edge } = conventions.onnxruntime;
      const counts = Float64Array.from(symmetric);
      const { first, count } = candidates(counts.length, 255);
      const { loop } = prepare(counts, 255, null);
      const values = Array.from({ length: count }, (_, at) => loop(first + at));
      expect((edge(first + values.indexOf(Math.min(...values)), counts.length) * 2 * amax) / counts.length).toBeCloseTo(thresholds["onnxruntime (255 levels)"][1], 12);
    });

    it(`${name} with 128 bins by "onnxruntime" is the largest magnitude, and says so`, async () => {
      const few = Array.from({ length: 128 }, (_, i) => symmetric.slice(16 * i, 16 * (i + 1)).reduce((sum, count) => sum + count, 0));
      const { threshold, report } = await calibrate({ counts: few, range: [-amax, amax] }, { method: "onnxruntime" });
      expect(threshold).toBe(thresholds["onnxruntime defaults (128 bins, 128 levels; symmetric counts on 128 bins)"][1]);
      expect(report.notes.join()).toMatch(/one candidate/);
    });

    it(`${name} by "mxnet": the published one is one of those that NumPy's singles can hardly tell from the least, and so is the project's`, async () => {
      const { prepare, candidates, edge } = conventions.mxnet;
      const counts = Float64Array.from(symmetric);
      const { first, count } = candidates(counts.length, 255);
      const width = (2 * amax) / counts.length;
      const { scan, loop } = prepare(counts, 255, null);
      const values = scan(first, count);
      const at = Math.round(thresholds["mxnet (255 levels)"] / width - 0.5) - first;
      const least = values.reduce((lowest, value) => Math.min(lowest, value));
      expect((edge(first + at, counts.length) * width)).toBeCloseTo(thresholds["mxnet (255 levels)"], 12);
      expect(values[at] / least - 1).toBeLessThan(1e-4);
      // one after the other in singles, as the C++ adds
      const singles = Array.from(values, (_, i) => loop(first + i));
      const { threshold, divergence } = await calibrate(both, { method: "mxnet" });
      expect(divergence).toBe(Math.min(...singles));
      expect(threshold).toBe(edge(first + singles.indexOf(divergence), counts.length) * width);
    });

    it(`${name} by "ncnn": the published one is that of doubles, the project's that of singles`, async () => {
      const { prepare, candidates, edge } = conventions.ncnn;
      const counts = Float64Array.from(positive);
      const { first, count } = candidates(counts.length, 128);
      const { scan, loop } = prepare(counts, 128, null);
      const values = scan(first, count);
      expect((edge(first + values.indexOf(values.reduce((least, value) => Math.min(least, value))), counts.length) * amax) / counts.length).toBe(thresholds.ncnn);
      const { threshold } = await calibrate(all, { method: "ncnn" });
      const singles = Array.from(values, (_, at) => loop(first + at));
      expect(threshold).toBe((edge(first + singles.indexOf(Math.min(...singles)), counts.length) * amax) / counts.length);
    });
  }

  it("the worst case of \"mxnet\": everything in the last of 999 bins", async () => {
    const counts = new Float64Array(999);
    counts[998] = 1000;
    const { threshold, divergence } = await calibrate({ counts, range: [-2, 2] }, { method: "mxnet" });
    expect(threshold).toBe(2);
    expect(divergence).toBeLessThan(1e-4);
  });
});

describe("calibrate", () => {
  it.each(["kullback", "nvidia", "onnxruntime", "mxnet", "ncnn", "mse", "percentile"] as const)("by %s clips a few of these activations", async (method) => {
    const { threshold, scale, zeroPoint, range, report, curve } = await calibrate(activations, { method, ...(method === "onnxruntime" && { bins: 2048 }) });
    const amax = activations.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    expect(threshold).toBeGreaterThan(amax / 5);
    expect(threshold).toBeLessThanOrEqual(amax * (1 + 1 / 2048));
    expect([scale, zeroPoint, range]).toEqual([threshold / 127, 0, [-threshold, threshold]]);
    expect(report.clipped).toBe(report.clipped < 0.01 ? report.clipped : NaN);
    expect(curve.thresholds).toHaveLength(curve.divergences.length);
  });

  it("is the same for counts times seven, by its own method", async () => {
    const counts = published.sets[1].positive;
    const [one, seven] = await Promise.all([1, 7].map((times) => calibrate({ counts: counts.map((count) => count * times), range: [0, 20] })));
    expect(seven.threshold).toBe(one.threshold);
    expect(Math.abs(seven.divergence / one.divergence - 1)).toBeLessThan(1e-9);
  });

  it("is not led astray by the zeros of rectified activations", async () => {
    const relu = activations.map((x) => Math.max(x, 0));
    const [one, without] = await Promise.all([relu, relu.filter((x) => x > 0)].map((samples) => calibrate(samples)));
    expect(one.threshold).toBe(without.threshold);
    expect(one.report.clipped).toBeLessThan(0.01);
    // of counts as many as the next bin has are no zeros
    const counts = [...published.sets[0].positive];
    const { threshold } = await calibrate({ counts, range: [0, 6] });
    counts[0] += 1e6;
    expect(Math.abs((await calibrate({ counts, range: [0, 6] })).threshold - threshold)).toBeLessThan(0.01);
    // nor in counts of both signs
    const both = [...counts.toReversed(), ...counts];
    expect((await calibrate({ counts: both, range: [-6, 6] })).threshold).toBe((await calibrate({ counts, range: [0, 6] })).threshold);
  });

  it("takes constant tensors and channels for what they are", async () => {
    const channels = [0.1, 0.2, -0.03, 0.77, 1e-3];
    expect((await calibrate(channels, { axis: 0, method: "minmax" })).map(({ threshold }) => threshold)).toEqual(channels.map(Math.abs));
    expect((await calibrate(Float32Array.of(1e8, 1e8), { method: "minmax" })).threshold).toBe(1e8);
    expect((await calibrate(Float64Array.of(1e-20), { method: "minmax" })).threshold).toBe(1e-20);
    expect((await calibrate(Float32Array.of(0.1, 0.1), { method: "percentile" })).threshold).toBe(Math.fround(0.1));
  });

  it("says which entry of a list it cannot take", async () => {
    await expect(calibrate([Float32Array.of(1, 2), Float32Array.of(0, 0)], { method: "minmax" })).rejects.toThrow(/entry 1: all samples are 0/);
    await expect(calibrate(Float32Array.of(1, Infinity))).rejects.toThrow(/reach from 1 to Infinity/);
    expect(await calibrate([])).toEqual([]);
  });

  it("takes as many levels as there may be", async () => {
    // thousands of codes a bin: nothing is lost but where a bin ends within a code
    const { threshold, divergence } = await calibrate({ counts: published.sets[0].positive.slice(0, 64), range: [0, 6] }, { levels: 2 ** 20 });
    expect(threshold).toBeGreaterThan(5.8);
    expect(divergence).toBeLessThan(1e-9);
  });

  it("loses nothing where there are as many codes as bins, and clips nothing of what is even", async () => {
    const even = { counts: new Float64Array(2048).fill(9), range: [0, 1] as const };
    expect((await calibrate(even, { target: "int4" })).divergence).toBeLessThan(1e-12);
    const two = await calibrate({ counts: Float64Array.from({ length: 64 }, (_, k) => (k < 32 ? 100 : 1)), range: [0, 1] }, { levels: 2 });
    // one boundary, at half the threshold: best where the density steps
    expect(two.threshold).toBe(1);
    expect(two.divergence).toBeLessThan(1e-12);
  });

  it("has a zero point for unsigned types, and for affine ones of signed", async () => {
    const relu = activations.map((x) => Math.max(x, 0));
    const one = await calibrate(relu, { method: "minmax", target: "uint8" });
    expect([one.zeroPoint, one.range[0], one.scale]).toEqual([0, 0, one.threshold / 255]);
    const shifted = await calibrate(Float64Array.of(-1, 0, 3), { method: "minmax", target: "uint8" });
    expect([shifted.range, shifted.scale, shifted.zeroPoint]).toEqual([[-1, 3], 4 / 255, 64]);
    const signed = await calibrate(Float64Array.of(-1, 0, 3), { method: "minmax", scheme: "affine" });
    expect([signed.scale, signed.zeroPoint]).toEqual([4 / 255, -64]);
  });

  it("knows the floats of eight bits", async () => {
    const [e4m3, e5m2] = await Promise.all((["fp8-e4m3", "fp8-e5m2"] as const).map((target) => calibrate([1, -2], { method: "minmax", target })));
    expect([e4m3.scale, e5m2.scale]).toEqual([2 / 448, 2 / 57344]);
    for (const method of ["kullback", "mse"] as const) expect((await calibrate(activations, { method, target: "fp8-e4m3" })).divergence).toBeGreaterThan(0);
  });

  it("finds the least mean squared error", async () => {
    const { threshold, divergence, curve } = await calibrate(activations, { method: "mse", target: "int4", bins: 512 });
    const errorAt = (amax: number) => activations.reduce((all, x) => all + (x - Math.sign(x) * Math.min(Math.round((Math.abs(x) / amax) * 7), 7) * (amax / 7)) ** 2, 0) / activations.length;
    expect(divergence).toBeGreaterThan(0.98 * errorAt(threshold));
    expect(divergence).toBeLessThan(1.02 * errorAt(threshold));
    for (const at of [0.5, 0.8, 1.3, 1.8]) expect(errorAt(threshold * at)).toBeGreaterThan(errorAt(threshold));
    expect(Math.min(...curve.divergences)).toBe(divergence);
  });

  it("reproduces the scan of tutorials, which is infinite unless there are as many codes as bins", async () => {
    const { divergence, curve, report, threshold } = await calibrate(activations, { method: "tutorial" });
    expect(divergence).toBe(Infinity);
    expect(curve.divergences.every((value) => value === Infinity)).toBe(true);
    expect(report.notes.join()).toMatch(/128 codes cannot fill 2048 bins/);
    expect(threshold).toBe(curve.thresholds[0]);
    // a code a bin, each in its own: nothing is lost
    const counts = Float64Array.from({ length: 128 }, (_, k) => 200 - k);
    const each = await calibrate({ counts, range: [0, 1] }, { method: "tutorial", levels: 128 });
    expect(each.threshold).toBe(1);
    expect(each.divergence).toBe(0);
  });

  it("leaves a percentile beyond", async () => {
    const { threshold, report } = await calibrate(linspace(-1, 1, 10_001), { method: "percentile", percentile: 90, bins: 1000 });
    expect(threshold).toBeCloseTo(0.9, 2);
    expect(report.clipped).toBeCloseTo(0.1, 2);
  });

  it("does lists one by one", async () => {
    const [a, b] = await calibrate([activations, { counts: published.sets[0].positive, range: [0, 6] as const }], { method: "nvidia" });
    expect(a).toEqual(await calibrate(activations, { method: "nvidia" }));
    expect(b.threshold).toBe(published.sets[0].thresholds.nvidia);
  });

  it("counts samples as the bins of their magnitudes, whatever their sign", async () => {
    const one = await calibrate(Float32Array.of(-4, -3, 3, 2, 1, 0, -0), { method: "percentile", percentile: 57, bins: 4 });
    expect(one.threshold).toBe(3);
    const constant = await calibrate(new Float64Array(9).fill(-0.25));
    expect(constant.threshold).toBeLessThanOrEqual(0.25);
  });

  it("says of the infinite and of the empty what there is to say", async () => {
    const counts = new Float64Array(300);
    counts.fill(3, 0, 100);
    counts[299] = 1;
    const { divergence } = await calibrate({ counts, range: [0, 3] }, { method: "nvidia" });
    expect(divergence).toBeLessThan(Infinity);
    counts.fill(0, 0, 200);
    const empty = await calibrate({ counts, range: [0, 3] }, { method: "nvidia" });
    expect(empty.divergence).toBeNaN();
    expect(empty.report.notes.join()).toMatch(/nothing in their bins/);
  });

  it.each([
    ["a method", RangeError, [1, 2], { method: "entropy" as Method }],
    ["a target", RangeError, [1, 2], { target: "int7" as never }],
    ["target and levels", RangeError, [1, 2], { target: "int8", levels: 128 }],
    ["levels", RangeError, [1, 2], { levels: 1 }],
    ["a scheme", RangeError, [1, 2], { scheme: "even" as never }],
    ["floats with a zero point", RangeError, [1, 2], { target: "fp8-e4m3", scheme: "affine" }],
    ["floats by a vendor", RangeError, [1, 2], { target: "fp8-e4m3", method: "nvidia" }],
    ["a percentile", RangeError, [1, 2], { method: "percentile", percentile: 101 }],
    ["bins", RangeError, [1, 2], { bins: 1.5 }],
    ["too few bins", RangeError, [1, 2], { method: "nvidia", bins: 100 }],
    ["an even number of bins", RangeError, [1, 2], { method: "mxnet", bins: 2048 }],
    ["a misspelt option", TypeError, [1, 2], { methods: "mse" } as CalibrateOptions],
  ] as const)("refuses %s", async (_, kind, samples, options) => {
    await expect(calibrate([...samples], options as CalibrateOptions)).rejects.toThrow(kind);
  });

  it.each([
    ["zeros", [0, 0], /all samples are 0/],
    ["NaN", [NaN], /no samples but NaN/],
    ["infinite samples", [1, Infinity], /the range that counts/],
    ["counts that are none", { counts: [1, 0.5], range: [0, 1] as const }, /counts are integers/],
    ["counts of nothing", { counts: [0, 0], range: [0, 1] as const }, /all counts are 0/],
    ["counts of zeros", { counts: [5, 0], range: [0, 1] as const }, /all counts are zeros'/],
  ] as const)("refuses %s", async (_, samples, message) => {
    await expect(calibrate(samples as never)).rejects.toThrow(message);
  });

  it("refuses counts of the other kind", async () => {
    await expect(calibrate({ counts: new Float64Array(2048).fill(1), range: [-1, 1] }, { method: "nvidia" })).rejects.toThrow(/counts of \|x\|/);
    await expect(calibrate({ counts: new Float64Array(2049).fill(1), range: [0, 1] }, { method: "mxnet" })).rejects.toThrow(/counts of x/);
    await expect(calibrate({ counts: [1, 1], range: [0.5, 1] })).rejects.toThrow(/range/);
  });
});
