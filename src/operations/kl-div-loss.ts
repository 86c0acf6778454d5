import type { Grid } from "../grid.js";
import type { MeasureOptions } from "../options.js";
import type { Input } from "../validate.js";

/** Options of `klDivLoss`, by PyTorch's names. */
export interface KlDivLossOptions extends Pick<MeasureOptions, "backend" | "shape"> {
  /**
   * `"mean"` (default): over all cells, which is no divergence; `"batchmean"`: the sum over the size of the first axis; `"sum"`; `"none"`: a value
   * for each cell.
   */
  readonly reduction?: "none" | "sum" | "mean" | "batchmean";
  /** Is the target given as logarithms, too? Default false. */
  readonly logTarget?: boolean;
}

type Whole = KlDivLossOptions & { readonly reduction?: "sum" | "mean" | "batchmean" };

/**
 * PyTorch's `kl_div`, in its argument order: Σ target·(ln target − input), D(target ‖ exp(input)) where both are distributions. Nothing is normalised. For everything
 * else see {@link klDivergence} and {@link klFromLogits}.
 *
 * @param input - Logarithms of the model's probabilities, each finite or −Infinity, row-major.
 * @param target - Probabilities of the reference, each finite and ≥ 0, or with `logTarget` their logarithms; of as many cells.
 * @param options - `reduction`, `logTarget`; `shape` where neither is a grid; `backend` for grids on its device.
 * @returns Nats, computed in binary64 on the CPU: a number, within some 2⁻⁵⁰ of the sizes of its terms and so below 0 only where that of these very numbers is, or nearly; with `"none"` a grid. A target of 0
 *   adds 0, also where the input is −Infinity (PyTorch: NaN); a positive one adds `Infinity` there.
 * @throws ShapeError where both have not as many cells, or none; DomainError for NaN, +Infinity and negative targets (PyTorch: NaN); RangeError for an unknown `reduction`.
 * @see PyTorch `torch.nn.functional.kl_div`.
 */
export function klDivLoss(input: Input, target: Input, options: KlDivLossOptions & { readonly reduction: "none" }): Promise<Grid<Float64Array>>;
export function klDivLoss(input: Input, target: Input, options?: Whole): Promise<number>;
export function klDivLoss(input: Input, target: Input, options?: KlDivLossOptions): Promise<number | Grid<Float64Array>>;
export async function klDivLoss(input: Input, target: Input, options: KlDivLossOptions = {}): Promise<number | Grid<Float64Array>> {
  return (await import("./loss.js")).lossOf(input, target, options);
}

/**
 * The derivative of {@link klDivLoss} by every entry of its input: −target, over as many cells as `reduction` divides by.
 *
 * @param input - As for {@link klDivLoss}; its values do not matter.
 * @param target - As for {@link klDivLoss}.
 * @param options - As for {@link klDivLoss}; with `"none"` that of the sum.
 * @returns A grid of the input's shape.
 * @throws As {@link klDivLoss}.
 */
export async function klDivLossGradient(input: Input, target: Input, options: KlDivLossOptions = {}): Promise<Grid<Float64Array>> {
  return (await import("./loss.js")).lossGradientOf(input, target, options);
}
