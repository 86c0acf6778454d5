import { expect, it } from "vitest";
import * as kullback from "../src/index";
import * as io from "../src/io/index";

it("kullback exports these names", () => {
  expect(Object.keys(kullback).sort()).toEqual([
    "DeviceError", "DomainError", "FormatError", "ShaderError", "ShapeError", "alphaDivergence", "bhattacharyya", "chiSquare", "compare", "crossEntropy", "entropy", "finishSums",
    "fromGPUBuffer", "generalizedKl", "grid", "hellinger", "jeffreys", "jensenShannon", "jensenShannonDistance", "klDivergence", "linspace",
    "mergeSums", "neymanChiSquare", "openBackend", "partialSums", "pointwise", "populationStability",
    "renyi", "renyiEntropy", "totalVariation", "tsallis", "tsallisEntropy", "upload",
  ]);
});

it("kullback/io exports these names", () => {
  expect(Object.keys(io).sort()).toEqual(["encodeNpy", "openGrid"]);
});
