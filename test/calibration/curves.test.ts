import { describe, expect, it } from "vitest";
import { conventions } from "../../src/calibration/conventions/index";
import { directOwn, firstOf, prepareOwn } from "../../src/calibration/conventions/kullback";
import { boundariesOf, quantizerOf } from "../../src/calibration/targets";
import golden from "../cases/calibration-curves.json";
import published from "../cases/calibration.json";

const sets = [...published.sets, ...golden.sets];

/** The counts that a curve is of. */
function countsOf({ set, method, bins }: (typeof golden.curves)[number]): Float64Array {
  const { positive, symmetric } = sets.find(({ name }) => name === set)!;
  return Float64Array.from((method in conventions && conventions[method as keyof typeof conventions].counts === "symmetric" ? symmetric : positive).slice(0, bins));
}

/** What single precision makes of sums, as choose.ts allows for. */
const NOISE = { nvidia: [1e-13, 2e-9], onnxruntime: [4e-6, 1e-3], mxnet: [2e-5, 1e-3], ncnn: [4e-6, 3e-3] } as const;

const ownBoundaries = (levels: number) => boundariesOf(quantizerOf("test", undefined, levels));

describe("curves of divergence over thresholds", () => {
  it.each(golden.curves.map((curve) => [`${curve.set} by ${curve.method}, ${curve.levels} levels, ${curve.bins} bins`, curve] as const))("%s: 1e-9 of the direct loop", (_, curve) => {
    const counts = countsOf(curve);
    const { method, levels } = curve;
    const own = method === "kullback";
    const divergence = own ? prepareOwn(counts, ownBoundaries(levels)) : conventions[method as keyof typeof conventions].prepare(counts, levels);
    curve.candidates.forEach((candidate, i) => {
      const [found, expected] = [divergence(candidate), Number(String(curve.divergences[i]).replace("inf", "Infinity").replace("nan", "NaN"))];
      if (Number.isFinite(expected)) expect(Math.abs(found - expected), `candidate ${candidate}: ${found}, ${expected}`).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
      else expect(found, `candidate ${candidate}`).toBe(expected);
    });
  });

  it("the direct loops of the code say the same, as far as their arithmetic goes", () => {
    for (const { name, positive, symmetric } of sets) {
      for (const [method, { counts: kind, prepare, direct, candidates }] of Object.entries(conventions)) {
        const levels = method === "mxnet" ? 255 : 128;
        const counts = Float64Array.from(kind === "symmetric" ? symmetric : positive);
        const divergence = prepare(counts, levels);
        const { first, count } = candidates(counts.length, levels);
        for (let at = 0; at < count; at += 53) {
          const [scanned, value] = [divergence(first + at), direct(counts, levels, first + at)];
          if (Number.isFinite(value)) expect(Math.abs(scanned - value), `${name}, ${method}, ${first + at}`).toBeLessThanOrEqual(NOISE[method as keyof typeof NOISE][0] + NOISE[method as keyof typeof NOISE][1] * value);
          else expect(scanned, `${name}, ${method}, ${first + at}`).toBe(value);
        }
      }
      const counts = Float64Array.from(positive);
      const divergence = prepareOwn(counts, ownBoundaries(128));
      for (let kept = firstOf(counts.length); kept <= counts.length; kept += 53) expect(Math.abs(divergence(kept) - directOwn(counts, ownBoundaries(128), kept)), `${name}, ${kept}`).toBeLessThanOrEqual(1e-10 * divergence(kept) + 1e-13);
    }
  });
});
