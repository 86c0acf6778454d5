/**
 * How much two distributions differ, on the GPU through WebGPU or on the CPU, each number with its error bound.
 *
 * ```ts
 * import { klDivergence, openBackend } from "kullback";
 *
 * const backend = await openBackend();                                  // WebGPU on a real adapter, else the CPU
 * const nats = await klDivergence(p, q, { backend });                   // number
 * const { value, errorBound } = await klDivergence(p, q, { detail: true, base: 2 });
 * ```
 *
 * @module kullback
 */

// measures
export { crossEntropy, entropy, generalizedKl, jensenShannon, jensenShannonDistance, klDivergence } from "./operations/measures";
export type { AxisOptions, DetailArrayOptions, DetailOptions, PairMeasure, ScalarOptions, SingleMeasure } from "./operations/measures";
export type { Detail, DetailArray, MeasureOptions } from "./options";

// operations
export { pointwise } from "./operations/pointwise";
export type { ContributionGrid, PointwiseOptions } from "./operations/pointwise";

// data
export { grid, linspace } from "./grid";
export type { CellArray, DeviceGrid, Dtype, Grid, GridOptions } from "./grid";
export { fromGPUBuffer, upload } from "./operations/upload";
export type { FromGPUBufferOptions, UploadOptions } from "./operations/upload";
export type { Input } from "./validate";

// backend
export { openBackend } from "./open-backend";
export type { OpenBackendOptions } from "./open-backend";
export type { Backend, BackendInfo } from "./backend";

// errors
export { DeviceError, DomainError, FormatError, ShaderError, ShapeError } from "./errors";
