import type { Backend, Term } from "../backend.js";
import { ShapeError } from "../errors.js";
import { BYTES_PER_CELL, cellsOf } from "../grid.js";
import { cpuBackend } from "../open-backend.js";
import type { DetailArray, MeasureOptions } from "../options.js";
import { jensenShannonMeasure } from "../terms/jensen-shannon.js";
import { kl } from "../terms/kl.js";
import { UNSCALED } from "../terms/measure.js";
import { scaleBy } from "../terms/scaling.js";
import { weightedJensenShannon } from "../terms/weighted-jensen-shannon.js";
import { isDeviceGrid, settingsOf } from "../validate.js";
import type { Input } from "../validate.js";
import { renamed } from "./check.js";
import { rowsForCells } from "./contributing.js";
import { evaluate, evaluateCall, unitOf } from "./evaluate.js";
import type { GeneralizedDetail, GeneralizedDetailArray, GeneralizedJensenShannonOptions } from "./generalized-jensen-shannon.js";
import { onBackend, onHost, prepare, trusting } from "./prepare.js";
import type { Call, Place } from "./prepare.js";
import { totalsOf } from "./sums.js";

const NAME = "generalizedJensenShannon";
/** D of each distribution from the mixture. */
const FROM_MIXTURE = { ...kl, name: NAME };
/** To which so many times q are added. */
const MIXTURE: Term = { id: "mixture", wgsl: "fn term(p: f32, q: f32, d: f32) -> f32 { return p; }\n", cpu: (p) => p, edges: { pZero: 0, qZero: 1 } };

/** What `generalizedJensenShannon` does, once it is loaded. */
export async function fromMixture(distributions: readonly Input[], { priors, ...options }: GeneralizedJensenShannonOptions): Promise<number | Float64Array | GeneralizedDetail | GeneralizedDetailArray> {
  const started = performance.now();
  if (!Array.isArray(distributions) || distributions.length < 2) throw new RangeError(`${NAME}: two or more distributions in an array are asked for.`);
  const shares = sharesOf(priors, distributions.length);
  settingsOf(NAME, options, ["backend", "base", "shape", "axis", "detail", "signal"]);
  const [first, second] = distributions;
  if (distributions.length === 2) {
    const measure = shares[0] === 0.5 ? { ...jensenShannonMeasure, name: NAME } : weightedJensenShannon(shares[0], shares[1]);
    return evaluate(measure, first, second, options).catch((error: unknown) => { throw renamed(error, { p: "distributions[0]", q: "distributions[1]" }); });
  }
  const call = prepare(FROM_MIXTURE, first, second, options);
  const grids = distributions.map((input) => prepare(FROM_MIXTURE, first, input, options).q);
  const odd = grids.find(({ shape }) => cellsOf(shape) !== cellsOf(call.p.shape));
  if (odd) throw new ShapeError(`${NAME}: a distribution of shape [${odd.shape}] must have the first one's, [${call.p.shape}].`, call.p.shape, odd.shape);
  const found = await onBackend(call, async (ready, place) => {
    const refusal = grids.map(({ dtype }) => place.backend.refuses(dtype, dtype, "fast")).find((reason) => reason !== null);
    const elsewhere = (reason: string) => sumOn({ ...ready, wide: true }, grids, shares, { backend: cpuBackend(), reason: `${reason}: computed in binary64 on the CPU` }, place.backend);
    if (refusal) return elsewhere(refusal);
    const answer = await trusting("fast", ready, place, (sound, where) => sumOn(sound, grids, shares, where, options.backend ?? place.backend));
    // a mixture is 0 nowhere where a part is not: one underflowed
    return answer.value.includes(Infinity) ? elsewhere("values too far apart for binary32") : answer;
  });
  const { errorBound, place } = found;
  const most = shares.reduce((entropy, share) => entropy - share * Math.log(share), 0) * call.settings.perNat;
  const value = found.value.map((nats) => Math.min(nats, most));
  const { axis, base, detail } = call.settings;
  if (!detail) return axis === undefined ? value[0] : value;
  const common = { unit: unitOf(kl, base), cells: call.layout.cells, precision: "fast", backend: place.backend.info.kind, reason: place.reason, elapsedMs: performance.now() - started } as const;
  return axis === undefined ? { ...common, value: value[0], errorBound: errorBound[0] } : { ...common, value, errorBound, shape: call.layout.shape };
}

function sharesOf(priors: readonly number[] | undefined, count: number): readonly number[] {
  if (priors === undefined) return Array.from({ length: count }, () => 1 / count);
  if (priors.length !== count) throw new RangeError(`${NAME}: ${priors.length} priors for ${count} distributions.`);
  const wrong = priors.find((prior) => !(prior > 0 && prior < Infinity));
  if (wrong !== undefined) throw new RangeError(`${NAME}: prior ${wrong} must be positive and finite.`);
  const largest = Math.max(...priors);
  const total = priors.reduce((sum, prior) => sum + prior / largest, 0);
  return priors.map((prior) => prior / largest / total);
}

interface Answer {
  readonly value: Float64Array;
  readonly errorBound: Float64Array;
  readonly place: Place;
}

/** Σ πᵢ·D(p̂ᵢ ‖ m̃) is too large by D(m ‖ m̃), the square of the mixture's rounding. `owner`: whose grids those on a device are. */
async function sumOn(call: Call, given: readonly Call["p"][], shares: readonly number[], place: Place, owner: Backend): Promise<Answer> {
  const grids = place.backend.info.kind === "cpu" ? await Promise.all(given.map((grid) => onHost(owner, grid))) : given;
  const { settings, layout } = call;
  const value = new Float64Array(layout.rows);
  const rounding = (8 * grids.length * (place.backend.info.kind === "cpu" ? 2 ** -53 : 2 ** -24)) ** 2;
  const errorBound = new Float64Array(layout.rows).fill(rounding * settings.perNat);
  const mixture = await mixtureOf(call, grids, shares, place);
  if (mixture === null) return { value: value.fill(Infinity), errorBound, place };
  const options: MeasureOptions = { ...call.options, backend: place.backend, precision: "fast", axis: call.settings.axis ?? call.p.shape.map((_, i) => i), detail: true };
  try {
    for (const [i, grid] of grids.entries()) {
      const detail = (await evaluateCall({ ...prepare(FROM_MIXTURE, grid, mixture, options), ...(call.wide && { wide: true }) }, 0)) as DetailArray;
      detail.value.forEach((nats, row) => {
        value[row] += shares[i] * nats;
        errorBound[row] += shares[i] * detail.errorBound[row] + value[row] * 2 ** -52;
      });
    }
  } finally {
    if (isDeviceGrid(mixture)) mixture.destroy();
  }
  return { value, errorBound, place };
}

/** Exponents of totals between which the mixture has the first one's. */
const FAR = 64;

/** Σ πᵢ·p̂ᵢ with the total of the first distribution, next to which D needs no other scale; `null` where binary32 does not hold it. */
async function mixtureOf(call: Call, grids: readonly Call["p"][], shares: readonly number[], place: Place): Promise<Call["p"] | null> {
  const { layout, settings: { signal } } = call;
  let mixture = grids[0];
  let share = shares[0];
  let times: readonly number[] = [];
  for (const [i, grid] of grids.entries()) {
    if (i === 0) continue;
    const pair = { ...prepare(FROM_MIXTURE, mixture, grid, { ...call.options, backend: place.backend }), settings: call.settings };
    const before = mixture;
    try {
      const outcome = await rowsForCells(pair, place, true).catch((error: unknown) => { throw renamed(error, { p: "distributions[0]", q: `distributions[${i}]` }); });
      if (outcome.refusal !== null) return null;
      const scales = outcome.rows.map(({ scale }) => scale);
      if (i === 1) times = outcome.rows.map(({ p, scale }) => Math.min(Math.max(scaleBy(p, -scale.p), 2 ** -FAR), 2 ** FAR));
      const data = await place.backend.map({
        layout, p: pair.p, q: pair.q, term: MIXTURE, output: place.backend.info.kind === "cpu" ? "host" : "device", factor: share / (share + shares[i]), perP: 0, totals: outcome.rows.map(totalsOf),
        rows: { plus: times.map(() => shares[i] / share), times, isPerQ: true },
        ...(scales.some((scale) => scale !== UNSCALED) && { scales }), ...(signal && { signal }),
      });
      mixture = ArrayBuffer.isView(data) ? { data, dtype: data.BYTES_PER_ELEMENT === BYTES_PER_CELL.float32 ? "float32" : "float64", shape: call.p.shape } : data;
    } finally {
      // what was mixed before is in it
      if (i > 1 && isDeviceGrid(before)) before.destroy();
    }
    share += shares[i];
  }
  return mixture;
}
