import { describe, expect, it } from "vitest";
import { casesOf, judge, pairOf, truthsOf } from "../../bench/peers/cases.js";
import { klDivergence, sumOf, toNumber } from "../support/oracle";

describe("data of bench:peers", () => {
  const rows = { name: "rows", data: "random", dtype: "float64", shape: [4, 256], cells: 1024 } as const;

  it.each([...casesOf([10]), rows].map((item) => [item.name, item] as const))("%s add up to 1 and have the truth of exact arithmetic", (_, item) => {
    const { p, q } = pairOf(item);
    const width = item.shape.at(-1) ?? 0;
    truthsOf(item, { p, q }).forEach((truth, row) => {
      const [a, b] = [p, q].map((cells) => cells.slice(row * width, (row + 1) * width));
      expect([toNumber(sumOf(a)), toNumber(sumOf(b))]).toEqual([1, 1]);
      expect(Math.abs(truth / toNumber(klDivergence(a, b)) - 1)).toBeLessThan(1e-14);
    });
  });

  it("have zeros in p, and some of them in q, only where their name says so", () => {
    for (const item of casesOf([10])) {
      const { p, q } = pairOf(item);
      const zeros = Array.from(p).filter((x) => x === 0).length;
      const inBoth = Array.from(p).filter((x, i) => x === 0 && q[i] === 0).length;
      expect([item.data, zeros, inBoth]).toEqual([item.data, ...(item.data === "zeros" ? [192, 64] : [0, 0])]);
    }
  });
});

describe("judge", () => {
  it("gives the largest relative error", () => expect(judge([1, 2.5], [1, 2])).toEqual({ error: 0.25 }));
  it("names what no divergence is", () => {
    expect(judge([-1], [1])).toEqual({ error: 2, answer: "negative" });
    expect(judge([1, NaN], [1, 1])).toEqual({ error: null, answer: "NaN" });
    expect(judge([Infinity], [1])).toEqual({ error: null, answer: "Infinity" });
    expect(judge([1], [1, 1])).toMatchObject({ answer: "wrong shape" });
  });
});
