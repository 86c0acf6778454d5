import { expect, it } from "vitest";
import * as kullback from "../src/index";
import * as io from "../src/io/index";

it("kullback exports these names", () => {
  expect(Object.keys(kullback).sort()).toEqual([
    "DeviceError", "DomainError", "FormatError", "ShaderError", "ShapeError", "alphaDivergence", "bhattacharyya", "binaryCrossEntropy", "blockContributions", "chiSquare", "compare", "conditionalEntropy", "crossEntropy", "entropy", "fDivergence", "finishSums",
    "fromGPUBuffer", "generalizedJensenShannon", "generalizedKl", "gradient", "grid", "hellinger", "jeffreys", "jensenShannon", "jensenShannonDistance", "klDivLoss", "klDivLossGradient", "klDivergence", "klFromLogits", "labelContributions", "linspace",
    "marginal", "mergeSums", "mutualInformation", "neymanChiSquare", "normalizedMutualInformation", "openBackend", "pairwise", "partialSums", "pointwise", "populationStability",
    "renyi", "renyiEntropy", "sliceContributions", "totalCorrelation", "totalVariation", "tsallis", "tsallisEntropy", "upload", "verifyMeasure",
  ]);
});

it("kullback/io exports these names", () => {
  expect(Object.keys(io).sort()).toEqual(["encodeNpy", "openBlocks", "openGrid"]);
});
