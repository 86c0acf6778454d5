const doubles = new Float64Array(8);
const singles = new Float32Array(8);

/** Sums in NumPy's order, which vendors' divergences come from: eight at a time up to 128 of them, else by halves; each rounded to the type of the values. */
export function sumInPairs(values: Float64Array | Float32Array, from = 0, count = values.length): number {
  // what is stored is rounded
  const eight = values instanceof Float32Array ? singles : doubles;
  if (count > 128) {
    const half = Math.floor(count / 16) * 8;
    const left = sumInPairs(values, from, half);
    eight[0] = left + sumInPairs(values, from + half, count - half);
    return eight[0];
  }
  let next = 0;
  if (count >= 8) {
    for (let k = 0; k < 8; k++) eight[k] = values[from + k];
    for (next = 8; next + 8 <= count; next += 8) for (let k = 0; k < 8; k++) eight[k] += values[from + next + k];
    for (let k = 0; k < 8; k += 2) eight[k] += eight[k + 1];
    eight[0] += eight[2];
    eight[4] += eight[6];
    eight[0] += eight[4];
  } else eight[0] = 0;
  for (; next < count; next++) eight[0] += values[from + next];
  return eight[0];
}
