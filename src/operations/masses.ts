import type { Grid } from "../grid.js";
import { numbersOf } from "../grid.js";
import { badEntries } from "./check.js";
import { CompensatedSum } from "./compensated-sum.js";

/** Rows of cells, each divided by its sum. */
export interface Masses {
  readonly values: Float64Array;
  readonly rows: number;
  readonly cells: number;
  /** Of each row before it was divided, and its largest cell. */
  readonly totals: Float64Array;
  readonly largest: Float64Array;
  /** The smallest cell that was not 0, of all rows: `Infinity` where there is none, 0 where a row's sum is beyond the largest double. */
  readonly smallest: number;
  /** Cells of each row that are not 0, a bit each, in `words` of 32. */
  readonly bits: Uint32Array;
  readonly words: number;
  /** Rows that have a 0. */
  readonly haveZeros: Uint8Array;
}

/** Reads rows; DomainError for entries that no distribution has. */
export function massesOf(name: string, argument: string, grid: Grid, rows: number, cells: number, normalize: boolean): Masses {
  const numbers = numbersOf(grid);
  const words = Math.ceil(cells / 32);
  const masses = {
    values: new Float64Array(numbers), rows, cells, totals: new Float64Array(rows), largest: new Float64Array(rows), bits: new Uint32Array(rows * words), words, haveZeros: new Uint8Array(rows),
  };
  const { values, totals, largest, bits, haveZeros } = masses;
  const invalid = { count: 0, first: -1 };
  for (let row = 0; row < rows; row++) {
    const sum = new CompensatedSum();
    for (let k = 0, at = row * cells; k < cells; k++, at++) {
      const value = values[at];
      if (!(value >= 0 && value < Infinity)) {
        if (invalid.count === 0) invalid.first = at;
        invalid.count += 1;
      }
      sum.add(value);
      if (value > largest[row]) largest[row] = value;
      if (value > 0) bits[row * words + (k >> 5)] |= 1 << (k & 31);
      else haveZeros[row] = 1;
    }
    totals[row] = sum.value;
  }
  if (invalid.count > 0) throw badEntries(name, argument, invalid, "negative, NaN or infinite");
  let smallest = Infinity;
  for (let row = 0; row < rows; row++) {
    const total = normalize && totals[row] > 0 ? totals[row] : 1;
    for (let at = row * cells; at < (row + 1) * cells; at++) {
      const wasZero = values[at] === 0;
      values[at] /= total;
      if (!wasZero && values[at] < smallest) smallest = values[at];
    }
  }
  return { ...masses, smallest };
}

/** Is some cell that is not 0 in a row of `a` 0 in one of `b`? */
export function exceeds(a: Masses, row: number, b: Masses, other: number): boolean {
  if (b.haveZeros[other] === 0) return false;
  const { words } = a;
  for (let i = 0; i < words; i++) if ((a.bits[row * words + i] & ~b.bits[other * words + i]) !== 0) return true;
  return false;
}
