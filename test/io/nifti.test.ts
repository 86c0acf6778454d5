import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { FormatError } from "../../src/index";
import { openGrid } from "../../src/io/index";

interface Fields {
  readonly dims?: readonly number[];
  readonly datatype?: number;
  readonly slope?: number;
  readonly intercept?: number;
  readonly offset?: number;
  readonly little?: boolean;
}

/** A NIfTI-1 file by hand. */
function nifti(data: ArrayBufferView, { dims = [3, 2, 3, 1], datatype = 2, slope = 0, intercept = 0, offset = 352, little = true }: Fields = {}): Uint8Array {
  const bytes = new Uint8Array(352 + data.byteLength);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 348, little);
  for (const [i, size] of dims.entries()) view.setInt16(40 + 2 * i, size, little);
  view.setInt16(70, datatype, little);
  view.setFloat32(108, offset, little);
  view.setFloat32(112, slope, little);
  view.setFloat32(116, intercept, little);
  bytes.set(new TextEncoder().encode("n+1\0"), 344);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 352);
  return bytes;
}

const cells = Uint8Array.of(1, 2, 3, 4, 5, 6);
const colin = (name: string) => openGrid(join(import.meta.dirname, "../../examples/data/colin27", name));

describe("openGrid(.nii, .nii.gz)", () => {
  it("reverses the axes, which come fastest first, and drops trailing ones of size 1", async () => {
    const grid = await openGrid(nifti(cells));
    expect([grid.shape, grid.dtype, [...grid.data]]).toEqual([[3, 2], "uint8", [...cells]]);
    expect([...(await openGrid(gzipSync(nifti(cells)))).data]).toEqual([...cells]);
  });

  it("applies slope and intercept, and leaves the integers alone where there are none", async () => {
    const grid = await openGrid(nifti(cells, { slope: 0.5, intercept: 10 }));
    expect([grid.dtype, [...grid.data]]).toEqual(["float64", [10.5, 11, 11.5, 12, 12.5, 13]]);
    expect((await openGrid(nifti(cells, { slope: 1 }))).dtype).toBe("uint8");
  });

  it("reads big-endian files", async () => {
    const swapped = Uint8Array.of(0, 1, 1, 0);
    const grid = await openGrid(nifti(swapped, { dims: [1, 2], datatype: 512, little: false }));
    expect([...grid.data]).toEqual([1, 256]);
  });

  it.each([
    ["truncated", nifti(cells.subarray(0, 4)), /truncated: 356 of 358 bytes/],
    ["truncated inside gzip", gzipSync(nifti(cells)).subarray(0, 40), /gzip stream breaks off|truncated|not a single-file/],
    ["larger than it can be", gzipSync(nifti(new Uint8Array(400), { dims: [3, 30000, 30000, 100] })), /cannot hold/],
    ["coloured", nifti(cells, { datatype: 128 }), /datatype 128/],
    ["negative in size", nifti(cells, { dims: [3, 2, -3, 1] }), /dimensions/],
    ["pointing into its header", nifti(cells, { offset: 100 }), /inside itself/],
    ["gzip of something else", gzipSync("hello ".repeat(200)), /not a single-file NIfTI/],
  ])("rejects a file that is %s", async (_, bytes, message) => {
    const error = await openGrid(bytes).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).message).toMatch(message);
  });

  it("reads Colin27", async () => {
    for (const [name, sum] of [["ch2bet.nii.gz", 158526435], ["ch2.nii.gz", 317151210]] as const) {
      const { data, dtype, shape } = await colin(name);
      expect([dtype, shape]).toEqual(["uint8", [181, 217, 181]]);
      expect((data as Uint8Array).reduce((total, value) => total + value, 0)).toBe(sum);
    }
  });
});
