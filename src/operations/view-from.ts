import type { Operand } from "../backend.js";
import { BYTES_PER_CELL } from "../grid.js";
import type { CellArray } from "../grid.js";

/** A grid from one of its cells on. */
export function viewFrom(operand: Operand, start: number): Operand {
  if (start === 0) return operand;
  const after = (data: CellArray) => data.subarray(start) as CellArray;
  if ("data" in operand) return { ...operand, data: after(operand.data) };
  return { ...operand, byteOffset: operand.byteOffset + start * BYTES_PER_CELL[operand.dtype], host: operand.host && after(operand.host) };
}
