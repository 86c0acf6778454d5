import { expect, it } from "vitest";
import { BigIntEngine } from "../../src/cpu-fallback/exact/bigint";
import { sumRows } from "../../src/cpu-fallback/exact/reduce";
import { digestOf, DIGESTS, exactJob } from "../../src/operations/self-test";
import { TERMS } from "../support/exact-job";

it.each(TERMS)("the self-test expects the digits that BigInt makes of the terms %s", async (term) => {
  const [row] = (await sumRows(exactJob(term), new BigIntEngine())).rows;
  expect(digestOf([row.p, row.q, ...row.terms, BigInt(row.infiniteCells)])).toBe(DIGESTS[term]);
});
