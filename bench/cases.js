/** Powers of two: cells of the cases with one axis. */
const SIZES = [8, 12, 16, 20, 24];
/** Rows × cells a row; the rows' cells are summed. */
const ROWS = [[1024, 4096], [65536, 64]];
/** One measure on other types and along a slow axis. */
const OTHERS = [
  { data: "random", dtype: "float64", shape: [2 ** 22] },
  { data: "random", dtype: "uint8", shape: [2 ** 22] },
  { data: "random", dtype: "float32", shape: [64, 128, 512], axis: 0 },
];
const EXACT_MEASURES = ["klDivergence", "generalizedKl", "jeffreys", "jensenShannon", "totalVariation", "entropy", "crossEntropy"];
/** Exact precision, klDivergence unless said otherwise; sizes as powers of two, the least of them for software adapters. */
const EXACT = [
  { data: "random", dtype: "float32", sizes: [18, 20], of: EXACT_MEASURES },
  { data: "random", dtype: "float32", sizes: [22] },
  { data: "near", dtype: "float32", sizes: [18, 20, 22] },
  { data: "scaled", dtype: "float32", sizes: [18, 20] },
  { data: "random", dtype: "float64", sizes: [18, 20] },
];

/** Measures that are compared in one call, and called one by one. */
const COMPARED = [["klDivergence", "crossEntropy"], ["klDivergence", "jensenShannon", "totalVariation"]];
const COMPARED_CELLS = 2 ** 22;

/** The measures that the package exports: those named in `wanted`, or all. */
function measuresOf(kullback, wanted) {
  const exported = Object.entries(kullback).filter(([, value]) => typeof value === "function" && value.measure);
  const unknown = wanted?.find((name) => !exported.some(([known]) => known === name));
  if (unknown) throw new RangeError(`bench: measure "${unknown}" must be one of ${exported.map(([name]) => name).join(", ")}.`);
  return exported.filter(([name]) => !wanted || wanted.includes(name)).map(([name, { measure }]) => ({ measure: name, pair: measure.arity === "pair", largest: measure.largest ?? Infinity }));
}

function caseOf({ measure, pair, largest }, { data, dtype, shape, axis, precision }) {
  const cells = shape.reduce((product, size) => product * size, 1);
  const along = axis === undefined ? "" : ` axis ${axis}`;
  const name = `${measure} ${data} ${dtype} ${shape.join(" × ")}${along}${precision ? ` ${precision}` : ""}`;
  return { measure, pair, largest, data, dtype, shape, axis, precision, cells, name };
}

function exactCases(measures, { data, dtype, sizes, of = ["klDivergence"] }) {
  const chosen = measures.filter(({ measure }) => of.includes(measure));
  return sizes.flatMap((size) => chosen.map((measure) => caseOf(measure, { data, dtype, shape: [2 ** size], precision: "exact" })));
}

/**
 * The cases of a run, those on the same data side by side.
 *
 * @param kullback - The package: its exports are the measures.
 * @param selection - `sizes` (powers of two) takes its own one-axis cases and of the others those with as many cells;
 *   `measures` names measures; `only` is a text that the case's name must have.
 */
export function casesOf(kullback, { sizes, measures: wanted, only = "" } = {}) {
  const measures = measuresOf(kullback, wanted);
  const floats = (data, shape, axis) => measures.map((measure) => caseOf(measure, { data, dtype: "float32", shape, axis }));
  const oneAxis = (sizes ?? SIZES).flatMap((size) => [
    ...floats("random", [2 ** size]),
    // q's cells are now and then above 1, where p's are not: some measures refuse them
    ...floats("near", [2 ** size]).filter(({ pair, largest }) => pair && largest === Infinity),
  ]);
  const rows = ROWS.flatMap((shape) => floats("random", shape, 1));
  const kl = measures.filter(({ measure }) => measure === "klDivergence");
  const others = OTHERS.flatMap((other) => kl.map((measure) => caseOf(measure, other)));
  const compared = COMPARED.filter((of) => of.every((name) => measures.some(({ measure }) => measure === name))).map((of) => ({
    ...caseOf({ measure: "compare", pair: true }, { data: "random", dtype: "float32", shape: [COMPARED_CELLS] }), of, name: `compare ${of.join(", ")} random float32 ${COMPARED_CELLS}`,
  }));
  const exact = EXACT.flatMap((group) => exactCases(measures, group));
  const wide = [...rows, ...others, ...compared, ...exact].filter(({ cells }) => !sizes || sizes.includes(Math.log2(cells)));
  return [...oneAxis, ...wide].filter(({ name }) => name.includes(only));
}
