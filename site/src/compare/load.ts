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
  /** Which column; default the first that does more than number the rows. */
  readonly column?: number;
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
  /** What the numbers are; default: what they look like. */
  readonly meaning?: Meaning;
}

export interface Answer {
  readonly p?: Loaded & { readonly side: Side };
  readonly q?: Loaded & { readonly side: Side };
}

const MOST_BINS = 256;
/** Most outcomes: they stand in the address. */
const MOST_OUTCOMES = 100_000;

/** Probabilities, and what is stored as unsigned integers, are weights of outcomes; other numbers are samples, be they whole or not. */
const looksLike = ({ values, dtype }: Column): Meaning => {
  if (values.length > MOST_OUTCOMES || !areWeights(Array.from(values))) return "samples";
  return dtype?.startsWith("uint") || Math.abs(values.reduce((sum, value) => sum + value, 0) - 1) < 1e-6 ? "counts" : "samples";
};

/** Does a column only number the rows? */
const isNumbering = ({ values }: Column) => values.length > 2 && values.every((value, i) => value === values[0] + i) && (values[0] === 0 || values[0] === 1);

interface Held {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly at: number;
}

async function open({ file, column }: Chosen): Promise<Held> {
  const { columns } = await readNumbers(file);
  const first = columns.findIndex((one) => !isNumbering(one));
  return { name: file.name, columns, at: Math.min(column ?? Math.max(first, 0), columns.length - 1) };
}

const columnOf = ({ columns, at }: Held) => columns[at];

/** What the files of both sides are taken for: the same, or they could not be compared. */
function meaningOf(held: readonly Held[], said: Meaning | undefined): Meaning {
  if (held.some((one) => columnOf(one).counted)) return "samples";
  return said ?? (held.every((one) => looksLike(columnOf(one)) === "counts") ? "counts" : "samples");
}

function checked({ name, columns, at }: Held, meaning: Meaning): Loaded & { readonly values: Float64Array } {
  const { values, counted } = columns[at];
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0 && !counted) throw new RangeError(`${name}: no finite numbers are in it.`);
  if (meaning === "counts" && !areWeights(Array.from(values))) throw new RangeError(`${name}: counts are at least two finite numbers, none below 0 and not all of them 0.`);
  if (meaning === "counts" && values.length > MOST_OUTCOMES) throw new RangeError(`${name} has ${values.length} counts; this page takes ${MOST_OUTCOMES}. The library takes any number.`);
  return { name, columns: columns.map((column) => column.name), column: at, meaning, leftOut: values.length - finite.length, values: meaning === "samples" ? finite : values };
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
export async function load({ p, q, meaning: said }: Question, { backend, signal }: Tools): Promise<Answer> {
  const held = { p: p && (await open(p)), q: q && (await open(q)) };
  signal.throwIfAborted();
  const both = [held.p, held.q].filter((one) => one !== undefined);
  const meaning = meaningOf(both, said);
  const samples = both.filter((one) => !columnOf(one).counted).map((one) => checked(one, meaning).values);
  const range = rangeOf(samples);
  // Rice's rule
  const bins = Math.min(Math.ceil(2 * Math.cbrt(Math.max(...samples.map(({ length }) => length)))), MOST_BINS);
  const sideOf = async (one: Held): Promise<Loaded & { readonly side: Side }> => {
    const { values, ...loaded } = checked(one, meaning);
    const { counted } = columnOf(one);
    if (counted) return { ...loaded, side: { from: counted.from, to: counted.to, heights: Array.from(counted.counts) } };
    if (meaning === "counts") return { ...loaded, side: { weights: Array.from(values) } };
    const { data } = await histogram(values, { bins, range, backend, signal });
    return { ...loaded, side: { from: range[0], to: range[1], heights: Array.from(data) } };
  };
  return { ...(held.p && { p: await sideOf(held.p) }), ...(held.q && { q: await sideOf(held.q) }) };
}
