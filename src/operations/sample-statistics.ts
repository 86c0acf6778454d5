import { CompensatedSum } from "./compensated-sum.js";
import type { SampleStatistics } from "./bin-edges.js";
import type { BinRule } from "./histogram.js";

/** Reads all samples once, a few at a time, in binary64. */
export type ReadAll = (visit: (block: Float64Array) => void) => Promise<void>;

/** Of samples within a range what a rule goes by. */
export async function statisticsFor(rule: BinRule, readAll: ReadAll, [start, stop]: readonly [number, number]): Promise<SampleStatistics> {
  let [count, least, greatest] = [0, Infinity, -Infinity];
  const sum = new CompensatedSum();
  const within = (visit: (x: number) => void) => readAll((block) => {
    for (let i = 0; i < block.length; i++) if (block[i] >= start && block[i] <= stop) visit(block[i]);
  });
  await within((x) => {
    count += 1;
    least = Math.min(least, x);
    greatest = Math.max(greatest, x);
    sum.add(x);
  });
  const simple = { count, least, greatest };
  if (count === 0) return simple;
  if (rule === "scott" || rule === "doane") {
    const mean = sum.value / count;
    const [second, third] = [new CompensatedSum(), new CompensatedSum()];
    await within((x) => {
      second.add((x - mean) ** 2);
      third.add((x - mean) ** 3);
    });
    const deviation = Math.sqrt(second.value / count);
    return { ...simple, deviation, skewness: third.value / count / deviation ** 3 };
  }
  if (rule === "fd" || rule === "auto") return { ...simple, interquartile: (await percentile(0.75, simple, within)) - (await percentile(0.25, simple, within)) };
  return simple;
}

/** Parts of a range that ranks are looked for in, and samples that are put in order at once. */
const PARTS = 2 ** 16;
const FEW = 2 ** 16;

type Within = (visit: (x: number) => void) => Promise<void>;

/** Between the two samples next to that share of them, as NumPy's "linear" has it. */
async function percentile(share: number, { count, least, greatest }: SampleStatistics, within: Within): Promise<number> {
  const at = (count - 1) * share;
  const rank = Math.floor(at);
  const [low, high] = await neighbours(rank, { least, greatest, count }, within);
  const t = at - rank;
  return t < 0.5 ? low + (high - low) * t : high - (high - low) * (1 - t);
}

/** The sample of a rank from 0 on and the next one, without more memory however many there are. */
async function neighbours(rank: number, { least, greatest, count }: SampleStatistics, within: Within): Promise<readonly [number, number]> {
  let [low, high, before] = [least, greatest, 0];
  let inside = count;
  while (inside > FEW && low < high) {
    const counts = new Float64Array(PARTS);
    const [lowest, highest] = [new Float64Array(PARTS).fill(Infinity), new Float64Array(PARTS).fill(-Infinity)];
    const [bottom, top] = [low, high];
    await within((x) => {
      if (x < bottom || x > top) return;
      const part = Math.min(Math.floor(((x - bottom) / (top - bottom)) * PARTS), PARTS - 1);
      counts[part] += 1;
      if (x < lowest[part]) lowest[part] = x;
      if (x > highest[part]) highest[part] = x;
    });
    let part = 0;
    while (before + counts[part] <= rank) before += counts[part++];
    [low, high, inside] = [lowest[part], highest[part], counts[part]];
  }
  let above = Infinity;
  const list: number[] = [];
  await within((x) => {
    if (x > high) above = Math.min(above, x);
    else if (x >= low && low < high) list.push(x);
  });
  const sorted = Float64Array.from(list).sort();
  const of = (i: number) => (i >= inside ? above : low < high ? sorted[i] : low);
  const found = of(rank - before);
  return [found, rank + 1 < count ? of(rank - before + 1) : found];
}
