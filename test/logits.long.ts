import { describe, it } from "vitest";
import * as kullback from "../src/index";
import { modelsOf, truthsOf } from "./conformance/logits";
import { backends } from "./engines/run";
import { check, within } from "./support/assert";
import { random } from "./support/random";
import { toNumber } from "./support/real";

const CELLS = 128_256;

describe("klFromLogits of a whole vocabulary", () => {
  it.each([0.3, 1.4e-3])("is within its bound of 256-bit arithmetic, noise %s", async (noise) => {
    const [a, b] = modelsOf(Float32Array, random(115), 1, CELLS, noise);
    const truths = truthsOf(a, b);
    for (const kind of ["cpu", "webgpu"] as const) {
      const backend = await backends[kind]();
      for (const name of ["klDivergence", "crossEntropy", "jensenShannon"] as const) {
        for (const Type of [Float32Array, Float64Array]) {
          const { values: [value], errorBounds: [bound] } = await kullback.klFromLogits(Type.from(a), Type.from(b), { measure: kullback[name], backend });
          within(value, truths[name], bound, `${name} of ${Type.name} on ${kind}`);
          check(bound < 1e-2 * value, () => `${name} on ${kind}: ${value} ± ${bound}.`);
          console.log(`long: ${name} of ${Type.name} on ${kind}: ${value} ± ${bound.toExponential(1)}, off by ${Math.abs(value - toNumber(truths[name])).toExponential(1)}`);
        }
      }
      backend.destroy();
    }
  });
});
