import { FormatError } from "../errors.js";
import { BYTES_PER_CELL, cellsOf } from "../grid.js";
import type { Grid } from "../grid.js";
import { cellsOfBytes } from "./bytes.js";
import type { GridFile } from "./bytes.js";
import { parseNpyHeader } from "./npy.js";

/** Bytes of a header at most: longer ones are of structured types. */
const HEADER = 2 ** 17;

/** Options of `openBlocks`. */
export interface BlockReading {
  /** About how many bytes a block has; default 16 MiB, and never less than one row. */
  readonly bytes?: number;
}

/**
 * Reads a `.npy` file block by block along its first axis, for data larger than memory.
 *
 * ```ts
 * await klFromLogits(openBlocks("p.npy"), openBlocks("q.npy"));
 * ```
 *
 * @param file - As for {@link openGrid}; in C order.
 * @param options - `bytes`.
 * @returns Grids of the file's shape but for the first axis, one after the other; what they hold together is the file.
 * @throws As {@link openGrid}; FormatError for a file in Fortran order, and of one axis or none.
 */
export async function* openBlocks(file: GridFile, { bytes = 2 ** 24 }: BlockReading = {}): AsyncGenerator<Grid> {
  const { name, read, close } = await openRanges(file);
  try {
    const { dtype, littleEndian, fortranOrder, shape, dataOffset } = parseNpyHeader({ name, bytes: await read(0, HEADER) });
    if (fortranOrder) throw new FormatError(`${name}: in Fortran order rows do not lie together; save it again with numpy.ascontiguousarray.`, name, 0);
    if (shape.length < 2) throw new FormatError(`${name}: shape [${shape}] has no rows; save it with two axes or more.`, name, 0);
    const [rows, ...rest] = shape;
    const rowBytes = cellsOf(rest) * BYTES_PER_CELL[dtype];
    const step = Math.max(Math.floor(bytes / rowBytes), 1);
    for (let row = 0; row < rows; row += step) {
      const count = Math.min(step, rows - row);
      const block = await read(dataOffset + row * rowBytes, count * rowBytes);
      if (block.length < count * rowBytes) throw new FormatError(`${name}: truncated in row ${row + Math.floor(block.length / rowBytes)} of ${rows}; copy the file again.`, name, dataOffset + row * rowBytes + block.length);
      yield { data: cellsOfBytes(block, 0, count * cellsOf(rest), dtype, littleEndian), dtype, shape: [count, ...rest] };
    }
  } finally {
    await close();
  }
}

/** A file by ranges of its bytes, fewer at its end. */
async function openRanges(file: GridFile): Promise<{ readonly name: string; readonly read: (start: number, bytes: number) => Promise<Uint8Array<ArrayBuffer>>; readonly close: () => Promise<void> }> {
  const nothing = async () => {};
  if (file instanceof Uint8Array) return { name: "bytes", read: async (start, bytes) => new Uint8Array(file.slice(start, start + bytes)), close: nothing };
  if (file instanceof Blob) {
    return { name: "name" in file ? String(file.name) : "blob", read: async (start, bytes) => new Uint8Array(await file.slice(start, start + bytes).arrayBuffer()), close: nothing };
  }
  const { open } = await import("node:fs/promises");
  const handle = await open(file instanceof URL && file.protocol !== "file:" ? file.href : file);
  const read = async (start: number, bytes: number) => {
    const into = new Uint8Array(bytes);
    let done = 0;
    for (let bytesRead = 1; done < bytes && bytesRead > 0; done += bytesRead) ({ bytesRead } = await handle.read(into, done, bytes - done, start + done));
    return into.subarray(0, done);
  };
  return { name: String(file), read, close: () => handle.close() };
}
