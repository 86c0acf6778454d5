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
export {
  binaryCrossEntropy, chiSquare, crossEntropy, entropy, generalizedKl, hellinger, jeffreys, jensenShannon, jensenShannonDistance, klDivergence, neymanChiSquare,
  populationStability, totalVariation,
} from "./operations/measures.js";
export { fDivergence, verifyMeasure } from "./operations/f-divergence.js";
export type { FDivergenceDefinition, Verification } from "./operations/f-divergence.js";
export { alphaDivergence, bhattacharyya, renyi, renyiEntropy, tsallis, tsallisEntropy } from "./operations/orders.js";
export type { AxisOptions, DetailArrayOptions, DetailOptions, PairMeasure, RaggedDetailOptions, RaggedValueOptions, ScalarOptions, SingleMeasure } from "./operations/measures.js";
export type { Detail, DetailArray, MeasureOptions, RaggedOptions } from "./options.js";

// operations
export { compare } from "./operations/compare.js";
export type { Compared } from "./operations/compare.js";
export { blockContributions, sliceContributions } from "./operations/contributions.js";
export type { BlockOptions, Contributions, SliceOptions } from "./operations/contributions.js";
export type { ContributingOptions } from "./operations/contributing.js";
export { labelContributions } from "./operations/label-contributions.js";
export type { LabelContributions, LabelOptions } from "./operations/label-contributions.js";
export { confidenceInterval } from "./operations/interval.js";
export type { Interval, IntervalOptions } from "./operations/interval.js";
export { estimateEntropy, estimateMutualInformation } from "./operations/estimate.js";
export type { EstimateOptions, Estimator } from "./operations/estimate.js";
export { generalizedJensenShannon } from "./operations/generalized-jensen-shannon.js";
export type { GeneralizedDetail, GeneralizedDetailArray, GeneralizedJensenShannonOptions } from "./operations/generalized-jensen-shannon.js";
export { gradient } from "./operations/gradient.js";
export type { GradientGrid, GradientOptions } from "./operations/gradient.js";
export { finishSums, mergeSums, partialSums } from "./operations/partial-sums.js";
export type { FinishedSums, FinishSumsOptions, PartialSums, PartialSumsOptions } from "./operations/partial-sums.js";
export { histogram, jointHistogram, mergeHistograms } from "./operations/histogram.js";
export type { BinOptions, BinRule, DeviceHistogram, DeviceJointHistogram, Histogram, HistogramOptions, JointHistogram, JointHistogramOptions, SampleStream } from "./operations/histogram.js";
export { conditionalEntropy, mutualInformation, normalizedMutualInformation, totalCorrelation } from "./operations/joint.js";
export type { ConditionalEntropyOptions, JointDetail, JointOptions, MutualInformationOptions, NormalizedMutualInformationOptions } from "./operations/joint.js";
export { klFromLogits } from "./operations/kl-from-logits.js";
export type { LogitComparison, LogitOptions, LogitSource, QuantileLevel } from "./operations/kl-from-logits.js";
export { klDivLoss, klDivLossGradient } from "./operations/kl-div-loss.js";
export type { KlDivLossOptions } from "./operations/kl-div-loss.js";
export { marginal } from "./operations/marginal.js";
export type { MarginalOptions } from "./operations/marginal.js";
export { pairwise } from "./operations/pairwise.js";
export type { Nearest, NearestDetail, PairDetail, PairwiseOptions } from "./operations/pairwise.js";
export { pointwise } from "./operations/pointwise.js";
export type { ContributionGrid, PointwiseOptions, Top } from "./operations/pointwise.js";

// data
export { grid, linspace } from "./grid.js";
export type { AllocateOptions, ArrayOf, CellArray, DeviceBuffer, DeviceGrid, Dtype, Grid, GridOptions, LinspaceOptions, Spacing } from "./grid.js";
export { fromGPUBuffer, upload } from "./operations/upload.js";
export type { FromGPUBufferOptions, UploadOptions } from "./operations/upload.js";
export type { Input } from "./validate.js";

// backend
export { openBackend } from "./open-backend.js";
export type { CallerDevice, OpenBackendOptions } from "./open-backend.js";
export type { Backend, BackendInfo } from "./backend.js";

// errors
export { DeviceError, DomainError, FormatError, ShaderError, ShapeError } from "./errors.js";
