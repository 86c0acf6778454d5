const eight = new Float64Array(8);

/** Sums in NumPy's order, which vendors' divergences come from: eight at a time up to 128 of them, else by halves; each rounded by `round`. */
export function sumInPairs(values: Float64Array, round: (x: number) => number, from = 0, count = values.length): number {
  if (count > 128) {
    const half = Math.floor(count / 16) * 8;
    return round(sumInPairs(values, round, from, half) + sumInPairs(values, round, from + half, count - half));
  }
  let sum = 0;
  let next = 0;
  if (count >= 8) {
    for (let k = 0; k < 8; k++) eight[k] = values[from + k];
    for (next = 8; next + 8 <= count; next += 8) for (let k = 0; k < 8; k++) eight[k] = round(eight[k] + values[from + next + k]);
    const [left, right] = [round(round(eight[0] + eight[1]) + round(eight[2] + eight[3])), round(round(eight[4] + eight[5]) + round(eight[6] + eight[7]))];
    sum = round(left + right);
  }
  for (; next < count; next++) sum = round(sum + values[from + next]);
  return sum;
}
