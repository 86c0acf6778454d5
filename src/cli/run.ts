import { rename, rm, writeFile } from "node:fs/promises";
import {
  alphaDivergence, bhattacharyya, binaryCrossEntropy, blockContributions, chiSquare, compare, conditionalEntropy, crossEntropy, entropy, generalizedJensenShannon, generalizedKl, gradient, hellinger, jeffreys, jensenShannon, jensenShannonDistance, klDivergence, klFromLogits, labelContributions, marginal, mutualInformation, neymanChiSquare,
  normalizedMutualInformation, openBackend, pairwise, pointwise, populationStability, renyi, renyiEntropy, sliceContributions, totalCorrelation, totalVariation, tsallis, tsallisEntropy,
} from "../index.js";
import type { Backend, ContributingOptions, Contributions, Detail, DetailArray, GeneralizedDetail, GeneralizedDetailArray, GeneralizedJensenShannonOptions, GradientOptions, Grid, LabelContributions, MeasureOptions, PairMeasure, RaggedOptions, SingleMeasure } from "../index.js";
import { encodeNpy, openBlocks, openGrid } from "../io/index.js";
import { printContributions, printInfo, printLogits, printMatrix, printNearest, printResults, printTop } from "./print.js";
import { version } from "./version.js";

const MEASURES: Readonly<Record<string, PairMeasure>> = {
  kl: klDivergence,
  "generalized-kl": generalizedKl,
  jeffreys,
  psi: populationStability,
  js: jensenShannon,
  "js-distance": jensenShannonDistance,
  "cross-entropy": crossEntropy,
  "binary-cross-entropy": binaryCrossEntropy,
  tv: totalVariation,
  hellinger,
  "chi-square": chiSquare,
  "neyman-chi-square": neymanChiSquare,
  bhattacharyya,
};

/** Those that have an order, `renyi:0.5`. */
const FAMILIES: Readonly<Record<string, (order: number) => PairMeasure>> = { renyi, tsallis, alpha: alphaDivergence };
const ENTROPIES: Readonly<Record<string, (order: number) => SingleMeasure>> = { renyi: renyiEntropy, tsallis: tsallisEntropy };

/** What `--measure` and `--kind` take. */
export const MEASURE_NAMES = [...Object.keys(MEASURES), ...Object.keys(FAMILIES).map((family) => `${family}:ORDER`)].join(", ");
export const ENTROPY_NAMES = ["shannon", ...Object.keys(ENTROPIES).map((family) => `${family}:ORDER`)].join(", ");

type Form = NonNullable<ContributingOptions["form"]>;

/** The flags as commander hands them over. */
export interface Flags {
  readonly base?: number;
  readonly axis?: readonly number[];
  readonly shape?: readonly number[];
  readonly spacing?: string;
  readonly quadrature?: MeasureOptions["quadrature"];
  readonly normalize: boolean;
  readonly zeros?: MeasureOptions["zeros"];
  readonly emptyRows?: "throw" | "nan";
  readonly precision?: "fast" | "exact";
  readonly backend: "auto" | "webgpu" | "cpu";
  readonly json?: boolean;
}

/** And those of whole measures. */
interface MeasureFlags extends Flags {
  readonly offsets?: string;
  readonly mask?: string;
  readonly weights?: string;
}

export function measureOf(name: string): PairMeasure {
  const measure = MEASURES[name] ?? ofOrder(FAMILIES, name);
  if (measure) return measure;
  throw new RangeError(`unknown measure "${name}"; known are ${MEASURE_NAMES}.`);
}

/** A family's measure: `renyi:0.5`. */
function ofOrder<Of>(families: Readonly<Record<string, (order: number) => Of>>, name: string): Of | undefined {
  const [family, order, ...more] = name.split(":");
  if (!order || more.length > 0 || !Object.hasOwn(families, family)) return undefined;
  return families[family](order === "inf" ? Infinity : Number(order));
}

export async function open(file: string): Promise<Grid> {
  try {
    return await openGrid(file);
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    const missing = "code" in error && error.code === "ENOENT";
    throw new RangeError(`${file}: ${missing ? "no such file; check the path" : `cannot be read (${error.message})`}.`);
  }
}

export async function onBackend<T>(prefer: Flags["backend"], use: (backend: Backend) => Promise<T>): Promise<T> {
  const backend = await openBackend({ prefer });
  try {
    return await use(backend);
  } finally {
    backend.destroy();
  }
}

async function optionsOf({ backend: _backend, json: _json, ...flags }: Flags, backend: Backend) {
  const { base, axis, shape, quadrature, normalize, zeros, emptyRows, precision } = flags;
  const spacing = flags.spacing === undefined ? undefined : await spacingOf(flags.spacing);
  return {
    backend, normalize, ...(base && { base }), ...(axis && { axis }), ...(shape && { shape }), ...(spacing && { spacing }), ...(quadrature && { quadrature }), ...(zeros && { zeros }),
    ...(emptyRows && { emptyRows }), ...(precision && { precision }),
  };
}

/** For each axis a number, or the coordinates in a file; one number serves all axes. */
export async function spacingOf(list: string): Promise<NonNullable<MeasureOptions["spacing"]>> {
  const perAxis: (number | number[])[] = [];
  for (const item of list.split(",")) {
    const edge = item.endsWith(".npy") ? await numbersIn(item) : item.trim() === "" ? NaN : Number(item);
    if (Number.isNaN(edge)) throw new RangeError(`--spacing ${list}: "${item}" is neither a number nor a .npy file.`);
    perAxis.push(edge);
  }
  const [only] = perAxis;
  return perAxis.length === 1 && typeof only === "number" ? only : perAxis;
}

export async function numbersIn(file: string): Promise<number[]> {
  const { data, dtype } = await open(file);
  if (dtype === "float16") throw new RangeError(`${file}: half floats are too coarse for this; save it as float64.`);
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

/** Rows of lengths of their own, and which cells count how often, where files say so. */
async function cellsOf({ offsets, mask, weights }: MeasureFlags): Promise<Partial<Pick<RaggedOptions, "offsets">> & Pick<MeasureOptions, "mask" | "weights">> {
  return {
    ...(offsets !== undefined && { offsets: await numbersIn(offsets) }),
    ...(mask !== undefined && { mask: await open(mask) }),
    ...(weights !== undefined && { weights: await open(weights) }),
  };
}

/** `kullback compare P Q`. */
export async function compareFiles(pFile: string, qFile: string, flags: MeasureFlags & { readonly measure: string }): Promise<void> {
  const names = flags.measure.split(",");
  const measures = names.map(measureOf);
  const [p, q] = [await open(pFile), await open(qFile)];
  await onBackend(flags.backend, async (backend) => {
    const details = (await compare(measures, p, q, { ...(await optionsOf(flags, backend)), ...(await cellsOf(flags)), detail: true })) as readonly (Detail | DetailArray)[];
    printResults(names.map((measure, i) => ({ measure, detail: details[i] })), backend.info, flags.json === true);
  });
}

/** `kullback entropy P`. */
export async function entropyOf(pFile: string, flags: MeasureFlags & { readonly kind: string }): Promise<void> {
  const { kind } = flags;
  const measure = kind === "shannon" ? entropy : ofOrder(ENTROPIES, kind);
  if (!measure) throw new RangeError(`unknown entropy "${kind}"; known are ${ENTROPY_NAMES}.`);
  const p = await open(pFile);
  await onBackend(flags.backend, async (backend) => {
    const detail = (await measure(p, { ...(await optionsOf(flags, backend)), ...(await cellsOf(flags)), detail: true })) as Detail | DetailArray;
    printResults([{ measure: kind === "shannon" ? "entropy" : `${kind} entropy`, detail }], backend.info, flags.json === true);
  });
}

/** `kullback generalized-js P Q R`. */
export async function generalizedJsOf(files: readonly string[], { priors, ...flags }: Flags & { readonly priors?: readonly number[] }): Promise<void> {
  const grids: Grid[] = [];
  for (const file of files) grids.push(await open(file));
  const { base, axis, shape } = flags;
  await onBackend(flags.backend, async (backend) => {
    const options: GeneralizedJensenShannonOptions = { backend, detail: true, ...(priors && { priors }), ...(base && { base }), ...(axis && { axis }), ...(shape && { shape }) };
    const detail = (await generalizedJensenShannon(grids, options)) as GeneralizedDetail | GeneralizedDetailArray;
    printResults([{ measure: "generalized-js", detail }], backend.info, flags.json === true);
  });
}

/** What `--kind` of `mutual-information` takes. */
export const JOINT_KINDS = ["information", "normalized", "conditional-entropy", "total-correlation"] as const;

/** `kullback mutual-information JOINT`. */
export async function jointOf(file: string, { kind, ...flags }: Pick<Flags, "base" | "axis" | "shape" | "precision" | "backend" | "json"> & { readonly kind: (typeof JOINT_KINDS)[number] }): Promise<void> {
  const joint = await open(file);
  const { base, axis, shape, precision } = flags;
  if (kind === "total-correlation" && axis) throw new RangeError("total-correlation is of all axes: leave --axis out.");
  if (kind === "normalized" && base) throw new RangeError("normalized is a pure number: leave --base out.");
  await onBackend(flags.backend, async (backend) => {
    const options = { backend, detail: true, ...(shape && { shape }), ...(precision && { precision }), ...(base && { base }) } as const;
    const ofAxes = { ...options, ...(axis && { axis }) };
    const detail = kind === "conditional-entropy" ? await conditionalEntropy(joint, { ...options, given: axis ?? 0 })
      : kind === "total-correlation" ? await totalCorrelation(joint, options)
      : kind === "normalized" ? await normalizedMutualInformation(joint, ofAxes)
      : await mutualInformation(joint, ofAxes);
    printResults([{ measure: kind === "information" ? "mutual-information" : kind, detail }], backend.info, flags.json === true);
  });
}

/** `kullback logits P Q`. */
export async function logitsOf(pFile: string, qFile: string, { measure = "kl", temperature, ...flags }: Pick<Flags, "base" | "axis" | "backend" | "json"> & { readonly measure?: string; readonly temperature?: number }): Promise<void> {
  const { base } = flags;
  await onBackend(flags.backend, async (backend) => {
    const options = { backend, measure: measureOf(measure), ...(base && { base }), ...(temperature !== undefined && { temperature }) };
    printLogits(measure, await klFromLogits(openBlocks(pFile), openBlocks(qFile), options), flags.json === true);
  });
}

/** `kullback pairwise ROWS`. */
export async function pairwiseOf(file: string, { against, measure: name, top, condensed, output, ...flags }: Omit<Flags, "axis"> & { readonly against?: string; readonly measure: string; readonly top?: number; readonly condensed?: boolean; readonly output?: string }): Promise<void> {
  const measure = measureOf(name);
  if (top !== undefined && output !== undefined) throw new RangeError("pairwise: either --output FILE or --top NUMBER.");
  const rows = await open(file);
  const others = against === undefined ? undefined : await open(against);
  await onBackend(flags.backend, async (backend) => {
    const options = { ...(await optionsOf(flags, backend)), ...(others && { against: others }), ...(condensed && { condensed }), detail: true } as const;
    if (top !== undefined) {
      printNearest(name, await pairwise(measure, rows, { ...options, top }), flags.json === true);
      return;
    }
    const matrix = await pairwise(measure, rows, options);
    if (output !== undefined) await writeGrid(output, matrix, flags.json, backend);
    else printMatrix(name, matrix, flags.json === true);
  });
}

/** `kullback marginal P --axis 0 -o OUT.npy`. */
export async function writeMarginal(file: string, { output, axis = [], ...flags }: Pick<Flags, "axis" | "shape" | "spacing" | "quadrature" | "precision" | "backend" | "json"> & { readonly output: string }): Promise<void> {
  const p = await open(file);
  const { shape, quadrature, precision } = flags;
  const spacing = flags.spacing === undefined ? undefined : await spacingOf(flags.spacing);
  await onBackend(flags.backend, async (backend) => {
    const options = { backend, ...(shape && { shape }), ...(spacing && { spacing }), ...(quadrature && { quadrature }), ...(precision && { precision }) };
    await writeGrid(output, await marginal(p, axis, options), flags.json, backend);
  });
}

/** `kullback pointwise P Q -o OUT.npy`, or with `--top 10`. */
export async function writePointwise(pFile: string, qFile: string, { output, top, ...flags }: Flags & { readonly measure: string; readonly form: Form; readonly output?: string; readonly top?: number }): Promise<void> {
  const measure = measureOf(flags.measure);
  if ((output === undefined) === (top === undefined)) throw new RangeError("pointwise: either --output FILE or --top NUMBER.");
  const [p, q] = [await open(pFile), await open(qFile)];
  await onBackend(flags.backend, async (backend) => {
    const options = { ...(await optionsOf(flags, backend)), form: flags.form };
    if (top !== undefined) printTop(flags.measure, await pointwise(measure, p, q, { ...options, top }), flags.json === true);
    else if (output !== undefined) await writeGrid(output, await pointwise(measure, p, q, options), flags.json, backend);
  });
}

/** `kullback gradient P Q --with q -o OUT.npy`. */
export async function writeGradient(pFile: string, qFile: string, { output, with: by, ...flags }: Flags & Pick<GradientOptions, "with"> & { readonly measure: string; readonly output: string }): Promise<void> {
  const measure = measureOf(flags.measure);
  const [p, q] = [await open(pFile), await open(qFile)];
  await onBackend(flags.backend, async (backend) => writeGrid(output, await gradient(measure, p, q, { ...(await optionsOf(flags, backend)), with: by }), flags.json, backend));
}

async function writeGrid(output: string, grid: Grid, json: boolean | undefined, { info: { kind } }: Backend): Promise<void> {
  await writeWhole(output, encodeNpy(grid));
  if (json) console.log(JSON.stringify({ output, shape: grid.shape, dtype: grid.dtype, backend: kind }));
}

/** What `slices`, `blocks` and `labels` take beside all flags. */
interface PartFlags extends Flags {
  readonly measure: string;
  readonly form: Form;
  readonly size?: readonly number[];
  readonly labels?: string;
}

/** `kullback slices P Q --axis 0`. */
export function slicesOf(pFile: string, qFile: string, { axis, ...flags }: PartFlags): Promise<void> {
  if (!axis) throw new RangeError("slices: --axis says which slices, e.g. --axis 0.");
  return contributionsOf("slice", pFile, qFile, flags, (measure, p, q, options) => sliceContributions(measure, p, q, { ...options, axis }));
}

/** `kullback blocks P Q --size 16`. */
export function blocksOf(pFile: string, qFile: string, { size = [], ...flags }: PartFlags): Promise<void> {
  return contributionsOf("block", pFile, qFile, flags, (measure, p, q, options) => blockContributions(measure, p, q, { ...options, size: size.length === 1 ? size[0] : size }));
}

/** `kullback labels P Q --labels ATLAS`. */
export async function labelsOf(pFile: string, qFile: string, { labels: file = "", ...flags }: PartFlags): Promise<void> {
  const labels = await open(file);
  return contributionsOf("label", pFile, qFile, flags, (measure, p, q, options) => labelContributions(measure, p, q, { ...options, labels }));
}

async function contributionsOf(
  part: string, pFile: string, qFile: string, flags: Omit<PartFlags, "axis">,
  of: (measure: PairMeasure, p: Grid, q: Grid, options: ContributingOptions) => Promise<Contributions | LabelContributions>,
): Promise<void> {
  const measure = measureOf(flags.measure);
  const [p, q] = [await open(pFile), await open(qFile)];
  await onBackend(flags.backend, async (backend) => {
    const parts = await of(measure, p, q, { ...(await optionsOf(flags, backend)), form: flags.form });
    printContributions(flags.measure, part, parts, flags.json === true);
  });
}

/** Writes beside the target and renames: what is there is whole, or was there before. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`;
  try {
    await writeFile(part, bytes);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw new RangeError(`${path}: cannot be written (${(error as Error).message}); choose another path.`);
  }
}

/** `kullback info`. */
export async function info(flags: { readonly json?: boolean }): Promise<void> {
  await onBackend("auto", async (backend) => {
    // what a device gets wrong is found when it is first asked for
    for (const precision of ["fast", "exact"] as const) await klDivergence(Float32Array.of(1, 2), Float32Array.of(2, 1), { backend, precision });
    printInfo(backend.info, version, flags.json === true);
  });
}
