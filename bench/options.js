import { parseArgs } from "node:util";

const OPTIONS = {
  sizes: { type: "string" },
  measures: { type: "string" },
  only: { type: "string" },
  backend: { type: "string" },
  transfers: { type: "boolean" },
  growth: { type: "boolean" },
  processors: { type: "boolean" },
  volumes: { type: "boolean" },
  logits: { type: "boolean" },
  pairs: { type: "boolean" },
  fits: { type: "boolean" },
  calibration: { type: "boolean" },
  out: { type: "string" },
};
/** Without --sizes, and of fast cases; a software adapter takes tens of nanoseconds a cell. */
const LARGEST_ON_SOFTWARE = 2 ** 20;
const [SMALLEST, LARGEST] = [4, 28];

/** Words between commas. */
export const listOf = (text) => text?.split(",").map((word) => word.trim()).filter(Boolean);

/** Powers of two between commas. */
export function sizesOf(text) {
  const sizes = listOf(text)?.map(Number);
  const wrong = sizes?.find((size) => !Number.isInteger(size) || size < SMALLEST || size > LARGEST);
  if (wrong !== undefined) throw new RangeError(`bench: --sizes ${text}: powers of two are whole numbers from ${SMALLEST} to ${LARGEST}.`);
  return sizes;
}

/**
 * What the command line asks for.
 *
 * - `--sizes 12,16`: cells as powers of two, also of the rows' cases and on software adapters; default 8,12,16,20,24.
 * - `--measures klDivergence,entropy`: default all that the package exports.
 * - `--only TEXT`: cases whose name has it.
 * - `--backend cpu|webgpu`: one of them alone.
 * - `--transfers`: nothing but what a call costs beside its cells, and the ways up.
 * - `--growth`: nothing but `klDivergence` of 2²⁰ to 2²⁸ cells (or `--sizes`), and the memory that it takes beside them.
 * - `--processors`: nothing but what processes side by side, each on one thread, get out of the machine; in Node.
 * - `--volumes`: nothing but what each operation takes of two volumes of full size, in time and memory; in Node.
 * - `--logits`: nothing but rows of a language model's logits, beside a loop in JavaScript and NumPy where there is Python; in Node.
 * - `--pairs`: nothing but measures of every row with every row, beside a loop in JavaScript, NumPy and SciPy where there is Python; in Node.
 * - `--fits`: nothing but fits of a volume, their reads beside a KL divergence, and densities on its grid; in Node.
 * - `--calibration`: nothing but samples counted in bins, beside NumPy where there is Python, and tensors calibrated by each convention; in Node.
 * - `--out FILE`: where the results go.
 */
export function optionsOf(args, more = {}) {
  const { values } = parseArgs({ args, options: { ...OPTIONS, ...more } });
  const { sizes, measures, only, backend, transfers, growth } = values;
  if (backend !== undefined && backend !== "cpu" && backend !== "webgpu") throw new RangeError(`bench: --backend ${backend} must be cpu or webgpu.`);
  const selection = { sizes: sizesOf(sizes), measures: listOf(measures), only };
  return { ...values, run: { selection, backend: transfers ? "webgpu" : backend, transfers, growth, largestOnSoftware: sizes ? 2 ** LARGEST : LARGEST_ON_SOFTWARE } };
}
