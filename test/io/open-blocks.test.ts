import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FormatError } from "../../src/index";
import type { Grid } from "../../src/index";
import { encodeNpy, openBlocks } from "../../src/io/index";

async function all(blocks: AsyncIterable<Grid>): Promise<Grid[]> {
  const list: Grid[] = [];
  for await (const block of blocks) list.push(block);
  return list;
}

const data = Float32Array.from({ length: 7 * 2 * 3 }, (_, i) => i / 8);
const file = encodeNpy({ data, dtype: "float32", shape: [7, 2, 3] });

describe("openBlocks(file)", () => {
  it("gives rows in blocks of about so many bytes, from bytes, blobs and paths", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kullback-blocks-"));
    try {
      writeFileSync(join(folder, "a.npy"), file);
      for (const source of [file, new Blob([file]), join(folder, "a.npy")]) {
        const blocks = await all(openBlocks(source, { bytes: 2 * 24 + 5 }));
        expect(blocks.map(({ shape }) => shape)).toEqual([[2, 2, 3], [2, 2, 3], [2, 2, 3], [1, 2, 3]]);
        expect(blocks.flatMap((block) => [...(block.data as Float32Array)])).toEqual([...data]);
      }
      expect(await all(openBlocks(file, { bytes: 1 }))).toHaveLength(7);
      expect(await all(openBlocks(file))).toHaveLength(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("names what is wrong", async () => {
    await expect(all(openBlocks(file.slice(0, file.length - 20), { bytes: 24 }))).rejects.toThrow("bytes: truncated in row 6 of 7; copy the file again.");
    await expect(all(openBlocks(encodeNpy({ data, dtype: "float32", shape: [42] })))).rejects.toThrow("has no rows");
    await expect(all(openBlocks(new Uint8Array(20)))).rejects.toThrow(FormatError);
    const fortran = new Uint8Array(file);
    const at = new TextDecoder("latin1").decode(fortran).indexOf("False");
    fortran.set(new TextEncoder().encode("True "), at);
    await expect(all(openBlocks(fortran))).rejects.toThrow("in Fortran order");
  });
});
