import type { FitAxis, FitJob, FitLoop, FitSums, Moments } from "../backend.js";
import { DeviceError } from "../errors.js";
import { isNormal } from "../terms/density.js";
import type { Component } from "../terms/density.js";
import { bind, deviceGrid, upload } from "./bind.js";
import { axisTable, componentTable, referenceOf } from "./density-tables.js";
import { USAGE } from "./device.js";
import { paceOf } from "./gpu.js";
import type { Gpu } from "./gpu.js";
import { LARGEST_DISPATCH, runPass, whole } from "./run.js";
import type { Lanes } from "./shaders.js";
import { runSteps } from "./steps.js";
import type { Step } from "./steps.js";
import type { Table } from "./tables.js";

const THREADS = 64;
/** Threads that are wanted, and cells of each that make it worth to start. */
const WANTED = { software: 2 ** 12, gpu: 2 ** 17 } as const;
const FEW = 8;
/** Numbers of a thread before those of its components, and of one of these. */
const [HEAD, OF_COMPONENT] = [3, 6];
/** Bytes that a binding has around the cells that are meant. */
const SLACK = 512;

/** One read of a target. */
interface Read extends FitJob {
  readonly axes: readonly FitAxis[];
}

/** A target's cells as singles, in the device's memory where they fit. */
export async function openFit(gpu: Gpu, job: FitJob): Promise<FitLoop> {
  const { target, kind } = job;
  const own = "data" in target && target.data.byteLength <= gpu.limits.buffer ? deviceGrid(upload(gpu.device, target.data), target.dtype, target.shape) : null;
  let kept: { readonly axes: readonly FitAxis[]; readonly table: Table } | undefined;
  const read = (components: readonly Component[], axes: readonly FitAxis[]) => {
    if (kept?.axes !== axes) {
      if (kept) gpu.tables.give(kept.table);
      kept = { axes, table: gpu.tables.take(axisTable(kind, axes).buffer, USAGE.STORAGE, "fit axes") };
    }
    return sum(gpu, { ...job, target: own ?? target, axes }, kept.table, components);
  };
  return {
    sum: read,
    mass: async (components, axes) => (await read(components, axes)).q,
    end() {
      own?.destroy();
      if (kept) gpu.tables.give(kept.table);
      kept = undefined;
    },
  };
}

async function sum(gpu: Gpu, job: Read, axes: Table, components: readonly Component[]): Promise<FitSums> {
  const table = componentTable(components);
  // so narrow a component is none that cells could tell
  if (!table) return new Totals(job, components).finish(1);
  const taken = gpu.tables.take(table.buffer, USAGE.STORAGE, "fit components");
  const totals = new Totals(job, components);
  try {
    await runSteps(stepsOf(gpu, job, axes, taken, components.length, totals), job.signal);
  } finally {
    gpu.tables.give(taken);
  }
  return totals.finish();
}

async function* stepsOf(gpu: Gpu, job: Read, axes: Table, components: Table, count: number, totals: Totals): AsyncGenerator<Step<ArrayBuffer>> {
  const { target, term, slope, way, kind, scale } = job;
  const [n0, n1 = 1, n2 = 1] = target.shape;
  const columns = n1 * n2;
  const label = `${term.id} fit`;
  const numbers = HEAD + OF_COMPONENT * count;
  const planes = Math.floor(Math.min((gpu.limits.binding - SLACK) / (4 * columns), "data" in target ? gpu.limits.upload / (4 * columns) : Infinity));
  const most = Math.floor(gpu.limits.binding / (4 * numbers));
  if (planes < 1) throw new DeviceError(`fit: ${columns} cells across the first axis are more than one binding of this device holds.`, "limit");
  const pipelineOf = (lanes: Lanes) => gpu.pipelines.getFit(count, lanes, term, slope, {
    WORKGROUP_SIZE: THREADS, IS_BETA: kind === "beta" ? 1 : 0, IS_FORWARD: way === "forward" ? 1 : 0, IS_REVERSE: way === "reverse" ? 1 : 0,
    LOOKS_UP: kind === "beta" || job.axes.some(({ logLengths }) => logLengths) ? 1 : 0,
    P_ZERO_INFINITE: term.edges.pZero === Infinity ? 1 : 0, Q_ZERO_INFINITE: way !== "forward" && term.edges.qZero === Infinity ? 1 : 0,
  });
  const pace = paceOf(gpu, `${label} ${count}`, count);
  // what is bound as a whole is read by so many threads at a time, each from end to end: there is less to add up then
  const isWhole = "buffer" in target && n0 <= planes;
  for (let first = 0; first < n0;) {
    const end = isWhole ? n0 : first + Math.max(1, Math.min(planes, Math.floor(pace.cells / columns), n0 - first));
    const bound = await bind(gpu, target, first * columns, (end - first) * columns, label);
    const lanes = columns % 4 === 0 && bound.first % 4 === 0 ? 4 : 1;
    const pipeline = await pipelineOf(lanes);
    const slices = Math.max(1, Math.min(Math.ceil((lanes * (gpu.software ? WANTED.software : WANTED.gpu)) / columns), Math.ceil((end - first) / FEW)));
    const all = columns * slices;
    const ended: Promise<unknown>[] = [];
    try {
      for (let firstThread = 0; firstThread < all;) {
        const threads = Math.min(all - firstThread, lanes * Math.max(1, Math.floor(Math.min(most, pace.cells / ((end - first) / slices)) / lanes)));
        const workgroups = Math.ceil(threads / (lanes * THREADS));
        const across = Math.min(workgroups, LARGEST_DISPATCH);
        const parameters = Uint32Array.of(n0, n1, n2, slices, first, end, bound.first, 0, firstThread, threads, 0, 0);
        new Float32Array(parameters.buffer)[7] = scale;
        const from = firstThread;
        yield {
          cells: Math.ceil((threads * (end - first)) / slices), pace,
          run() {
            const result = runPass(gpu, {
              label, pipeline, grids: [bound.resource, whole(axes.buffer), whole(components.buffer)], parameters: parameters.buffer,
              bytes: 4 * threads * numbers, workgroups: [across, Math.ceil(workgroups / across), 1], theirs: "buffer" in target,
            });
            ended.push(result);
            return result;
          },
          take: (read) => totals.add(read, from, threads),
        };
        firstThread += threads;
      }
    } finally {
      void Promise.allSettled(ended).then(() => bound.release());
    }
    first = end;
  }
}

/** Adds up what threads found, in binary64. */
class Totals {
  private term = 0;
  private d = 0;
  private infiniteCells = 0;
  private readonly moments: readonly Moments[];

  constructor(private readonly job: Read, private readonly components: readonly Component[]) {
    const n = job.axes.length;
    this.moments = components.flatMap(() => [0, 1].map(() => new Float64Array(job.kind === "normal" ? 1 + n + n * n : 3)));
  }

  add(bytes: ArrayBuffer, firstThread: number, threads: number): void {
    const { job: { target: { shape: [, n1 = 1, n2 = 1] } }, moments } = this;
    const columns = n1 * n2;
    const [floats, words] = [new Float32Array(bytes), new Uint32Array(bytes)];
    for (let thread = 0; thread < threads; thread++) {
      this.term += floats[thread];
      this.d += floats[threads + thread];
      this.infiniteCells += words[2 * threads + thread];
    }
    moments.forEach((into, part) => {
      const at = (HEAD + 3 * part) * threads;
      for (let thread = 0; thread < threads; thread++) {
        this.addColumn(into, this.components[part >> 1], (firstThread + thread) % columns, floats[at + thread], floats[at + threads + thread], floats[at + 2 * threads + thread]);
      }
    });
  }

  /** The coordinates across are a column's own. */
  private addColumn(into: Moments, component: Component, column: number, w: number, first: number, second: number): void {
    into[0] += w;
    if (!isNormal(component)) {
      into[1] += first;
      into[2] += second;
      return;
    }
    const { job: { axes, target: { shape } } } = this;
    const { mean } = component;
    const n = axes.length;
    const matrix = 1 + n;
    const across = shape[2] ?? 1;
    const y = n > 1 ? axes[1].at[Math.floor(column / across)] - mean[1] : 0;
    const x = n > 2 ? axes[2].at[column % across] - mean[2] : 0;
    into[1] += first;
    into[matrix] += second;
    if (n > 1) {
      into[2] += w * y;
      into[matrix + n] += first * y;
      into[matrix + n + 1] += w * y * y;
    }
    if (n > 2) {
      into[3] += w * x;
      into[matrix + 2 * n] += first * x;
      into[matrix + 2 * n + 1] += w * x * y;
      into[matrix + 2 * n + 2] += w * x * x;
    }
  }

  finish(more = 0): FitSums {
    const { job: { axes: { length: n } }, moments, term, d } = this;
    const infiniteCells = this.infiniteCells + more;
    const all = moments.map((one, part) => whatIs(one, this.components[part >> 1], n));
    const [masses, slopes] = [0, 1].map((odd) => all.filter((_, part) => part % 2 === odd));
    const total = (list: readonly Moments[]) => list.reduce((sum, [w]) => sum + w, 0);
    return { term, d, slope: total(slopes), q: total(masses), infiniteCells, masses, slopes };
  }
}

/** Both halves of the matrix, or the features themselves, which were counted from a place near most. */
function whatIs(moments: Moments, component: Component, n: number): Moments {
  if (!isNormal(component)) {
    const c = referenceOf(component.powers);
    moments[1] += moments[0] * Math.log(c);
    moments[2] += moments[0] * Math.log1p(-c);
    return moments;
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) moments[1 + n + j * n + i] = moments[1 + n + i * n + j];
  return moments;
}
