import { laplace, mixture, normal } from "kullback/distributions";
import { readNumbers } from "../read-numbers";
import { COUNT } from "./choices";
import type { ExampleId } from "./choices";

/** Where samples come from; a file has a number of its own, by which it is told from others. */
export type Source = { readonly of: ExampleId; readonly seed: number } | { readonly file: File; readonly id: number; readonly column: number };

/** What is known of samples without looking at them one by one. */
export interface Facts {
  readonly name: string;
  /** Columns of a file, and which of them it is. */
  readonly columns: readonly string[];
  readonly column: number;
  /** What the cells of a file of grids are. */
  readonly dtype: string | undefined;
  readonly count: number;
  readonly zeros: number;
  /** Values that were left out. */
  readonly nan: number;
  readonly infinite: number;
  readonly ends: readonly [number, number];
  readonly amax: number;
}

export interface Samples {
  readonly values: Float64Array;
  readonly facts: Facts;
}

/** Bytes of a file up to which it is read: it takes several times that in memory. */
const MOST_BYTES = 2 ** 29;

const EXAMPLES: Readonly<Record<ExampleId, (seed: number) => Float64Array>> = {
  normal: (seed) => normal(0, 1).sample(COUNT, { seed }),
  relu: (seed) => normal(0, 1).sample(COUNT, { seed }).map((x) => Math.max(x, 0)),
  laplace: (seed) => laplace(0, 1).sample(COUNT, { seed }),
  outliers: (seed) => mixture([normal(0, 1), normal(40, 1)], [0.9999, 0.0001]).sample(COUNT, { seed }),
  humps: (seed) => mixture([normal(-1, 0.4), normal(2.5, 0.7)], [0.7, 0.3]).sample(COUNT, { seed }),
};

let held: { readonly key: string; readonly samples: Promise<Samples> } | undefined;

/** The samples of a source; the last ones are kept. */
export function samplesOf(source: Source): Promise<Samples> {
  const key = "file" in source ? `file ${source.id} ${source.column}` : `${source.of} ${source.seed}`;
  if (held?.key !== key) held = { key, samples: "file" in source ? ofFile(source.file, source.column) : ofExample(source.of, source.seed) };
  return held.samples;
}

const ofExample = async (of: ExampleId, seed: number) => finiteOf(EXAMPLES[of](seed), { name: of, columns: [of], column: 0, dtype: undefined });

async function ofFile(file: File, column: number): Promise<Samples> {
  if (file.size > MOST_BYTES) throw new RangeError(`${file.name} has ${Math.round(file.size / 2 ** 20)} MiB; this page reads up to ${MOST_BYTES / 2 ** 20} MiB. The library takes any number of samples.`);
  const { columns } = await readNumbers(file);
  const at = Math.min(column, columns.length - 1);
  const { values, counted, dtype } = columns[at];
  if (counted) throw new RangeError(`${file.name} is an image: give activations as numbers, .npy or .csv.`);
  return finiteOf(values, { name: file.name, columns: columns.map(({ name }) => name), column: at, dtype });
}

/** What of all values is finite, and what there is to know of it. */
function finiteOf(all: Float64Array, about: Pick<Facts, "name" | "columns" | "column" | "dtype">): Samples {
  const values = all.every(Number.isFinite) ? all : all.filter(Number.isFinite);
  let [nan, zeros, least, greatest] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < all.length; i++) if (Number.isNaN(all[i])) nan += 1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === 0) zeros += 1;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const infinite = all.length - values.length - nan;
  if (all.length === 0) throw new RangeError(`${about.name}: there are no numbers in it.`);
  if (values.length === 0) throw new RangeError(`${about.name}: none of its ${all.length.toLocaleString("en")} numbers is finite: ${nan.toLocaleString("en")} are NaN, ${infinite.toLocaleString("en")} infinite.`);
  const amax = Math.max(-least, greatest);
  if (amax === 0) throw new RangeError(`${about.name}: all samples are 0, which any threshold stores as 0.`);
  return { values, facts: { ...about, count: values.length, zeros, nan, infinite, ends: [least, greatest], amax } };
}
