/**
 * Quantization calibration: thresholds, scales and zero points by divergence, as this project defines it and as vendors do.
 *
 * @module kullback/calibration
 */
export { calibrate } from "./calibrate.js";
export type { CalibrateOptions, Calibration, CalibrationReport, Counts, Method, Target } from "./calibrate.js";
