import { expect, it } from "vitest";
// @ts-expect-error an example without types
import { compareConventions } from "../examples/digits/calibrate.js";

it("the digits' networks are right of at least 97 in 100", async () => {
  const { value: { activations, known } } = await compareConventions().next();
  expect(activations).toBe("float32");
  expect(known).toHaveLength(5);
  for (const accuracy of known) expect(accuracy).toBeGreaterThan(0.97);
});
