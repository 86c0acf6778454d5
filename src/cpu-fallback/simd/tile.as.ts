// AssemblyScript: the memory of a tile of cells and of its sums.

/** Most bytes a side and most rows of a tile: as in engine.ts. */
const BYTES: i32 = 32768;
const ROWS: i32 = 1024;

/** Cells of p, of q and, where it is no plain difference, of p − q: singles or doubles, as the function that reads them says. */
export const p: usize = memory.data(BYTES, 16);
export const q: usize = memory.data(BYTES, 16);
export const d: usize = memory.data(BYTES, 16);
/** Cells as they came, that are to be decoded. */
export const raw: usize = memory.data(BYTES, 16);
/** Sums by row, each an array of `ROWS` doubles, in the order of `SUMS` in engine.ts. */
export const sums: usize = memory.data(160 * ROWS, 16);

const SUM: usize = 8 * ROWS;

/** Where the sums of terms begin, one column each. */
const TERMS_AT: usize = 9 * SUM;

/** Sets what a row has without its terms. */
export function setTotals(
  row: i32, p: f64, q: f64, d: f64, largestP: f64, largestQ: f64, smallestQ: f64, infiniteCells: f64, differs: bool, done: bool,
): void {
  const at = sums + (<usize>row << 3);
  store<f64>(at, p);
  store<f64>(at + SUM, q);
  store<f64>(at + 2 * SUM, d);
  store<f64>(at + 3 * SUM, largestP);
  store<f64>(at + 4 * SUM, largestQ);
  store<f64>(at + 5 * SUM, smallestQ);
  store<f64>(at + 6 * SUM, infiniteCells);
  store<f64>(at + 7 * SUM, <f64>differs);
  store<f64>(at + 8 * SUM, <f64>done);
}

/** Has a row its sums? */
export function done(row: i32): bool {
  return load<f64>(sums + 8 * SUM + (<usize>row << 3)) != 0;
}

/** Leaves a row over. */
export function leave(row: i32): void {
  store<f64>(sums + 8 * SUM + (<usize>row << 3), 0);
}

export function setTerm(term: i32, row: i32, sum: f64): void {
  store<f64>(sums + TERMS_AT + term * SUM + (<usize>row << 3), sum);
}

@inline
export function has(terms: i32, term: i32): bool {
  return ((terms >> term) & 1) != 0;
}

/** Brings a row's sums back from cells that were multiplied by 2^shift. */
export function shiftBack(row: i32, shift: i32): void {
  for (let i = 0; i < 18; i++) {
    if (i > 5 && i < 9) continue;
    const at = sums + (<usize>row << 3) + i * SUM;
    store<f64>(at, load<f64>(at) * powerOfTwo(-shift / 2) * powerOfTwo(-shift - -shift / 2));
  }
}

/** 2^k, a normal number. */
export function powerOfTwo(k: i32): f64 {
  return reinterpret<f64>(<u64>(k + 1023) << 52);
}

/** log2 of a positive number, towards less; of subnormals at least that. */
export function exponentOf(x: f64): i32 {
  const field = <i32>(reinterpret<u64>(x) >> 52);
  return field > 0 ? field - 1023 : exponentOf(x * powerOfTwo(100)) - 100;
}

