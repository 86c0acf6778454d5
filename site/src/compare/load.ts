import { histogram } from "kullback";
import { readNumbers } from "../read-numbers";
import type { Column } from "../read-numbers";
import type { Tools } from "../jobs";
import { areWeights } from "./sides";
import type { Side } from "./sides";

/** What the numbers of a file are. */
export type Meaning = "samples" | "counts";

export interface Chosen {
  readonly file: File;
  /** Which column; default the first. */
  readonly column?: number;
  /** Default: what they look like. */
  readonly meaning?: Meaning;
}

/** What a file came to. */
export interface Loaded {
  readonly name: string;
  readonly columns: readonly string[];
  readonly column: number;
  readonly meaning: Meaning;
  /** Values that are no finite numbers and were left out. */
  readonly leftOut: number;
}

export interface Question {
  readonly p?: Chosen;
  readonly q?: Chosen;
}

export interface Answer {
  readonly p?: Loaded & { readonly side: Side };
  readonly q?: Loaded & { readonly side: Side };
}

/** Most numbers that are taken for counts unless they are said to be. */
const MOST_COUNTS = 4096;
const MOST_BINS = 256;
/** Most outcomes: they stand in the address. */
const MOST_OUTCOMES = 100_000;

const looksLike = (values: Float64Array): Meaning => {
  if (values.length > MOST_COUNTS || !areWeights(Array.from(values))) return "samples";
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.every(Number.isInteger) || Math.abs(total - 1) < 1e-6 ? "counts" : "samples";
};

interface Held {
  readonly loaded: Loaded;
  readonly values: Float64Array;
  readonly counted?: Column["counted"];
}

async function open({ file, column = 0, meaning }: Chosen): Promise<Held> {
  const { columns } = await readNumbers(file);
  const at = Math.min(column, columns.length - 1);
  const { values, counted } = columns[at];
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0 && !counted) throw new RangeError(`${file.name}: no finite numbers are in it.`);
  const chosen = counted ? "samples" : (meaning ?? looksLike(values));
  if (chosen === "counts" && !areWeights(Array.from(values))) throw new RangeError(`${file.name}: counts are at least two finite numbers, none below 0 and not all of them 0.`);
  if (chosen === "counts" && values.length > MOST_OUTCOMES) throw new RangeError(`${file.name} has ${values.length} counts; this page takes ${MOST_OUTCOMES}. The library takes any number.`);
  return { loaded: { name: file.name, columns: columns.map(({ name }) => name), column: at, meaning: chosen, leftOut: values.length - finite.length }, values: chosen === "samples" ? finite : values, counted };
}

/** The least and the largest of all samples; of equal ones a range of 1 around them. */
function rangeOf(samples: readonly Float64Array[]): readonly [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (const values of samples) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] < least) least = values[i];
      if (values[i] > most) most = values[i];
    }
  }
  return least < most ? [least, most] : [least - 0.5, most + 0.5];
}

/** Reads the files of the sides; samples of both are counted in the same bins. */
export async function load({ p, q }: Question, { backend, signal }: Tools): Promise<Answer> {
  const held = { p: p && (await open(p)), q: q && (await open(q)) };
  signal.throwIfAborted();
  const samples = [held.p, held.q].flatMap((one) => (one && one.loaded.meaning === "samples" && !one.counted ? [one.values] : []));
  const range = rangeOf(samples);
  // Rice's rule
  const bins = Math.min(Math.ceil(2 * Math.cbrt(Math.max(...samples.map(({ length }) => length)))), MOST_BINS);
  const sideOf = async ({ loaded, values, counted }: Held): Promise<Side> => {
    if (counted) return { from: counted.from, to: counted.to, heights: Array.from(counted.counts) };
    if (loaded.meaning === "counts") return { weights: Array.from(values) };
    const { data } = await histogram(values, { bins, range, backend, signal });
    return { from: range[0], to: range[1], heights: Array.from(data) };
  };
  return {
    ...(held.p && { p: { ...held.p.loaded, side: await sideOf(held.p) } }),
    ...(held.q && { q: { ...held.q.loaded, side: await sideOf(held.q) } }),
  };
}
