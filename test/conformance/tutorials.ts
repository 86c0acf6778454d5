import hard from "../cases/hard-cases.json";
import { check, keepsPromise, same, within } from "../support/assert";
import * as oracle from "../support/oracle";
import { type ConformanceCase, type ConformanceContext, detailOf, gradeOf, FLOATS, type Floats } from "./context";
import { truthOf } from "./measures";
import { klPromise } from "./promise";

type Density = (x: number) => number;
const normal = (mean: number, sd: number): Density => (x) => Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));
/** Without its constant, which normalising removes. */
const beta = (a: number, b: number): Density => (x) => x ** (a - 1) * (1 - x) ** (b - 1);

/** The product of one density over the axes of a cube with these coordinates. */
function cube(coordinates: readonly number[], density: Density): Float64Array {
  const f = coordinates.map(density);
  return Float64Array.from(f.flatMap((a) => f.flatMap((b) => f.map((c) => a * b * c))));
}

/** The number the tutorial prints, to its last digit, and the value's own promise. */
async function runPair(context: ConformanceContext, p: Floats, q: Floats, printed: number, options: { shape?: readonly number[]; spacing?: number } = {}): Promise<number> {
  const detail = await detailOf(context, "klDivergence", p, q, options);
  within(detail.value, printed, printed === 0.0872 ? 5e-5 : 5e-6, "printed digits");
  const { truth, promise } = truthOf("klDivergence", p, q, gradeOf(detail, p instanceof Float32Array ? "float32" : "float64"));
  keepsPromise(detail, truth, promise, "value");
  return detail.infiniteCells;
}

function pairCases(name: string, printed: number, data: (context: ConformanceContext) => readonly [Float64Array, Float64Array], options: { shape?: readonly number[]; spacing?: number } = {}): readonly ConformanceCase[] {
  return FLOATS.map((Type) => ({
    name: `klDivergence of ${name} (${Type.name}) is ${printed}`,
    async run(context) {
      const [p, q] = data(context);
      same(await runPair(context, Type.from(p), Type.from(q), printed, options), 0, "infiniteCells");
    },
  }));
}

const twelve = Array.from({ length: 12 }, (_, i) => -3 + i / 2);
const sixtyFour = Array.from({ length: 64 }, (_, i) => -4 + i / 8);

async function runCube64(context: ConformanceContext): Promise<void> {
  const p = Float32Array.from(cube(sixtyFour, normal(0, 1)));
  const q = Float32Array.from(cube(sixtyFour, normal(1, Math.sqrt(1.5))));
  const detail = await detailOf(context, "klDivergence", p, q, { shape: [64, 64, 64], spacing: 1 / 8 });
  within(detail.value, 1.08429, 5e-6, "printed digits");
  const truth = hard.cases.find(({ id }) => id === "gauss3d-64^3")?.truth;
  check(truth !== undefined, () => "gauss3d-64^3 is not in hard-cases.json.");
  // the truth of the binary64 cells: rounding them to f32 moves D by less than 2^-24 of G/Σp
  const sums = { p: oracle.parse(truth.sumP), q: oracle.parse(truth.sumQ), plain: oracle.parse(truth.klPlain), generalized: oracle.parse(truth.klGeneralized) };
  const promise = klPromise(sums, "narrow");
  within(detail.value, oracle.parse(truth.klNormalized), promise, "value");
  check(detail.errorBound <= 64 * promise, () => `errorBound ${detail.errorBound} is above 64 promises of ${promise}.`);
}

const fair = Array.from({ length: 6 }, () => 1 / 6);
const loaded = [1, 1, 1, 1, 1, 5].map((weight) => weight / 10);

async function runDie(context: ConformanceContext, base: number): Promise<void> {
  for (const Type of FLOATS) {
    const [p, q] = [Type.from(fair), Type.from(loaded)];
    const dtype = Type === Float32Array ? "float32" : "float64";
    const values: number[] = [];
    for (const name of ["entropy", "crossEntropy", "klDivergence"] as const) {
      const detail = await detailOf(context, name, p, q, { base });
      const { truth, promise } = truthOf(name, p, q, gradeOf(detail, dtype), base);
      keepsPromise(detail, truth, promise, `${name} (${Type.name})`);
      values.push(detail.value);
    }
    within(values[1] - values[0], values[2], Type === Float32Array ? 4e-6 : 1e-14, "cross entropy − entropy");
    if (base === 2) within(values[0], Math.log2(6), 1e-6, "entropy of a fair die");
  }
}

async function runBinary(context: ConformanceContext): Promise<void> {
  for (const y of [0, 1]) {
    for (const guess of [0, 1]) {
      const expected = y === guess ? 0 : Infinity;
      for (const Type of FLOATS) {
        const value = await context.kullback.crossEntropy(Type.of(y, 1 - y), Type.of(guess, 1 - guess), { backend: context.backend });
        same(value, expected, `crossEntropy for y = ${y}, ŷ = ${guess} (${Type.name})`);
      }
    }
  }
  const unsure = await detailOf(context, "crossEntropy", [1, 0], [0.75, 0.25]);
  within(unsure.value, -Math.log(0.75), 1e-15, "crossEntropy for y = 1, ŷ = 3/4");
}

export const tutorialCases: readonly ConformanceCase[] = [
  ...pairCases("a coin", 0.0872, () => [Float64Array.of(0.5, 0.5), Float64Array.of(0.7, 0.3)]),
  ...pairCases("normal(0, 1) and normal(1, 1.5) on linspace(-5, 5, 1000)", 0.34608, ({ kullback }) => {
    const x = kullback.linspace(-5, 5, 1000);
    return [x.map(normal(0, 1)), x.map(normal(1, 1.5))];
  }, { spacing: 10 / 999 }),
  ...pairCases("beta(2, 5) and beta(5, 2) on linspace(0, 1, 1000), zero at both ends,", 3.24994, ({ kullback }) => {
    const x = kullback.linspace(0, 1, 1000);
    const [p, q] = [x.map(beta(2, 5)), x.map(beta(5, 2))];
    for (const cells of [p, q]) check(cells[0] === 0 && cells[999] === 0, () => "the ends are not 0.");
    return [p, q];
  }),
  ...pairCases("N(0, I) and N((1, 1, 1), 1.5·I) on the 12³ half-open grid", 0.91133, () =>
    [cube(twelve, normal(0, 1)), cube(twelve, normal(1, Math.sqrt(1.5)))], { shape: [12, 12, 12], spacing: 0.5 }),
  { name: "klDivergence of N(0, I) and N((1, 1, 1), 1.5·I) on the 64³ grid (Float32Array) is 1.08429", run: runCube64 },
  ...[Math.E, 2, 10].map((base): ConformanceCase => ({
    name: `entropy, crossEntropy and klDivergence of a fair and a crooked die agree in base ${base}`,
    run: (context) => runDie(context, base),
  })),
  { name: "crossEntropy of [y, 1 − y] is 0 or Infinity for the four 0/1 cases of binary cross entropy", run: runBinary },
];
