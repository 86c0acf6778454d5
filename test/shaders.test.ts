import { describe, expect, it } from "vitest";
import { assemble, assembleExact, exactTerms, kernels, loads } from "../src/gpu/shaders";
import { openBackend } from "../src/index";
import { measures } from "../src/terms/index";

const terms = measures.flatMap((measure) => [measure, ...(measure.signed ? [{ ...measure.signed, id: `${measure.id} signed` }] : [])]);
const shaders = kernels.flatMap((kernel) => loads.flatMap((load) => (
  terms.map((term) => [`${term.id} ${kernel}, load ${load}`, assemble(kernel, load, term)] as const))));
const cellsFor = (term: (typeof exactTerms)[number]) => (
  term === "jensen-shannon" || term === "total-variation" ? (["multiplied"] as const) : (["narrow", "wide", "multiplied"] as const));
const exactShaders = exactTerms.flatMap((term) => cellsFor(term).map((cells) => [`exact ${term} of ${cells} cells`, assembleExact(term, cells)] as const));

describe("assembled shaders", () => {
  it.each(shaders)("%s has one entry point, one term and no slip of a template", (_, code) => {
    expect(code.match(/@compute/g)).toHaveLength(1);
    expect(code.match(/\bfn term\(/g)).toHaveLength(1);
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
      for (const [label, code] of [...shaders, ...exactShaders]) {
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
