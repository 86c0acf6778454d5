import { describe, expect, it } from "vitest";
import { conventions } from "../../src/calibration/conventions/index";
import { candidatesOf, choose } from "../../src/calibration/choose";
import { type Noise } from "../../src/calibration/conventions/convention";
import { directOwn, firstOf, prepareOwn } from "../../src/calibration/conventions/kullback";
import { openLoops } from "../../src/calibration/conventions/loops";
import { boundariesOf, quantizerOf } from "../../src/calibration/targets";
import golden from "../cases/calibration-curves.json";
import published from "../cases/calibration.json";

const sets = [...published.sets, ...golden.sets];

/** The counts that a curve is of. */
function countsOf({ set, method, bins }: (typeof golden.curves)[number]): Float64Array {
  const { positive, symmetric } = sets.find(({ name }) => name === set)!;
  return Float64Array.from((method in conventions && conventions[method as keyof typeof conventions].counts === "symmetric" ? symmetric : positive).slice(0, bins));
}

const ownBoundaries = (levels: number) => boundariesOf(quantizerOf("test", undefined, levels));
const loops = await openLoops();

it("has WebAssembly here", () => expect(loops).not.toBeNull());

describe.each([["with", loops], ["without", null]] as const)("curves of divergence over thresholds, %s WebAssembly", (_, kernel) => {
  it.each(golden.curves.map((curve) => [`${curve.set} by ${curve.method}, ${curve.levels} levels, ${curve.bins} bins`, curve] as const))("%s: 1e-9 of the direct loop", (_, curve) => {
    const counts = countsOf(curve);
    const { method, levels } = curve;
    const { scan } = method === "kullback" ? prepareOwn(counts, ownBoundaries(levels)) : conventions[method as keyof typeof conventions].prepare(counts, levels, kernel);
    curve.candidates.forEach((candidate, i) => {
      const [[found], expected] = [scan(candidate, 1), Number(String(curve.divergences[i]).replace("inf", "Infinity").replace("nan", "NaN"))];
      if (Number.isFinite(expected)) expect(Math.abs(found - expected), `candidate ${candidate}: ${found}, ${expected}`).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
      else expect(found, `candidate ${candidate}`).toBe(expected);
    });
  });

  it("the loops of the code say the same, as far as their arithmetic goes", () => {
    for (const { name, positive, symmetric } of sets) {
      for (const [method, { counts: kind, prepare, candidates, noise }] of Object.entries(conventions)) {
        const levels = method === "mxnet" ? 255 : 128;
        const counts = Float64Array.from(kind === "symmetric" ? symmetric : positive);
        const { scan, estimate, loop } = prepare(counts, levels, kernel);
        const { first, count } = candidates(counts.length, levels);
        const scanned = scan(first, count);
        for (let at = 0; at < count; at += 53) {
          const value = loop(first + at);
          const holds = (found: number, [something, share]: Noise) => {
            if (Number.isFinite(value)) expect(Math.abs(found - value), `${name}, ${method}, ${first + at}`).toBeLessThanOrEqual(something + share * value);
            else expect(found, `${name}, ${method}, ${first + at}`).toBe(value);
          };
          holds(scanned[at], noise(counts.length, levels).scan);
          if (estimate) holds(estimate(first + at), noise(counts.length, levels).estimate!);
        }
      }
      const counts = Float64Array.from(positive);
      const { scan } = prepareOwn(counts, ownBoundaries(128));
      const divergence = (kept: number) => scan(kept, 1)[0];
      for (let kept = firstOf(counts.length); kept <= counts.length; kept += 53) expect(Math.abs(divergence(kept) - directOwn(counts, ownBoundaries(128), kept)), `${name}, ${kept}`).toBeLessThanOrEqual(1e-10 * divergence(kept) + 1e-13);
    }
  });
});

describe.each(Object.entries(conventions))("a candidate of %s alone", (_, { counts: kind, prepare, candidates, levels: levelsOf }) => {
  it.each(sets)("$name: is what it is among all, to the bit", ({ positive, symmetric }) => {
    const counts = Float64Array.from(kind === "symmetric" ? symmetric : positive);
    const levels = levelsOf(8, false);
    const { first, count } = candidates(counts.length, levels);
    const { scan } = prepare(counts, levels, loops);
    expect(Array.from({ length: count }, (_at, at) => scan(first + at, 1)[0])).toEqual(Array.from(scan(first, count)));
  });
});

/** Histograms on which loops are followed from end to end: the sets' counts as they are, ten times and a tenth of them, and one of four million. */
const followed = [
  ...sets.flatMap(({ name, positive, symmetric }) => [0.1, 1, 10].map((times) => ({ name: `${name} times ${times}`, magnitudes: positive.map((count) => Math.round(count * times)), symmetric: symmetric.map((count) => Math.round(count * times)) }))),
  // groups of a thousand bins, whose singles drift
  { name: "even, then nothing", magnitudes: Array.from({ length: 8594 }, (_, k) => Number(k < 5551)), symmetric: Array.from({ length: 901 }, (_, k) => Number(Math.abs(k - 450) < 300)) },
  { name: "four million", magnitudes: Array.from({ length: 2048 }, (_, k) => halfNormal(k / 2048)), symmetric: Array.from({ length: 2049 }, (_, k) => halfNormal(Math.abs(k - 1024) / 1024.5) / 2) },
];

function halfNormal(x: number): number {
  return 2 * Math.round((4e6 / 4096) * Math.exp(-18 * x * x));
}

describe.each(Object.entries(conventions))("the least that %s finds is that of its loop over all candidates", (method, { counts: kind, prepare, candidates, levels: levelsOf, takes }) => {
  it.each(followed)("$name", ({ [kind]: counts }) => {
    for (const bits of [8, 4]) {
      const levels = levelsOf(bits, false);
      const own = Float64Array.from(counts);
      const { first, count } = candidates(own.length, levels);
      const { loop } = prepare(own, levels, loops);
      const { best, value } = choose(candidatesOf(method as keyof typeof conventions, { counts: own, amax: 1, isSymmetric: kind === "symmetric" }, quantizerOf("test", bits === 8 ? "int8" : "int4", undefined), 99, loops));
      let [least, at] = [Infinity, -1];
      for (let i = 0; i < count && !(least !== least); i++) {
        const here = loop(takes === "last" ? first + count - 1 - i : first + i);
        if (at < 0 || here < least || here !== here) [least, at] = [here, takes === "last" ? count - 1 - i : i];
      }
      expect([best, value]).toEqual([at, least]);
    }
  });
});

describe("loops in WebAssembly and without", () => {
  it.each(followed)("$name: are those of singles, but for roundings of a logarithm", ({ magnitudes, symmetric }) => {
    for (const [{ prepare, candidates }, levels, list] of [[conventions.ncnn, 128, magnitudes], [conventions.mxnet, 255, symmetric]] as const) {
      const counts = Float64Array.from(list);
      const { first, count } = candidates(counts.length, levels);
      const [fast, plain] = [loops, null].map((kernel) => prepare(counts, levels, kernel).loop);
      for (let at = 0; at < count; at += 41) expect(fast(first + at)).toBe(plain(first + at));
    }
  });
});
