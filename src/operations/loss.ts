import { ShapeError } from "../errors.js";
import { cellsOf, numbersOf } from "../grid.js";
import type { Grid } from "../grid.js";
import { cpuBackend } from "../open-backend.js";
import { lnRatio } from "../terms/log.js";
import { checkNotEmpty, operandOf, settingsOf } from "../validate.js";
import type { Input } from "../validate.js";
import { badEntries } from "./check.js";
import { CompensatedSum } from "./compensated-sum.js";
import type { KlDivLossOptions } from "./kl-div-loss.js";
import { onHost } from "./prepare.js";

type Reduction = NonNullable<KlDivLossOptions["reduction"]>;

/** What a sum over cells of a shape is divided by. */
const DIVISORS: Readonly<Record<Reduction, (shape: readonly number[]) => number>> = { none: () => 1, sum: () => 1, mean: cellsOf, batchmean: ([batch = 1]) => batch };

interface Loss {
  readonly inputs: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
  readonly shape: readonly number[];
  readonly divisor: number;
}

async function readLoss(name: string, input: Input, target: Input, options: KlDivLossOptions): Promise<Loss> {
  settingsOf(name, options, ["reduction", "logTarget", "shape", "backend"]);
  const { reduction = "mean", logTarget = false, shape, backend } = options;
  if (!Object.hasOwn(DIVISORS, reduction)) throw new RangeError(`${name}: reduction "${String(reduction)}" must be one of ${Object.keys(DIVISORS).join(", ")}.`);
  const operand = operandOf(name, "input", input, shape);
  const other = operandOf(name, "target", target, shape);
  if (cellsOf(operand.shape) !== cellsOf(other.shape)) {
    throw new ShapeError(`${name}: target has ${cellsOf(other.shape)} elements, expected ${cellsOf(operand.shape)} to match the input.`, cellsOf(operand.shape), cellsOf(other.shape));
  }
  checkNotEmpty(name, "input", operand.shape);
  const owner = backend ?? cpuBackend();
  const read = async (grid: typeof operand) => {
    const host = await onHost(owner, grid);
    return numbersOf("data" in host ? host : ({ ...host, data: host.host } as Grid));
  };
  const [inputs, targets] = [await read(operand), await read(other)];
  check(name, "input", inputs, (x) => x < Infinity, "NaN or infinite");
  check(name, "target", targets, (x) => x < Infinity && (logTarget || x >= 0), logTarget ? "NaN or infinite" : "negative, NaN or infinite");
  const of = other.shape.length > operand.shape.length ? other.shape : operand.shape;
  return { inputs, targets, shape: of, divisor: DIVISORS[reduction](of) };
}

/** Throws DomainError for entries that a distribution, or its logarithm, does not have. */
function check(name: string, argument: string, values: ArrayLike<number>, isRight: (value: number) => boolean, fault: string): void {
  let [count, first] = [0, -1];
  for (let i = values.length - 1; i >= 0; i--) if (!isRight(values[i])) [count, first] = [count + 1, i];
  if (count > 0) throw badEntries(name, argument, { count, first }, fault);
}

/** What `klDivLoss` does, once it is loaded. */
export async function lossOf(input: Input, target: Input, options: KlDivLossOptions): Promise<number | Grid<Float64Array>> {
  const { inputs, targets, shape, divisor } = await readLoss("klDivLoss", input, target, options);
  const nothing = options.logTarget ? -Infinity : 0;
  const of = options.logTarget ? (x: number, t: number) => Math.exp(t) * (t - x) : (x: number, t: number) => t * (lnRatio(t, 1) - x);
  const lossAt = (x: number, t: number) => (t === nothing ? 0 : x === -Infinity ? Infinity : of(x, t));
  if (options.reduction === "none") return { data: Float64Array.from(targets, (t, i) => lossAt(inputs[i], t)), dtype: "float64", shape };
  const sum = new CompensatedSum();
  for (let i = 0; i < targets.length; i++) {
    const loss = lossAt(inputs[i], targets[i]);
    if (loss === Infinity) return Infinity;
    sum.add(loss);
  }
  return sum.value / divisor;
}

/** What `klDivLossGradient` does, once it is loaded. */
export async function lossGradientOf(input: Input, target: Input, options: KlDivLossOptions): Promise<Grid<Float64Array>> {
  const { targets, shape, divisor } = await readLoss("klDivLossGradient", input, target, options);
  return { data: Float64Array.from(targets, (t) => -(options.logTarget ? Math.exp(t) : t) / divisor || 0), dtype: "float64", shape };
}
