import { afterEach, describe, expect, it, vi } from "vitest";
import { fromGPUBuffer, grid, linspace, klDivergence, openBackend, ShapeError, upload } from "../src/index";
import type { DeviceBuffer, Dtype, UploadOptions } from "../src/index";

const TYPES: readonly Dtype[] = ["float64", "float32", "float16", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"];

describe("grid.allocate", () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each(TYPES)("gives zeros of %s that threads share", (dtype) => {
    const { data, shape, dtype: own } = grid.allocate([3, 4], { dtype });
    expect([data.length, own, shape, data.buffer instanceof SharedArrayBuffer]).toEqual([12, dtype, [3, 4], true]);
    expect([...data].every((x) => Number(x) === 0)).toBe(true);
  });

  it("gives ordinary memory where none can be shared", () => {
    vi.stubGlobal("SharedArrayBuffer", undefined);
    expect(grid.allocate([5]).data.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it("refuses shapes, types and spacings that are none", () => {
    expect(() => grid.allocate([2.5])).toThrow(ShapeError);
    expect(() => grid.allocate([-1])).toThrow(ShapeError);
    expect(() => grid.allocate([2], { dtype: "float8" as Dtype })).toThrow(RangeError);
    expect(() => grid.allocate([2], { spacing: 0 })).toThrow(RangeError);
  });

  it("has grids that measures take like any other", async () => {
    const backend = await openBackend({ prefer: "cpu" });
    const [p, q] = [grid.allocate([2], { dtype: "float64", spacing: 2 }), grid.allocate([2], { dtype: "float64" })];
    p.data.set([0.5, 0.5]);
    q.data.set([0.25, 0.75]);
    expect(await klDivergence(p, q, { backend })).toBeCloseTo(0.14384103622589045, 15);
    expect(p.spacing).toEqual([2]);
  });
});

describe("linspace", () => {
  it("has both ends, or leaves the last out", () => {
    expect([...linspace(-3, 3, 4)]).toEqual([-3, -1, 1, 3]);
    expect([...linspace(-3, 3, 12, { endpoint: false })]).toEqual(Array.from({ length: 12 }, (_, i) => -3 + i / 2));
    expect(linspace(0, 0.3, 7).at(-1)).toBe(0.3);
  });
  it("refuses counts that make no steps", () => expect(() => linspace(0, 1, 1)).toThrow("count 1 must be an integer of at least 2"));
});

describe("options of what is no measure", () => {
  const shape = [2, 2] as object;
  const misspelt = { shap: [2, 2] } as object;

  it("are refused where they are misspelt, or no options", async () => {
    expect(() => grid([1, 2, 3, 4], shape)).toThrow("grid: options must be an object, with any of shape, spacing, dtype.");
    expect(() => grid([1, 2, 3, 4], misspelt)).toThrow('grid: unknown option "shap"; known are shape, spacing, dtype.');
    expect(() => grid.allocate([4], misspelt)).toThrow('grid.allocate: unknown option "shap"');
    expect(() => linspace(0, 1, 5, { endPoint: false } as object)).toThrow('linspace: unknown option "endPoint"');
    expect(() => fromGPUBuffer({} as DeviceBuffer, misspelt)).toThrow('fromGPUBuffer: unknown option "shap"');
    await expect(openBackend({ prefers: "cpu" } as object)).rejects.toThrow('openBackend: unknown option "prefers"');
    await expect(upload([1, 2], misspelt as UploadOptions)).rejects.toThrow('upload: unknown option "shap"');
  });
});
