import { DomainError, ShapeError } from "../errors.js";
import type { DeviceGrid } from "../grid.js";
import { cellsOf } from "../grid.js";
import { UNSCALED } from "../terms/measure.js";
import type { Measure } from "../terms/measure.js";
import { byTotals, scaleBy } from "../terms/scaling.js";
import { slopes } from "../terms/slopes.js";
import type { Slope } from "../terms/slopes.js";
import type { Input } from "../validate.js";
import { isNormalized, rowsForCells } from "./contributing.js";
import { evaluateCall } from "./evaluate.js";
import type { GradientGrid, GradientOptions } from "./gradient.js";
import { onBackend, onCpu, prepare, swapped, trusting } from "./prepare.js";
import type { Call, Place } from "./prepare.js";
import { totalsOf } from "./sums.js";

/** What `gradient` does, once it is loaded. */
export async function slopesOf(measure: Measure, p: Input, q: Input | undefined, options: GradientOptions): Promise<DeviceGrid | GradientGrid> {
  const { with: by, output = "host", ...all } = options ?? {};
  const known = slopes[measure.id];
  if (!known) throw new RangeError(`gradient: ${measure.name} has none here.`);
  const slope = Object.hasOwn(known, by) ? known[by] : undefined;
  if (!slope) throw new RangeError(`gradient: with ${JSON.stringify(by)} must be one of ${Object.keys(known).map((name) => `"${name}"`).join(", ")}.`);
  if (output !== "host" && output !== "device") throw new RangeError(`gradient: output "${String(output)}" must be "host" or "device".`);
  if (all.precision === "exact") throw new RangeError('gradient: precision "exact" is not available; "fast" is.');
  for (const name of ["rtol", "mask", "weights", "zeros", "emptyRows", "totals", "detail"] as const) {
    if ((all as Record<string, unknown>)[name] !== undefined) throw new RangeError(`gradient: ${name} is for the measures themselves.`);
  }
  all.signal?.throwIfAborted();
  const call = prepare(measure, p, q, all);
  if (cellsOf(call.q.shape) !== cellsOf(call.p.shape)) throw new ShapeError(`gradient: q of shape [${call.q.shape}] must have p's, [${call.p.shape}].`, call.p.shape, call.q.shape);
  const result = await onBackend(call, (ready, place) => trusting("fast", ready, place, (sound, where) => slopesOn(sound, where, slope, by, output)));
  if (!ArrayBuffer.isView(result)) return result;
  return { data: result, dtype: result instanceof Float32Array ? "float32" : "float64", shape: call.p.shape };
}

async function slopesOn(call: Call, place: Place, slope: Slope, by: GradientOptions["with"], output: "host" | "device"): Promise<Float64Array | Float32Array | DeviceGrid> {
  const { measure, p, q, layout, settings, cellVolume } = call;
  // slopes are made of the difference, whatever the measure itself is made of
  const outcome = await rowsForCells({ ...call, measure: { ...measure, scaling: byTotals } }, place, true);
  if (outcome.refusal !== null) return onCpu(call, place.backend, outcome.refusal, (ready, cpu) => slopesOn(ready, cpu, slope, by, output));
  const { rows } = outcome;
  const isScaled = rows.some(({ scale }) => scale !== UNSCALED);
  const normalized = isNormalized(call);
  const means = normalized ? await meansOf(call, place, slope) : null;
  const totals = rows.map(totalsOf);
  const times = rows.map(({ scale }, i) => {
    if (by === "log q" || !normalized) return 1;
    return 1 / (by === "p" ? scaleBy(totals[i].p, -scale.p) : scaleBy(totals[i].q / scale.multiplier, -scale.q));
  });
  return place.backend.map({
    layout, p, q, term: slope.term, output, perP: 0,
    factor: settings.perNat ** measure.unitExponent * (normalized ? 1 : cellVolume),
    rows: { plus: rows.map((_, i) => (means ? -means[i] : slope.raw)), times, isPerQ: by === "log q" },
    ...(settings.signal && { signal: settings.signal }),
    ...(isScaled && { scales: rows.map(({ scale }) => scale) }),
    ...(normalized && { totals }),
  });
}

/** Σ p̂·F_p or Σ q̂·F_q of every row, in nats and of masses. */
async function meansOf(call: Call, place: Place, { mean }: Slope): Promise<readonly number[]> {
  const { layout, settings, options } = call;
  if (!mean) return Array.from({ length: layout.rows }, () => 0);
  const asked = mean.isReversed ? swapped(call) : call;
  const values = await evaluateCall({ ...asked, measure: mean.of, cellVolume: 1, settings: { ...settings, perNat: 1, detail: false }, options: { ...options, backend: place.backend } }, performance.now());
  const list = typeof values === "number" ? [values] : [...(values as Float64Array)];
  const infinite = list.findIndex((value) => !Number.isFinite(value));
  if (infinite >= 0) throw new DomainError(`gradient: ${call.measure.name} is infinite${settings.axis === undefined ? "" : ` in row ${infinite}`} and has no gradient: a cell is 0 on one side alone.`, "q", list.filter((value) => !Number.isFinite(value)).length, -1);
  return list.map((value) => mean.times * value);
}
