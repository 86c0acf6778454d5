import { grid, klDivergence, linspace, openBackend } from "kullback";
import { mixture, multivariateNormal } from "kullback/distributions";
import { fit, mixtureOf } from "kullback/fit";
import { onNodeDevice } from "./node-device.js";
import { summaryOf } from "./timing.js";

/*
 * One evaluation of a fit's loss and gradient on a volume, beside one KL divergence of two volumes of that size, by turns; and whole fits, and densities.
 */

const SIDE = 256;
const TURNS = 9;
const axes = [0, 1, 2].map(() => linspace(-6, 6, SIDE));
const truth = multivariateNormal([0.3, -0.2, 0.1], [1, 0.3, 0.1, 0.3, 1.2, -0.2, 0.1, -0.2, 0.8]);
const start = multivariateNormal([0.5, 0.3, -0.2], [1.5, 0, 0, 0, 0.9, 0.1, 0, 0.1, 1.1]);
const two = mixture([truth, start]);

/** What is fitted to the volume: how often its cells are read and for how long is seen from its backend. */
const FITS = {
  "reverse, normal of full covariance": (volume, options) => fit(volume, "multivariateNormal", { ...options, axes, direction: "reverse", starts: [start] }),
  "forward, two normals": (volume, options) => fit(volume, mixtureOf("multivariateNormal", 2), { ...options, axes, starts: [two], maxSteps: 3 }),
  "forward, normal (closed)": (volume, options) => fit(volume, "multivariateNormal", { ...options, axes }),
};

/** A backend that hands each read of a fit to `read`. */
function watched(backend, read) {
  const openFit = async (job) => {
    const loop = await backend.openFit(job);
    return { sum: (...of) => read(job, () => loop.sum(...of)), end: () => loop.end() };
  };
  return new Proxy(backend, { get: (target, name) => (name === "openFit" ? openFit : typeof target[name] === "function" ? target[name].bind(target) : target[name]) });
}

const median = (times) => summaryOf(times).medianMs;

/** Milliseconds that a call takes. */
async function msOf(call) {
  const started = performance.now();
  const result = await call();
  return { ms: performance.now() - started, result };
}

/** Rows for one backend. */
async function measureOn(backend, way, only, report) {
  const cells = SIDE ** 3;
  const shape = [SIDE, SIDE, SIDE];
  const row = (fitted, medianMs, more) => report({ fit: fitted, way, cells, medianMs, nsPerCell: (medianMs * 1e6) / cells, ...more });
  const densities = [truth, start].map((distribution) => distribution.onGrid(axes, { dtype: "float32" }));
  const isGpu = backend.info.kind === "webgpu";
  const volumes = isGpu ? densities.map(({ data }) => backend.upload(grid(data, { shape }))) : densities;
  const kl = () => klDivergence(...volumes, { backend, shape });
  for (let i = 0; i < 4; i++) await kl();
  for (const [name, run] of Object.entries(FITS).filter(([key]) => key.includes(only))) {
    const [reads, kls] = [[], []];
    const direction = name.startsWith("reverse") ? "reverse" : "forward";
    const read = async (job, sum) => {
      const { ms, result } = await msOf(sum);
      if (job.way === direction && kls.length < TURNS) {
        reads.push(ms);
        kls.push((await msOf(kl)).ms);
      }
      return result;
    };
    const whole = [];
    while (kls.length < TURNS) whole.push((await msOf(() => run(volumes[0], { backend: watched(backend, read) }))).ms);
    row(`${name}, loss and gradient`, median(reads), { klMs: median(kls), timesKl: median(reads) / median(kls) });
    row(`${name}, whole`, (await msOf(() => run(volumes[0], { backend }))).ms);
  }
  const made = [];
  for (let i = 0; i < 3; i++) {
    const { ms, result } = await msOf(() => truth.onGrid(axes, { backend }));
    made.push(ms);
    result.destroy();
  }
  row("onGrid of a normal", median(made));
  if (isGpu) volumes.forEach((volume) => volume.destroy());
}

/** Hands a row for each fit and backend to `report`; resolves to the adapter. */
export async function measureFits({ backend: asked, only = "", report }) {
  if (asked !== "webgpu") {
    for (const threads of [1, undefined]) {
      const backend = await openBackend({ prefer: "cpu", ...(threads && { threads }) });
      await measureOn(backend, threads ? "cpu, one thread" : "cpu, all threads", only, report);
      backend.destroy();
    }
  }
  return asked === "cpu" ? null : onNodeDevice((backend) => measureOn(backend, "webgpu", only, report));
}
