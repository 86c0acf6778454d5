import { afterAll, beforeAll, describe, it } from "vitest";
import type { Backend } from "../src/index";
import * as kullback from "../src/index";
import { checkRandomPairs, PAIRS_NAMES, ROWS, type Worst } from "./conformance/exact-random";
import { backends } from "./engines/run";

/** A hundred thousand pairs together. */
const CALLS = Math.ceil(100_000 / ROWS / PAIRS_NAMES.length);

const file = () => Promise.reject(new Error("random pairs read no file"));

function textOf(worst: Worst): string {
  return Object.entries(worst).map(([measure, error]) => `${measure} ${error.toFixed(3)}`).join(", ");
}

describe("Node, webgpu", () => {
  let backend: Backend;
  let checked = 0;
  beforeAll(async () => {
    backend = await backends.webgpu();
  });
  afterAll(() => {
    console.log(`long: ${checked} pairs on ${backend.info.adapter}`);
    backend.destroy();
  });

  it.each(PAIRS_NAMES)("every measure of random pairs of %s in exact precision keep the promise", async (name) => {
    const { pairs, worst } = await checkRandomPairs({ kullback, backend, file }, name, { calls: CALLS, seed: 1000 + PAIRS_NAMES.indexOf(name), every: 1 });
    checked += pairs;
    console.log(`long: ${pairs} pairs of ${name}; largest error in parts of what is promised: ${textOf(worst)}`);
  });
});
