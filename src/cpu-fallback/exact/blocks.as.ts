// AssemblyScript: a block of cells, decoded from raw bytes to m * 2^e, and sums without rounding. Twin: `decoded` and `Sum` in bigint.ts.
import { upper } from "./integers.as";

/** Cells a block holds: as in engine.ts. */
const BLOCK: i32 = 1024;
/** Bits below 1 that the sums keep. */
export const UNIT: i32 = 1216;
/** Words of 32 bits in a sum, each in a counter of 64: 2^31 additions fit. */
const WORDS: i32 = 76;

const P_RAW: usize = memory.data(8 * BLOCK, 16);
const Q_RAW: usize = memory.data(8 * BLOCK, 16);
export const WEIGHTS: usize = memory.data(4 * BLOCK, 16);
export const P: usize = memory.data(8 * BLOCK, 16);
export const Q: usize = memory.data(8 * BLOCK, 16);
export const P_EXPONENT: usize = memory.data(4 * BLOCK, 16);
export const Q_EXPONENT: usize = memory.data(4 * BLOCK, 16);
export const SUM_P: usize = memory.data(8 * WORDS, 16);
export const SUM_Q: usize = memory.data(8 * WORDS, 16);
export const SUM_TERM: usize = memory.data(8 * WORDS, 16);
export const SUM_SECOND: usize = memory.data(8 * WORDS, 16);

export const pRaw: i32 = <i32>P_RAW;
export const qRaw: i32 = <i32>Q_RAW;
export const weights: i32 = <i32>WEIGHTS;
export const sumP: i32 = <i32>SUM_P;
export const sumQ: i32 = <i32>SUM_Q;
export const sumTerm: i32 = <i32>SUM_TERM;
export const sumSecond: i32 = <i32>SUM_SECOND;
export const words: i32 = WORDS;
/** Entries of the last block that are negative, NaN or infinite, and the first of them. */
export let invalidCount: i32 = 0;
export let invalidFirst: i32 = 0;

/** How often the cells that are added count. */
let weight: u32 = 1;

/** Sets the weight of what is added next, and returns it. */
@inline
export function setWeight(cell: i32): u32 {
  weight = load<u32>(WEIGHTS + (<usize>cell << 2));
  return weight;
}

@inline
export function add(sum: usize, m: u64, e: i32): void {
  let position = e + UNIT;
  if (position < 0) {
    m = position > -64 ? m >> -position : 0;
    position = 0;
  }
  if (weight == 1) addAt(sum, m, position);
  else addWeighted(sum, m, position);
}

function addWeighted(sum: usize, m: u64, position: i32): void {
  addAt(sum, m * weight, position);
  addAt(sum, upper(weight, m), position + 64);
}

@inline
function addAt(sum: usize, m: u64, position: i32): void {
  const at = sum + (<usize>(position >> 5) << 3);
  const shift = <u64>(position & 31);
  const low = m << shift;
  store<u64>(at, load<u64>(at) + (low & 0xffffffff));
  store<u64>(at, load<u64>(at, 8) + (low >> 32), 8);
  store<u64>(at, load<u64>(at, 16) + ((m >> 32) >> (32 - shift)), 16);
}

@inline
function reject(at: i32): void {
  if (load<u32>(WEIGHTS + (<usize>at << 2)) == 0) return;
  if (invalidCount == 0) invalidFirst = at;
  invalidCount += 1;
}

/** Floats of which `fraction` bits are behind the point; `lowest` is the exponent of the last place in the lowest binade. */
@inline
function decodeFloat<T>(raw: usize, m: usize, e: usize, count: i32, fraction: i32, lowest: i32): void {
  const signBit = 8 * <i32>sizeof<T>() - 1;
  const largest = (1 << (signBit - fraction)) - 1;
  for (let i = 0; i < count; i++) {
    const bits = <u64>load<T>(raw + <usize>i * sizeof<T>());
    const field = <i32>(bits >> fraction);
    let mantissa = bits & ((<u64>1 << fraction) - 1);
    if (field != 0 && field < largest) mantissa |= <u64>1 << fraction;
    else if (field != 0) {
      // -0 is 0
      if (bits != <u64>1 << signBit) reject(i);
      mantissa = 0;
    }
    store<u64>(m + (<usize>i << 3), mantissa);
    store<i32>(e + (<usize>i << 2), max(field, 1) - 1 + lowest);
  }
}

@inline
function decodeInteger<T>(raw: usize, m: usize, e: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const value = load<T>(raw + <usize>i * sizeof<T>());
    if (isSigned<T>() && value < 0) reject(i);
    store<u64>(m + (<usize>i << 3), isSigned<T>() && value < 0 ? 0 : <u64>value);
    store<i32>(e + (<usize>i << 2), 0);
  }
}

/** Element types in the order of `KINDS` in wasm.ts. */
function decode(kind: i32, raw: usize, m: usize, e: usize, count: i32): void {
  switch (kind) {
    case 0: decodeFloat<u64>(raw, m, e, count, 52, -1074); break;
    case 1: decodeFloat<u32>(raw, m, e, count, 23, -149); break;
    case 2: decodeFloat<u16>(raw, m, e, count, 10, -24); break;
    case 3: decodeInteger<u8>(raw, m, e, count); break;
    case 4: decodeInteger<u16>(raw, m, e, count); break;
    case 5: decodeInteger<u32>(raw, m, e, count); break;
    case 6: decodeInteger<u64>(raw, m, e, count); break;
    case 7: decodeInteger<i8>(raw, m, e, count); break;
    case 8: decodeInteger<i16>(raw, m, e, count); break;
    case 9: decodeInteger<i32>(raw, m, e, count); break;
    default: decodeInteger<i64>(raw, m, e, count);
  }
}

/** Reads a block of p; `invalidCount` and `invalidFirst` tell what it holds that is negative, NaN or infinite. */
export function readP(kind: i32, count: i32): void {
  invalidCount = 0;
  decode(kind, P_RAW, P, P_EXPONENT, count);
}

export function readQ(kind: i32, count: i32): void {
  invalidCount = 0;
  decode(kind, Q_RAW, Q, Q_EXPONENT, count);
}

/** Adds the block that was read to the sums of p and of q. */
export function addTotals(count: i32): void {
  for (let i = 0; i < count; i++) {
    if (setWeight(i) == 0) continue;
    add(SUM_P, load<u64>(P + (<usize>i << 3)), load<i32>(P_EXPONENT + (<usize>i << 2)));
    add(SUM_Q, load<u64>(Q + (<usize>i << 3)), load<i32>(Q_EXPONENT + (<usize>i << 2)));
  }
}

export function clearSums(): void {
  memory.fill(SUM_P, 0, 8 * WORDS);
  memory.fill(SUM_Q, 0, 8 * WORDS);
  memory.fill(SUM_TERM, 0, 8 * WORDS);
  memory.fill(SUM_SECOND, 0, 8 * WORDS);
}
