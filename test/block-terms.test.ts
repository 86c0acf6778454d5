import { describe, expect, it } from "vitest";
import { blockTermOf } from "../src/cpu-fallback/block-terms";
import * as kullback from "../src/index";
import { measures } from "../src/terms/index";
import { random } from "./support/random";

const rng = random(7);
const value = () => (rng.unit() < 0.1 ? rng.integer(1, 2 ** 20) * 5e-324 : (1 + rng.unit()) * 2 ** rng.integer(-400, 400));

describe.each(measures.map((measure) => [measure.id, measure] as const))("the block loop of %s", (_, measure) => {
  it("agrees with its twin to 2^-48", () => {
    const count = 512;
    const p = Float64Array.from({ length: count }, value);
    const q = p.map((x, i) => (i % 3 === 0 ? value() : i % 3 === 1 ? x * (1 + 1e-6 * rng.unit()) : x * (0.3 + 3 * rng.unit())));
    const d = p.map((x, i) => x - q[i]);
    const term = new Float64Array(count);
    blockTermOf(measure)({ p, q, d, term, pWords: new Int32Array(p.buffer), qWords: new Int32Array(q.buffer) }, count);
    for (let i = 0; i < count; i++) {
      const twin = measure.cpu(p[i], q[i], d[i]);
      expect(Math.abs(term[i] - twin), `p = ${p[i]}, q = ${q[i]}`).toBeLessThanOrEqual(2 ** -48 * Math.abs(twin) + 1e-322);
    }
  });
});

describe("the loops over neighbouring Float32Array cells", () => {
  const near = (x: number) => x * (1 + 1e-6 * rng.unit());
  const cells = 10_007;
  const p = Float32Array.from({ length: cells }, () => (1 + rng.unit()) * 2 ** rng.integer(-20, 20));
  const pairs = {
    "far apart": p.map(() => (1 + rng.unit()) * 2 ** rng.integer(-20, 20)),
    near: p.map(near),
    // zeros and subnormals send the blocks around them the general way
    "with a zero": p.map((x, i) => (i === 700 ? 0 : near(x))),
    "with a subnormal": p.map((x, i) => (i === 9000 ? 1e-40 : near(x))),
  };

  it.each(Object.entries(pairs).flatMap(([name, q]) => (
    (["klDivergence", "generalizedKl", "crossEntropy", "entropy"] as const).map((measure) => [measure, name, q] as const))))(
    "%s of cells %s agrees with the same in binary64", async (measure, _, q) => {
      const backend = await kullback.openBackend({ prefer: "cpu" });
      const of = (a: Float32Array | Float64Array, b: Float32Array | Float64Array) => (
        measure === "entropy" ? kullback.entropy(b, { backend, detail: true }) : kullback[measure](b, a, { backend, detail: true }));
      const [narrow, wide] = [await of(p, q), await of(Float64Array.from(p), Float64Array.from(q))];
      expect(Math.abs(narrow.value - wide.value)).toBeLessThanOrEqual(Math.min(narrow.errorBound, 2 ** -44 * Math.abs(wide.value)));
      expect([narrow.totalP, narrow.totalQ, narrow.infiniteCells]).toEqual([wide.totalP, wide.totalQ, wide.infiniteCells]);
    });
});
