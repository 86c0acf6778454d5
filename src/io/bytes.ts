import { FormatError } from "../errors.js";
import { ARRAYS, BYTES_PER_CELL } from "../grid.js";
import type { CellArray, Dtype } from "../grid.js";

/** What `openGrid` takes: a path or `file:` URL in Node, a `Blob` or `File` in a browser, bytes anywhere. */
export type GridFile = string | URL | Blob | Uint8Array;

/** A file's bytes and the name that messages call it by. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Reads the whole file. */
export async function readBytes(file: GridFile): Promise<NamedBytes> {
  if (file instanceof Uint8Array) return { name: "bytes", bytes: owned(file) };
  if (file instanceof Blob) {
    return { name: "name" in file ? String(file.name) : "blob", bytes: new Uint8Array(await file.arrayBuffer()) };
  }
  const path = file instanceof URL && file.protocol !== "file:" ? file.href : file;
  const { readFile } = await import("node:fs/promises");
  return { name: String(file), bytes: owned(await readFile(path)) };
}

/** A plain view: the `slice` of Node's `Buffer` would share its pool. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(bytes);
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Inflates until `needed` says how many bytes there are in all, and not one more: a small file cannot fill the memory.
 * `needed` is asked once `headerBytes` are there.
 */
export async function inflate({ name, bytes }: NamedBytes, headerBytes: number, needed: (header: Uint8Array<ArrayBuffer>) => number): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const reader = stream.getReader();
  let result = new Uint8Array(headerBytes);
  let length = 0;
  let sized = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      for (let taken = 0; taken < value.length && length < result.length;) {
        const part = value.subarray(taken, taken + result.length - length);
        result.set(part, length);
        length += part.length;
        taken += part.length;
        if (length < result.length || sized) continue;
        const whole = new Uint8Array(allocatable(name, needed(result), bytes.length));
        whole.set(result.subarray(0, whole.length));
        result = whole;
        sized = true;
      }
      if (sized && length === result.length) break;
    }
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(`${name}: the gzip stream breaks off after ${length} bytes of content; copy or save the file again.`, name, length, { cause });
  } finally {
    void reader.cancel().catch(() => {});
  }
  return result.subarray(0, length);
}

/** Deflate's largest ratio is 1032: https://zlib.net/zlib_tech.html */
const LARGEST_RATIO = 1040;

function allocatable(name: string, stated: number, compressed: number): number {
  if (stated <= compressed * LARGEST_RATIO) return stated;
  throw new FormatError(`${name}: truncated: the header states ${stated} bytes, which ${compressed} compressed ones cannot hold; copy the file again.`, name, compressed);
}

/** `count` cells from byte `offset` on, in this machine's byte order. */
export function cellsOfBytes(bytes: Uint8Array<ArrayBuffer>, offset: number, count: number, dtype: Dtype, littleEndian: boolean): CellArray {
  const size = BYTES_PER_CELL[dtype];
  const copy = bytes.slice(offset, offset + count * size);
  if (!littleEndian && size > 1) reverseEach(copy, size);
  return new ARRAYS[dtype](copy.buffer);
}

function reverseEach(bytes: Uint8Array, size: number): void {
  for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse();
}
