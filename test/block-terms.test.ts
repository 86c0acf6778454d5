import { describe, expect, it } from "vitest";
import { blockTermOf } from "../src/cpu-fallback/block-terms";
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
    blockTermOf(measure)({ p, q, d, term, pWords: new Int32Array(p.buffer), qWords: new Int32Array(q.buffer), nodes: null }, count);
    for (let i = 0; i < count; i++) {
      const twin = measure.cpu(p[i], q[i], d[i]);
      if (twin === Infinity) expect(term[i]).toBe(twin);
      else expect(Math.abs(term[i] - twin), `p = ${p[i]}, q = ${q[i]}`).toBeLessThanOrEqual(2 ** -48 * Math.abs(twin) + 1e-322);
    }
  });
});
