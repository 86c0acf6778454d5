import { expect, it } from "vitest";
import { Pace } from "../../src/gpu/pace";

it("Pace finds how many cells take 40 ms, from either side, and stays near it", () => {
  for (const nsPerCell of [0.002, 1, 20, 60, 300]) {
    const pace = new Pace(2 ** 20);
    for (let i = 0; i < 20; i++) pace.note(pace.cells, (pace.cells * nsPerCell) / 1e6);
    const ms = (pace.cells * nsPerCell) / 1e6;
    expect(ms).toBeGreaterThan(35);
    expect(ms).toBeLessThan(45);
  }
});

it("Pace learns nothing from what is too short to be told from a round trip", () => {
  const pace = new Pace(2 ** 20);
  pace.note(4096, 0.3);
  pace.note(4096, 500);
  expect(pace.cells).toBe(2 ** 20);
});

it("Pace takes a sixteenth of the first cells however long they take", () => {
  const pace = new Pace(2 ** 20);
  for (let i = 0; i < 20; i++) pace.note(pace.cells, 10_000);
  expect(pace.cells).toBe(2 ** 16);
});
