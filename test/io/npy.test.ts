import { describe, expect, it } from "vitest";
import { FormatError } from "../../src/index";
import { encodeNpy, openGrid } from "../../src/io/index";

/** A .npy file by hand: header text and data bytes. */
function npy(descr: string, shape: string, data: ArrayBufferView | Uint8Array, { version = 1, fortran = "False" } = {}): Uint8Array {
  const dict = `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
  const start = version === 1 ? 10 : 12;
  const bytes = new Uint8Array(start + dict.length + data.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, dict.length, true);
  else view.setUint32(8, dict.length, true);
  bytes.set(new TextEncoder().encode(dict), start);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start + dict.length);
  return bytes;
}

function bigEndian(data: ArrayBufferView & { readonly BYTES_PER_ELEMENT: number }): Uint8Array {
  const bytes = new Uint8Array(data.buffer).slice();
  for (let i = 0; i < bytes.length; i += data.BYTES_PER_ELEMENT) bytes.subarray(i, i + data.BYTES_PER_ELEMENT).reverse();
  return bytes;
}

const ARRAYS = [
  ["u1", Uint8Array.of(1, 200)], ["b1", Uint8Array.of(0, 1)], ["i1", Int8Array.of(-3, 4)],
  ["u2", Uint16Array.of(1, 60000)], ["i2", Int16Array.of(-5, 300)], ["f2", Uint16Array.of(0x3c00, 0x4000)],
  ["u4", Uint32Array.of(1, 4e9)], ["i4", Int32Array.of(-1, 2e9)], ["f4", Float32Array.of(0.5, 3e-40)],
  ["u8", BigUint64Array.of(1n, 2n ** 63n)], ["i8", BigInt64Array.of(-1n, 2n ** 62n)], ["f8", Float64Array.of(0.1, 5e-324)],
] as const;

describe("openGrid(.npy)", () => {
  it.each(ARRAYS)("reads %s in both byte orders and versions 1-3", async (code, data) => {
    for (const version of [1, 2, 3]) {
      const little = await openGrid(npy(`'<${code}'`, "(2,)", data, { version }));
      expect([...little.data]).toEqual([...data]);
      expect(little.shape).toEqual([2]);
      expect([...(await openGrid(npy(`'>${code}'`, "(1, 2)", bigEndian(data), { version }))).data]).toEqual([...data]);
    }
    expect((await openGrid(npy("'<f2'", "(2,)", Uint16Array.of(1, 2)))).dtype).toBe("float16");
  });

  it("turns Fortran order into row-major order", async () => {
    // column-major of [[0, 1, 2], [3, 4, 5]]
    const grid = await openGrid(npy("'<f8'", "(2, 3)", Float64Array.of(0, 3, 1, 4, 2, 5), { fortran: "True" }));
    expect([...grid.data]).toEqual([0, 1, 2, 3, 4, 5]);
    const cube = Float64Array.from({ length: 24 }, (_, i) => (i % 2) * 12 + (Math.floor(i / 2) % 3) * 4 + Math.floor(i / 6));
    expect([...(await openGrid(npy("'<f8'", "(2, 3, 4)", cube, { fortran: "True" }))).data]).toEqual(Array.from({ length: 24 }, (_, i) => i));
  });

  it("reads a 0-d array as one cell", async () => {
    expect((await openGrid(npy("'<f4'", "()", Float32Array.of(7)))).shape).toEqual([1]);
  });

  it.each([
    ["object", npy("'|O'", "(1,)", new Uint8Array(8)), /dtype \|O/],
    ["complex", npy("'<c16'", "(1,)", new Uint8Array(16)), /dtype <c16/],
    ["structured", npy("[('a', '<f4')]", "(1,)", new Uint8Array(4)), /structured/],
    ["truncated", npy("'<f8'", "(3,)", new Uint8Array(20)), /truncated: 2 of 3 cells/],
    ["overflowing", npy("'<f8'", "(4294967296, 4294967296)", new Uint8Array(8)), /more cells than can be counted/],
    ["headless", npy("'<f8'", "(3,)", new Uint8Array(24)).subarray(0, 30), /header of \d+ bytes breaks off/],
    ["unknown version", npy("'<f8'", "(1,)", new Uint8Array(8)).map((byte, i) => (i === 6 ? 9 : byte)), /version 9/],
    ["foreign", new TextEncoder().encode("p,q\n1,2\n"), /neither .npy nor NIfTI/],
  ])("rejects a file that is %s in one line", async (_, bytes, message) => {
    const error = await openGrid(bytes).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).message).toMatch(message);
    expect((error as FormatError).message).not.toContain("\n");
  });
});

describe("encodeNpy(grid)", () => {
  it("writes what openGrid reads", async () => {
    for (const [, data] of ARRAYS) {
      const grid = await openGrid(npy("'<f8'", "(1,)", new Uint8Array(8)));
      const again = await openGrid(encodeNpy({ ...grid, data: Float32Array.from(data, Number), dtype: "float32", shape: [1, 2] }));
      expect([again.dtype, again.shape, [...again.data]]).toEqual(["float32", [1, 2], [...Float32Array.from(data, Number)]]);
    }
  });

  it("aligns the data to 64 bytes", () => {
    const bytes = encodeNpy({ data: Float64Array.of(1), dtype: "float64", shape: [1] });
    expect((bytes.length - 8) % 64).toBe(0);
  });
});
