import type { Grid } from "../grid.js";
import type { MeasureOptions } from "../options.js";
import type { Input } from "../validate.js";

/** Options of `marginal`. */
export interface MarginalOptions extends Pick<MeasureOptions, "backend" | "shape" | "spacing" | "quadrature" | "signal"> {
  /**
   * `"exact"` (default): each sum rounded once, the same bits on every device. `"fast"`: in the backend's arithmetic, binary32 on a GPU. Coordinates and a
   * `quadrature` but `"riemann"` are for `"fast"`, which is the default with them.
   */
  readonly precision?: "fast" | "exact";
}

/**
 * Marginal distribution of some axes of a grid: the sums over all others, as they are, or of densities their integrals.
 *
 * ```ts
 * const x = await marginal(joint, 0); // of a 2-D joint histogram that of its first variable
 * ```
 *
 * @param p - A grid, each entry finite and ≥ 0, row-major.
 * @param axes - The axes that remain, in the grid's order; negative from the end.
 * @param options - `shape`, `precision`, `backend`, `signal`; `spacing` and `quadrature` as for the measures.
 * @returns The sums in `data`, in the `shape` of the axes that remain, with their spacing where there is one.
 * @throws As {@link entropy}, but for grids that sum to 0; RangeError for axes that are not there.
 * @see Cover & Thomas, Elements of Information Theory, 2nd ed., §2.1.
 */
export async function marginal(p: Input, axes: number | readonly number[], options: MarginalOptions = {}): Promise<Grid<Float64Array>> {
  return (await import("./marginal-sums.js")).marginalOf(p, axes, options);
}
