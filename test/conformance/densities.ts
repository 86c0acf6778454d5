import { type Distribution, type VectorDistribution, beta, dirichlet, gamma, mixture, multivariateNormal, normal, poisson } from "../../src/distributions/index";
import { check, rejects, same, sameList, within } from "../support/assert";
import { type ConformanceCase, type ConformanceContext, throughWindows } from "./context";

const cov = [1, 0.3, 0.1, 0.3, 1.2, -0.2, 0.1, -0.2, 0.8];

type Axes = (context: ConformanceContext) => readonly ArrayLike<number>[];

const line = (start: number, stop: number, count: number): Axes => ({ kullback }) => [kullback.linspace(start, stop, count)];
const cube = (size: number): Axes => ({ kullback }) => [kullback.linspace(-4, 5, size), kullback.linspace(-3, 4, size + 1), kullback.linspace(-5, 5, size + 3)];

/** Those that a GPU evaluates; of betas with the largest a + b. */
const EVALUATED: readonly (readonly [string, Distribution, Axes, number?])[] = [
  ["normal(0.3, 1.7)", normal(0.3, 1.7), line(-11, 12, 1001)],
  ["normal(1000, 1e-3), narrow and far from 0", normal(1000, 1e-3), line(999.99, 1000.01, 501)],
  ["normal(0, 1) on coordinates that are not even", normal(0, 1), () => [Float64Array.from({ length: 301 }, (_, i) => Math.sinh((i - 150) / 60))]],
  ["multivariateNormal of two", multivariateNormal([0.2, -0.4], [1.5, 0.6, 0.6, 0.7]), ({ kullback }) => [kullback.linspace(-5, 5, 61), kullback.linspace(-4, 4, 83)]],
  ["multivariateNormal of three", multivariateNormal([0.3, -0.2, 0.1], cov), cube(21)],
  ["a mixture of normals", mixture([normal(-2, 0.5), normal(3, 1.5)], [0.3, 0.7]), line(-9, 11, 777)],
  ["a mixture of multivariateNormals", mixture([multivariateNormal([0.3, -0.2, 0.1], cov), multivariateNormal([1, 1, -1], [0.5, 0, 0, 0, 0.6, 0, 0, 0, 0.7])], [0.4, 0.6]), cube(17)],
  ["beta(2, 5)", beta(2, 5), line(0.0005, 0.9995, 1000), 7],
  ["beta(800, 1200), of which the powers cancel", beta(800, 1200), line(0.3, 0.5, 401), 2000],
  ["a mixture of betas", mixture([beta(0.5, 0.7), beta(9, 3)], [0.5, 0.5]), line(0.001, 0.999, 999), 12],
];

async function runEvaluated(context: ConformanceContext, distribution: Distribution, axes: Axes, powers: number): Promise<void> {
  const { backend } = context;
  const coordinates = axes(context);
  const grid = await distribution.onGrid(coordinates, { backend });
  try {
    const expected = distribution.onGrid(coordinates);
    same(grid.dtype, backend.info.kind === "cpu" ? "float64" : "float32", "type");
    sameList(grid.shape, expected.shape, "shape");
    check(JSON.stringify(grid.spacing) === JSON.stringify(expected.spacing), () => `the spacing is ${JSON.stringify(grid.spacing)}.`);
    const cells = await backend.download(grid);
    const largest = Math.max(...expected.data);
    expected.data.forEach((density, i) => {
      if (backend.info.kind === "cpu") same(cells[i], density, `cell ${i}`);
      else {
        const below = Math.log(largest / density);
        within(Number(cells[i]), density, density * (8 + 8 * below + 6 * Math.sqrt(powers * below)) * 2 ** -24 + 1e-37 * largest, `cell ${i}`);
      }
    });
  } finally {
    grid.destroy();
  }
}

/** What no GPU evaluates comes from the host, and so do a beta's ends. */
async function runOthers(context: ConformanceContext): Promise<void> {
  const { kullback: { linspace }, backend } = context;
  const [x, unit] = [linspace(0, 9, 10), linspace(0, 1, 101)];
  const simplex = [linspace(0.05, 0.45, 5), linspace(0.05, 0.45, 6)];
  for (const [distribution, axes] of [[gamma(2, 1), [x]], [poisson(3), [x]], [beta(2, 5), [unit]], [mixture([normal(0, 1), gamma(2, 1)]), [x]], [dirichlet([1, 2, 3]) as VectorDistribution, simplex]] as const) {
    const dtype = backend.info.kind === "cpu" ? "float64" : "float32";
    const grid = await distribution.onGrid(axes, { backend });
    sameList(Array.from(await backend.download(grid), Number), Array.from(distribution.onGrid(axes, { dtype }).data), distribution.family);
    grid.destroy();
  }
  const error = await rejects(async () => beta(0.5, 1).onGrid([unit], { backend }), RangeError, "an infinite density");
  check(/infinite at cell 0/.test(error.message), () => error.message);
}

/** Where the tutorials' number comes from, without a density on the host. */
async function runTutorial(context: ConformanceContext): Promise<void> {
  const { kullback: { klDivergence, linspace }, backend } = context;
  const x = [linspace(-5, 5, 1000)];
  const [p, q] = [await normal(0, 1).onGrid(x, { backend }), await normal(1, 1.5).onGrid(x, { backend })];
  within(await klDivergence(p, q, { backend }), 0.3460831180275, backend.info.kind === "cpu" ? 1e-12 : 2e-7, "D of two normals");
  for (const grid of [p, q]) grid.destroy();
}

export const densityCases: readonly ConformanceCase[] = [
  ...throughWindows(EVALUATED.map(([name, distribution, axes, powers = 0]): ConformanceCase => ({ name: `onGrid(axes, { backend }) of ${name} is the density`, run: (context) => runEvaluated(context, distribution, axes, powers) }))),
  { name: "onGrid(axes, { backend }) of what no GPU evaluates comes from the host", run: runOthers },
  { name: "klDivergence of two densities made on the backend is the tutorial's", run: runTutorial },
];
