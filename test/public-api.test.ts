import { expect, it } from "vitest";
import * as kullback from "../src/index";
import * as distributions from "../src/distributions/index";
import * as calibration from "../src/calibration/index";
import * as fit from "../src/fit/index";
import * as io from "../src/io/index";

it("kullback exports these names", () => {
  expect(Object.keys(kullback).sort()).toEqual([
    "DeviceError", "DomainError", "FormatError", "ShaderError", "ShapeError", "alphaDivergence", "bhattacharyya", "binaryCrossEntropy", "blockContributions", "chiSquare", "compare", "conditionalEntropy", "confidenceInterval", "crossEntropy", "entropy", "estimateEntropy", "estimateMutualInformation", "fDivergence", "finishSums",
    "fromGPUBuffer", "generalizedJensenShannon", "generalizedKl", "gradient", "grid", "hellinger", "histogram", "jeffreys", "jensenShannon", "jensenShannonDistance", "jointHistogram", "klDivLoss", "klDivLossGradient", "klDivergence", "klFromLogits", "labelContributions", "linspace",
    "marginal", "mergeHistograms", "mergeSums", "mutualInformation", "neymanChiSquare", "normalizedMutualInformation", "openBackend", "pairwise", "partialSums", "pointwise", "populationStability",
    "renyi", "renyiEntropy", "sliceContributions", "totalCorrelation", "totalVariation", "tsallis", "tsallisEntropy", "upload", "verifyMeasure",
  ]);
});

it("kullback/calibration exports these names", () => {
  expect(Object.keys(calibration)).toEqual(["calibrate"]);
});

it("kullback/distributions exports these names", () => {
  expect(Object.keys(distributions).sort()).toEqual([
    "bernoulli", "beta", "binomial", "categorical", "cauchy", "dirichlet", "exponential", "gamma", "geometric", "gumbel", "klBetween", "klBetweenGradient", "klSampled",
    "laplace", "logNormal", "mixture", "multivariateNormal", "normal", "poisson", "studentT", "uniform", "vonMises",
  ]);
});

it("kullback/fit exports these names", () => {
  expect(Object.keys(fit).sort()).toEqual(["fit", "mixtureOf"]);
});

it("kullback/io exports these names", () => {
  expect(Object.keys(io).sort()).toEqual(["encodeNpy", "openBlocks", "openGrid"]);
});
