/**
 * Distributions fitted to densities on grids, and to histograms, by forward and reverse KL divergence and its relatives.
 *
 * ```ts
 * import { fit, mixtureOf } from "kullback/fit";
 *
 * const { distribution, divergence, errorBound } = await fit(density, "normal", { axes: x, direction: "reverse" });
 * const { parameters } = await fit(volume, mixtureOf("multivariateNormal", 2), { axes: [z, y, x] });
 * ```
 *
 * @module kullback/fit
 */
export { fit, mixtureOf } from "./fit.js";
export type { FamilyName, FamilyOf, FitOptions, FitResult, FitStep, Fitted, MixtureOf } from "./options.js";
export type { Direction, TargetZeros } from "../operations/hold-against.js";
