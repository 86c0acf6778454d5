import { histogram, jointHistogram } from "../index.js";
import type { BinRule, Histogram, JointHistogram } from "../index.js";
import { encodeNpy } from "../io/index.js";
import { numbersIn, onBackend, open, writeWhole } from "./run.js";
import type { Flags } from "./run.js";

interface HistogramFlags extends Pick<Flags, "backend" | "json"> {
  readonly bins?: string;
  readonly range?: string;
  readonly edges?: string;
  readonly csv?: boolean;
  readonly output?: string;
}

/** `kullback histogram SAMPLES`, or two or three files of coordinates. */
export async function histogramOf(files: readonly string[], flags: HistogramFlags): Promise<void> {
  if (files.length > 3) throw new RangeError(`histogram takes one file of samples, or one for each of two or three coordinates, not ${files.length}.`);
  const samples = await Promise.all(files.map(open));
  const lists = { bins: flags.bins?.split(",").map(binsOf), range: flags.range?.split(",").map(rangeOf), edges: flags.edges && (await Promise.all(flags.edges.split(",").map(numbersIn))) };
  await onBackend(flags.backend, async (backend) => {
    const [x, y, z] = samples;
    const given = (axes: number) => ({
      backend, ...(lists.bins && { bins: axes === 1 || lists.bins.length === 1 ? lists.bins[0] : lists.bins }),
      ...(lists.range && { range: axes === 1 || lists.range.length > 1 ? lists.range : samples.map(() => lists.range![0]) }), ...(lists.edges && { edges: lists.edges }),
    });
    if (samples.length === 1) {
      const { range, edges, ...rest } = given(1);
      await printOne(await histogram(x, { ...rest, ...(range && { range: range[0] }), ...(edges && { edges: edges[0] }) } as Parameters<typeof histogram>[1]) as Histogram, flags);
    } else await printJoint(await (z ? jointHistogram(x, y, z, given(3)) : jointHistogram(x, y, given(2))), flags);
  });
}

const binsOf = (text: string): number | BinRule => (/^\d+$/.test(text) ? Number(text) : (text as BinRule));

/** FIRST:LAST. */
export function rangeOf(text: string): readonly [number, number] {
  const ends = text.split(":").map((end) => (end.trim() === "" ? NaN : Number(end)));
  if (ends.length !== 2 || ends.some(Number.isNaN)) throw new RangeError(`--range ${text}: give FIRST:LAST, such as 0:1.`);
  return ends as [number, number];
}

async function printOne(counts: Histogram, { json, csv, output }: HistogramFlags): Promise<void> {
  const { data, edges, nan, below, above } = counts;
  if (output !== undefined) await writeWhole(output, encodeNpy(counts));
  if (json) console.log(JSON.stringify({ edges: Array.from(edges), counts: Array.from(data), nan, below, above }));
  else if (csv) console.log(["from,to,count", ...Array.from(data, (count, i) => `${edges[i]},${edges[i + 1]},${count}`)].join("\n"));
  else {
    data.forEach((count, i) => console.log(`${`${edges[i]} to ${edges[i + 1]}`.padEnd(44)} ${String(count).padStart(12)}`));
    console.log(`outside: ${below} below, ${above} above, ${nan} NaN`);
  }
}

async function printJoint(counts: JointHistogram, { json, csv, output }: HistogramFlags): Promise<void> {
  const { data, shape, edges, nan, outside } = counts;
  if (csv) throw new RangeError("--csv is for one coordinate: take --json or -o.");
  if (output !== undefined) await writeWhole(output, encodeNpy(counts));
  if (json) console.log(JSON.stringify({ shape, edges: edges.map((axis) => Array.from(axis)), counts: Array.from(data), nan, outside }));
  else {
    const width = shape[shape.length - 1];
    for (let at = 0; at < data.length; at += width) console.log(Array.from(data.subarray(at, at + width), String).join("\t"));
    console.log(`outside: ${outside}, ${nan} NaN`);
  }
}
