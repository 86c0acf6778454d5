import type { MapJob, Term } from "../backend.js";
import type { DeviceGrid } from "../grid.js";
import { cellsOf } from "../grid.js";
import type { Measure } from "../terms/measure.js";
import { UNSCALED } from "../terms/measure.js";
import type { Input } from "../validate.js";
import { contributing, factorsOf, formOf, isNormalized, rowsForCells } from "./contributing.js";
import type { ContributionGrid, PointwiseOptions, Top } from "./pointwise.js";
import { onBackend, onCpu, prepare, trusting } from "./prepare.js";
import type { Call, Place } from "./prepare.js";
import { totalsOf } from "./sums.js";

/** What `pointwise` does, once it is loaded. */
export async function valuesOf(asked: Measure, p: Input, rest: readonly unknown[]): Promise<DeviceGrid | ContributionGrid | Top> {
  const { measure, q, form, own: { output = "host", top }, options } = contributing<Pick<PointwiseOptions, "output" | "top">>("pointwise", asked, rest, ["output", "top"]);
  if (output !== "host" && output !== "device") throw new RangeError(`pointwise: output "${String(output)}" must be "host" or "device".`);
  const term = formOf(measure, form);
  const call = prepare(measure, p, q, options);
  if (top !== undefined) return (await import("./top.js")).topOf(call, form, top);
  const result = await onBackend(call, (ready, place) => trusting("fast", ready, place, (sound, where) => mapOn(sound, where, term, output)));
  if (!ArrayBuffer.isView(result)) return result;
  return { data: result, dtype: result instanceof Float32Array ? "float32" : "float64", shape: call.p.shape };
}

async function mapOn(call: Call, place: Place, term: Term, output: "host" | "device"): Promise<Float64Array | Float32Array | DeviceGrid> {
  const { layout, settings: { signal } } = call;
  const outcome = await rowsForCells(call, place);
  if (outcome.refusal !== null) return onCpu(call, place.backend, outcome.refusal, (again, cpu) => mapOn(again, cpu, term, output));
  const scales = outcome.rows.map((row) => row.scale);
  const job: MapJob = {
    layout, p: call.p, q: call.q, term, output, ...factorsOf(call), ...(signal && { signal }),
    ...(scales.some((scale) => scale !== UNSCALED) && { scales }),
    ...(isNormalized(call) && { totals: outcome.rows.map(totalsOf) }),
  };
  if (cellsOf(call.p.shape) === 0) return new Float64Array();
  return place.backend.map(job);
}
