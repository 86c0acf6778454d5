import { describe, expect, expectTypeOf, it, vi } from "vitest";
import type { Detail, DetailArray } from "../../src/index";
import {
  DomainError, compare, crossEntropy, entropy, generalizedKl, jeffreys, jensenShannon, jensenShannonDistance, klDivergence, openBackend, totalVariation,
} from "../../src/index";
import { positive, random } from "../support/random";

const [p, q] = [1, 2].map((seed) => Float32Array.from(positive(random(seed), 10_000)));

describe("compare", () => {
  it.each([
    { of: [klDivergence, crossEntropy, generalizedKl], reads: 1 },
    { of: [jensenShannon, jensenShannonDistance, totalVariation], reads: 2 },
    { of: [klDivergence, crossEntropy, jensenShannon, totalVariation], reads: 2 },
    // of p and q, of q and p
    { of: [klDivergence, jeffreys], reads: 2 },
    // of p and q, of p and p
    { of: [klDivergence, crossEntropy, entropy], reads: 2 },
    { of: [klDivergence], reads: 1 },
    { of: [], reads: 0 },
  ])("of $of.length measures reads $reads times", async ({ of, reads }) => {
    const backend = await openBackend({ prefer: "cpu" });
    const reduce = vi.spyOn(backend, "reduce");
    expect(await compare(of, p, q, { backend })).toHaveLength(of.length);
    expect(reduce).toHaveBeenCalledTimes(reads);
  });

  it("evaluates a term that measures have in common once", async () => {
    const backend = await openBackend({ prefer: "cpu" });
    const reduce = vi.spyOn(backend, "reduce");
    await compare([klDivergence, generalizedKl, klDivergence], p, q, { backend });
    expect(reduce.mock.calls.map(([{ terms }]) => terms.length)).toEqual([1]);
  });

  it("rejects as the first measure that does, once all are done", async () => {
    const zero = new Float32Array(4);
    await expect(compare([generalizedKl, jensenShannon, klDivergence], zero, zero)).rejects.toThrow(new DomainError("jensenShannon: p sums to 0 and cannot be normalised.", "p", 0, -1));
    await expect(compare([entropy, klDivergence], [1, 2], [1, -2])).rejects.toThrow("klDivergence: q has 1 entry that is negative");
  });

  it("says what is wrong with its arguments", async () => {
    await expect(compare([klDivergence, Math.log as never], p, q)).rejects.toThrow("compare: measures[1] is not a measure such as klDivergence.");
    await expect(compare(klDivergence as never, p, q)).rejects.toThrow("compare: measures must be an array such as [klDivergence, jensenShannon].");
    await expect(compare([klDivergence], p, [1, 2])).rejects.toThrow("compare: q");
    await expect(compare([klDivergence], p, q, { bases: 2 } as object)).rejects.toThrow('compare: unknown option "bases"');
  });

  it("stops at the signal", async () => {
    await expect(compare([klDivergence, jensenShannon], p, q, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });

  it("is exact where that is asked for", async () => {
    const exact = await compare([klDivergence, totalVariation], p, q, { precision: "exact" });
    expect(exact).toEqual([await klDivergence(p, q, { precision: "exact" }), await totalVariation(p, q, { precision: "exact" })]);
  });
});

// checked by tsc, which reads every test
it("compare's result type follows its measures and options", () => {
  const never = () => ({
    numbers: compare([klDivergence, entropy], p, q),
    arrays: compare([klDivergence], p, q, { axis: 0 }),
    details: compare([klDivergence, jensenShannon], p, q, { detail: true }),
    detailArrays: compare([klDivergence], p, q, { detail: true, axis: 0 }),
  });
  type Results = { [Key in keyof ReturnType<typeof never>]: Awaited<ReturnType<typeof never>[Key]> };
  expectTypeOf<Results["numbers"]>().toEqualTypeOf<[number, number]>();
  expectTypeOf<Results["arrays"]>().toEqualTypeOf<[Float64Array]>();
  expectTypeOf<Results["details"]>().toEqualTypeOf<[Detail, Detail]>();
  expectTypeOf<Results["detailArrays"]>().toEqualTypeOf<[DetailArray]>();
});
