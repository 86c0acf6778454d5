import { DomainError, ShapeError, checkOptions } from "../errors.js";
import { numbersOf } from "../grid.js";
import type { CellArray, Grid } from "../grid.js";
import { cpuBackend } from "../open-backend.js";
import { operandOf } from "../validate.js";
import type { Input } from "../validate.js";
import { CompensatedSum } from "./compensated-sum.js";
import type { EstimateOptions, Estimator } from "./estimate.js";
import { onHost } from "./prepare.js";

/** Sums of one value a bin. */
const sumOf = (values: ArrayLike<number>, of: (value: number) => number): number => {
  const sum = new CompensatedSum();
  for (let i = 0; i < values.length; i++) sum.add(of(values[i]));
  return sum.value;
};

const total = (counts: ArrayLike<number>) => sumOf(counts, (count) => count);
const minusPLnP = (p: number) => (p > 0 ? -p * Math.log(p) : 0);

function plugIn(counts: ArrayLike<number>): number {
  const n = total(counts);
  return sumOf(counts, (count) => minusPLnP(count / n));
}

/** The digamma function for x > 0: from 10 on by its asymptotic series. */
function digamma(x: number): number {
  let below = 0;
  for (; x < 10; x += 1) below += 1 / x;
  const z = 1 / (x * x);
  return Math.log(x) - 0.5 / x - z * (1 / 12 - z * (1 / 120 - z * (1 / 252 - z * (1 / 240 - z * (1 / 132 - z * (691 / 32760)))))) - below;
}

/** Frequencies drawn towards even ones, by as much as they are expected to be off. */
function shrunk(counts: ArrayLike<number>): Float64Array {
  const n = total(counts);
  const even = 1 / counts.length;
  const spread = sumOf(counts, (count) => (even - count / n) ** 2);
  const share = n <= 1 || spread === 0 ? 1 : Math.min(Math.max((1 - sumOf(counts, (count) => (count / n) ** 2)) / ((n - 1) * spread), 0), 1);
  return Float64Array.from(counts, (count) => share * even + (1 - share) * (count / n));
}

const ESTIMATORS: Readonly<Record<Estimator, (counts: ArrayLike<number>) => number>> = {
  "plug-in": plugIn,
  "miller-madow": (counts) => plugIn(counts) + (sumOf(counts, (count) => (count > 0 ? 1 : 0)) - 1) / (2 * total(counts)),
  "chao-shen"(counts) {
    const n = total(counts);
    const singles = sumOf(counts, (count) => (count === 1 ? 1 : 0));
    // of nothing but single samples nothing would be left
    const coverage = 1 - Math.min(singles, n - 1 || singles / 2) / n;
    return sumOf(counts, (count) => {
      const p = (coverage * count) / n;
      return p > 0 ? minusPLnP(p) / -Math.expm1(n * Math.log1p(-p)) : 0;
    });
  },
  shrinkage: (counts) => sumOf(shrunk(counts), minusPLnP),
  grassberger(counts) {
    const n = total(counts);
    return Math.log(n) - sumOf(counts, (count) => (count > 0 ? count * (digamma(Math.floor(count / 2) + 0.5) + Math.LN2) : 0)) / n;
  },
};

/** Counts on the host, checked, with what divides a result in nats. */
async function checked(name: string, counts: Input, options: EstimateOptions): Promise<{ readonly numbers: ArrayLike<number>; readonly shape: readonly number[]; readonly estimate: (counts: ArrayLike<number>) => number; readonly nats: number }> {
  checkOptions(name, options, ["estimator", "base", "shape", "backend"] satisfies readonly (keyof EstimateOptions)[]);
  const { estimator = "miller-madow", base = Math.E, shape, backend } = options;
  const estimate = ESTIMATORS[estimator];
  if (!estimate) throw new RangeError(`${name}: estimator "${String(estimator)}" must be one of ${Object.keys(ESTIMATORS).join(", ")}.`);
  if (!(base > 1 && base < Infinity)) throw new RangeError(`${name}: base ${base} must be a number, finite and greater than 1.`);
  const host = await onHost(backend ?? cpuBackend(), operandOf(name, "counts", counts, shape));
  const numbers = numbersOf("data" in host ? (host as Grid) : { data: host.host as CellArray, dtype: host.dtype, shape: host.shape });
  let samples = 0;
  for (let i = 0; i < numbers.length; i++) {
    if (!(Number.isInteger(numbers[i]) && numbers[i] >= 0)) throw new DomainError(`${name}: the count at index ${i} is ${numbers[i]}: counts are integers of at least 0.`, "counts", 1, i);
    samples += numbers[i];
  }
  if (samples === 0) throw new DomainError(`${name}: there are no samples.`, "counts", numbers.length, -1);
  return { numbers, shape: host.shape, estimate, nats: base === Math.E ? 1 : Math.log(base) };
}

export async function entropyOf(counts: Input, options: EstimateOptions): Promise<number> {
  const { numbers, estimate, nats } = await checked("estimateEntropy", counts, options);
  return estimate(numbers) / nats;
}

export async function mutualInformationOf(counts: Input, options: EstimateOptions): Promise<number> {
  const name = "estimateMutualInformation";
  const { numbers, shape, estimate, nats } = await checked(name, counts, options);
  if (shape.length !== 2) throw new ShapeError(`${name}: counts have ${shape.length} axes: they are those of two variables, on two.`, 2, shape.length);
  const isShrunk = options.estimator === "shrinkage";
  const joint = isShrunk ? shrunk(numbers) : numbers;
  const [rows, columns] = shape;
  const [x, y] = [new Float64Array(rows), new Float64Array(columns)];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      x[i] += joint[i * columns + j];
      y[j] += joint[i * columns + j];
    }
  }
  const of = isShrunk ? (p: ArrayLike<number>) => sumOf(p, minusPLnP) : estimate;
  return (of(x) + of(y) - of(joint)) / nats;
}
