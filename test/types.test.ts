import { expectTypeOf, it } from "vitest";
import { klBetween, laplace, normal } from "../src/distributions/index";
import type { Batch, Mixture, MultivariateNormal, Normal, VectorMixture } from "../src/distributions/index";
import { fit, mixtureOf } from "../src/fit/index";
import { entropy, grid, jensenShannon, klDivergence, pairwise, pointwise } from "../src/index";
import type { Backend, ContributionGrid, Detail, DetailArray, DeviceGrid, Grid, MeasureOptions, Nearest, NearestDetail, PairDetail, PairwiseOptions } from "../src/index";

// checked by tsc, which reads every test
it("a measure's result type follows its options", () => {
  const p = Float64Array.of(1, 2);
  const never = () => ({
    number: klDivergence(p, p),
    array: klDivergence(p, p, { axis: 0 }),
    detail: klDivergence(p, p, { detail: true }),
    details: klDivergence(p, p, { detail: true, axis: [0] }),
    ragged: klDivergence(p, p, { offsets: [0, 2] }),
    raggedDetails: klDivergence(p, p, { detail: true, offsets: Uint32Array.of(0, 2) }),
    raggedSpread: klDivergence(p, p, { ...{ offsets: [0, 2] }, base: 2 }),
    any: klDivergence(p, p, {} as MeasureOptions),
    single: entropy(p),
    host: pointwise(klDivergence, p, p),
    device: pointwise(entropy, p, { output: "device" }),
  });
  type Results = { [Key in keyof ReturnType<typeof never>]: Awaited<ReturnType<typeof never>[Key]> };
  expectTypeOf<Results["number"]>().toEqualTypeOf<number>();
  expectTypeOf<Results["array"]>().toEqualTypeOf<Float64Array>();
  expectTypeOf<Results["detail"]>().toEqualTypeOf<Detail>();
  expectTypeOf<Results["details"]>().toEqualTypeOf<DetailArray>();
  expectTypeOf<Results["ragged"]>().toEqualTypeOf<Float64Array>();
  expectTypeOf<Results["raggedDetails"]>().toEqualTypeOf<DetailArray>();
  expectTypeOf<Results["raggedSpread"]>().toEqualTypeOf<Float64Array>();
  expectTypeOf<Results["any"]>().toEqualTypeOf<number | Float64Array | Detail | DetailArray>();
  expectTypeOf<Results["single"]>().toEqualTypeOf<number>();
  expectTypeOf<Results["host"]>().toEqualTypeOf<ContributionGrid>();
  expectTypeOf<Results["device"]>().toEqualTypeOf<DeviceGrid>();
});

it("pairwise's result type follows its options, and takes measures of two", () => {
  const p = Float64Array.of(1, 2);
  const never = () => ({
    matrix: pairwise(jensenShannon, p, { shape: [1, 2], condensed: true }),
    detail: pairwise(jensenShannon, p, { detail: true }),
    nearest: pairwise(jensenShannon, p, { top: 1 }),
    nearestDetail: pairwise(jensenShannon, p, { top: 1, detail: true }),
    device: pairwise(jensenShannon, p, { output: "device" }),
    any: pairwise(jensenShannon, p, {} as PairwiseOptions),
    // @ts-expect-error of one distribution there are no pairs
    single: pairwise(entropy, p),
  });
  type Results = { [Key in keyof ReturnType<typeof never>]: Awaited<ReturnType<typeof never>[Key]> };
  expectTypeOf<Results["matrix"]>().toEqualTypeOf<Grid<Float64Array>>();
  expectTypeOf<Results["detail"]>().toEqualTypeOf<PairDetail>();
  expectTypeOf<Results["nearest"]>().toEqualTypeOf<Nearest>();
  expectTypeOf<Results["nearestDetail"]>().toEqualTypeOf<NearestDetail>();
  expectTypeOf<Results["device"]>().toEqualTypeOf<DeviceGrid>();
  expectTypeOf<Results["any"]>().toEqualTypeOf<Grid<Float64Array> | PairDetail | Nearest | NearestDetail | DeviceGrid>();
});

it("grid.allocate's data follow its dtype", () => {
  expectTypeOf(grid.allocate([2])).toEqualTypeOf<Grid<Float32Array>>();
  expectTypeOf(grid.allocate([2], { dtype: "uint64" })).toEqualTypeOf<Grid<BigUint64Array>>();
});

it("densities, divergences between families and fits have the types of what they were asked for", () => {
  const never = () => ({
    normal: normal(0, 1),
    batch: normal(Float64Array.of(0, 1), 1),
    grid: normal(0, 1).onGrid([0, 1]),
    device: normal(0, 1).onGrid([0, 1], { backend: {} as Backend }),
    between: klBetween(normal(0, 1), laplace(0, 1)),
    batchBetween: klBetween(normal([0, 1], 1), normal(0, 1)),
    fitted: fit([1, 2, 1], "normal"),
    vector: fit([1, 2, 1], "multivariateNormal"),
    mixture: fit([1, 2, 1], mixtureOf("normal", 2)),
    vectorMixture: fit([1, 2, 1], mixtureOf("multivariateNormal", 2)),
  });
  type Results = { [Key in keyof ReturnType<typeof never>]: Awaited<ReturnType<typeof never>[Key]> };
  expectTypeOf<Results["normal"]>().toEqualTypeOf<Normal>();
  expectTypeOf<Results["batch"]>().toEqualTypeOf<Batch<"normal">>();
  expectTypeOf<Results["grid"]>().toEqualTypeOf<Grid<Float64Array | Float32Array>>();
  expectTypeOf<Results["device"]>().toEqualTypeOf<DeviceGrid>();
  expectTypeOf<Results["between"]>().toEqualTypeOf<number>();
  expectTypeOf<Results["batchBetween"]>().toEqualTypeOf<Float64Array>();
  expectTypeOf<Results["fitted"]["parameters"]["sd"]>().toEqualTypeOf<number>();
  expectTypeOf<Results["vector"]["distribution"]>().toEqualTypeOf<MultivariateNormal>();
  expectTypeOf<Results["mixture"]["distribution"]>().toEqualTypeOf<Mixture>();
  expectTypeOf<Results["vectorMixture"]["distribution"]>().toEqualTypeOf<VectorMixture>();
});
