import { describe, expect, it } from "vitest";
import { assemble, assembleCount, assembleDensity, assembleExact, assembleExtent, assembleFit, assembleLogits, assemblePairs, countings, exactTerms, kernels, loads } from "../src/gpu/shaders";
import { chiSquare, jeffreys, jensenShannon, klDivergence, neymanChiSquare, openBackend } from "../src/index";
import { termsOf } from "../src/operations/hold-against";
import { binaryCrossEntropyMeasure } from "../src/terms/binary-cross-entropy";
import { measures } from "../src/terms/index";
import { slopes } from "../src/terms/slopes";
import { weightedJensenShannon } from "../src/terms/weighted-jensen-shannon";

const DIRECTIONS = { klDivergence, jeffreys, jensenShannon, chiSquare, neymanChiSquare };
const terms = [...measures, binaryCrossEntropyMeasure, weightedJensenShannon(0.25, 0.75)].flatMap((measure) => [measure, ...(measure.signed ? [{ ...measure.signed, id: `${measure.id} signed` }] : [])]);
const slopeTerms = Object.values(slopes).flatMap((sides) => Object.values(sides).map(({ term }) => term));
/** Alone, two, and as many as a second and a third column begin with. */
const together = [...terms.map((term) => [term]), ...[2, 5, 6].map((count) => terms.slice(0, count))];
const shaders = kernels.flatMap((kernel) => loads.flatMap((load) => countings.flatMap((counts) => (kernel === "map" ? [...terms, ...slopeTerms].map((term) => [term]) : together).map((of) => (
  [`${of.map(({ id }) => id).join(", ")} ${kernel}, load ${load}, count ${counts}`, assemble(kernel, load, counts, of), of.length] as const)))));
const cellsFor = (term: (typeof exactTerms)[number]) => (
  term === "jensen-shannon" || term === "total-variation" ? (["multiplied"] as const) : (["narrow", "wide", "multiplied"] as const));
const pairShaders = measures.filter(({ fromSum }) => fromSum).map((term) => [`${term.id} pairs`, assemblePairs(term), 1] as const);
const fitShaders = [["forward", "klDivergence"], ["reverse", "klDivergence"], ...Object.keys(DIRECTIONS).map((name) => ["other", name])].flatMap(([way, name]) => [1, 3, 9].flatMap((components) => ([1, 4] as const).map((lanes) => {
  const { term, slope } = termsOf("fit", way === "other" ? DIRECTIONS[name as keyof typeof DIRECTIONS] : (way as "forward"));
  return [`${way} ${name} fit of ${components}, ${lanes} cells at a time`, assembleFit(components, lanes, term, slope), 2] as const;
})));
const densityShaders = ([1, 4] as const).map((lanes) => [`density, ${lanes} cells at a time`, assembleDensity(lanes)] as const);
const countShaders = [...[1, 2, 3].flatMap((columns) => [0, 4096].map((apart) => [`counts of ${columns} coordinates, room for ${apart}`, assembleCount(columns, apart)] as const)), ["extent", assembleExtent()] as const];
const exactShaders = exactTerms.flatMap((term) => cellsFor(term).map((cells) => [`exact ${term} of ${cells} cells`, assembleExact(term, cells)] as const));

describe("assembled shaders", () => {
  it.each([...shaders, ...pairShaders, ...fitShaders])("%s has one entry point, its terms and no slip of a template", (_, code, count) => {
    expect(code.match(/@compute/g)).toHaveLength(1);
    expect(code.match(/\bfn term(_\d+)?\(/g)).toHaveLength(count);
    expect(code).not.toMatch(/undefined|\[object|\$\{/);
  });

  it.each(exactShaders)("%s divides nothing and has no float", (_, code) => {
    const statements = code.replaceAll(/\/\/.*/g, "");
    expect(statements.match(/@compute/g)).toHaveLength(1);
    expect(statements).not.toMatch(/[/%]|f32|undefined|\[object|\$\{/);
  });

  it.runIf(process.env.KULLBACK_NODE_WEBGPU)("compile without a complaint", async () => {
    const backend = await openBackend({ prefer: "webgpu" });
    const { device } = backend as unknown as { device: GPUDevice };
    try {
      for (const [label, code] of [...shaders, ...pairShaders, ...fitShaders, ...exactShaders, ...densityShaders, ...countShaders, ["logits", assembleLogits()] as const]) {
        device.pushErrorScope("validation");
        const info = await device.createShaderModule({ label, code }).getCompilationInfo();
        expect(info.messages.map(({ message }) => message), label).toEqual([]);
        expect(await device.popErrorScope(), label).toBeNull();
      }
    } finally {
      backend.destroy();
    }
  });
});
