import type { FitAxis, FitJob, FitLoop, FitSums } from "../backend.js";
import { cellsOf } from "../grid.js";
import { isWithin } from "../terms/density.js";
import type { Component } from "../terms/density.js";
import { gather, sourceOf } from "./cells.js";
import { logOf } from "./fit-plain.js";
import { FitSummer, centred, momentsOf } from "./fit-rows.js";
import type { FitRows } from "./fit-rows.js";
import { Pacer } from "./pause.js";
import { HEAD, MOST_COMPONENTS, TILE } from "./simd/fit-kernel.js";
import type { FitKernel } from "./simd/fit-kernel.js";
import { openFitKernel } from "./simd/open-fit.js";
import { openSimd } from "./simd/open.js";
import type { Threads } from "./workers/threads.js";

/** Nanoseconds a cell and component on one thread (docs/benchmarks.md), and with terms that have no kernel. */
const CELL = { kernel: 4, plain: 60 } as const;
/** Cells of a piece: milliseconds of work. */
const PIECE = 2 ** 18;

/** A target of which reads take p, or ln p, in binary64: eight bytes a cell beside it, which all threads share where the host lets them. */
export async function openFit(job: FitJob, threads: Threads): Promise<FitLoop> {
  const kernel = await openFitKernel();
  const { rows, ...constants } = await readyOf(job, kernel);
  const { way } = job;
  const left = { p: 0, entropy: 0, isKnown: false };
  const read = (of: FitRows, axes: readonly FitAxis[], components: readonly Component[]) => {
    if (!left.isKnown) leaveOut(rows, axes, left);
    left.isKnown = true;
    return sumAll(of, axes, components.length > MOST_COMPONENTS ? null : kernel, components, threads, job.signal);
  };
  return {
    // for which any way will do, and has a kernel
    mass: async (components, axes) => (await read({ kind: rows.kind, way: "forward", values: rows.values }, axes, components))[1],
    async sum(components, axes) {
      const all = await read(rows, axes, components);
      const size = momentsOf(job.kind, axes.length);
      const of = (part: number, k: number) => centred(all.subarray(HEAD + size * part, HEAD + size * (part + 1)), components[k]);
      const slopes = components.map((_, k) => of(2 * k + 1, k));
      const [sum, q] = all;
      const d = constants.p - left.p - q;
      return {
        // Σ p·ln(p/q) = Σ g(p, q) + d, and Σ q·ln(q/p) = Σ g(q, p) − d
        term: way === "forward" ? constants.entropy - left.entropy - sum - d : way === "reverse" ? sum + d : sum,
        q,
        d,
        infiniteCells: all[2],
        slope: slopes.reduce((sum, [slope]) => sum + slope, 0),
        masses: components.map((_, k) => of(2 * k, k)),
        slopes,
      } satisfies FitSums;
    },
    end() {},
  };
}

/** Leaves cells out where the density is 0 or infinite whatever the model, and adds up what that is. */
function leaveOut({ kind, way, values }: FitRows, axes: readonly FitAxis[], left: { p: number; entropy: number }): void {
  if (kind !== "beta") return;
  axes[0].at.forEach((x, i) => {
    if (isWithin(kind, x) || Number.isNaN(values[i])) return;
    const p = way === "reverse" ? Math.exp(values[i]) : values[i];
    left.p += p;
    if (p > 0) left.entropy += p * logOf(p);
    values[i] = NaN;
  });
}

/** The target in binary64, scaled, with its sums. */
interface ReadyTarget {
  readonly rows: FitRows;
  readonly p: number;
  /** Σ p·ln p. */
  readonly entropy: number;
}

async function readyOf({ kind, target, scale, way, term, slope, signal }: FitJob, kernel: FitKernel | null): Promise<ReadyTarget> {
  const cells = cellsOf(target.shape);
  const source = sourceOf(target);
  const values = new Float64Array(typeof SharedArrayBuffer === "function" ? new SharedArrayBuffer(8 * cells) : new ArrayBuffer(8 * cells));
  const block = kernel?.values ?? new Float64Array(TILE);
  const pacer = new Pacer(signal);
  let [p, entropy] = [0, 0];
  for (let first = 0; first < cells; first += TILE) {
    const count = Math.min(TILE, cells - first);
    gather(source, first, 1, count, block, 0);
    block.fill(-1, count);
    const isDone = kernel?.prepare(TILE, scale, way === "reverse");
    if (!isDone && kernel) gather(source, first, 1, count, block, 0);
    const [ofP, ofEntropy] = isDone ? kernel?.sums ?? [] : preparePlainly(block, count, scale, way === "reverse");
    p += ofP;
    entropy += ofEntropy;
    values.set(block.subarray(0, count), first);
    if (pacer.isDue(count)) await pacer.pause();
  }
  return { rows: { kind, way, values, ...(way === "other" && { own: { term, slope } }) }, p, entropy };
}

/** Twin of `prepare` in simd/fit.as.ts. */
function preparePlainly(block: Float64Array, count: number, scale: number, logs: boolean): readonly [number, number] {
  let [sum, entropy] = [0, 0];
  for (let i = 0; i < count; i++) {
    const raw = block[i];
    // what the scale would make 0 of is the smallest number there is
    const p = raw > 0 ? Math.max(raw * scale, Number.MIN_VALUE) : raw;
    const log = logOf(raw) + Math.log(scale);
    if (p > 0) {
      sum += p;
      entropy += p * log;
    }
    block[i] = p < 0 ? NaN : logs ? log : p;
  }
  return [sum, entropy];
}

async function sumAll(rows: FitRows, axes: readonly FitAxis[], kernel: FitKernel | null, components: readonly Component[], threads: Threads, signal?: AbortSignal): Promise<Float64Array> {
  const cells = rows.values.length;
  const { own, values: { buffer } } = rows;
  const summer = new FitSummer(rows, axes, kernel);
  const ms = (cells * components.length * (kernel && !own ? CELL.kernel : CELL.plain)) / 1e6;
  const canShare = kernel && !own && typeof SharedArrayBuffer === "function" && buffer instanceof SharedArrayBuffer && cells > PIECE;
  const simd = canShare ? await openSimd() : null;
  const pool = simd && (await threads.poolFor(simd, ms));
  const start = performance.now();
  const pieces = Array.from({ length: Math.ceil(cells / PIECE) }, (_, i) => ({ first: i * PIECE, end: Math.min((i + 1) * PIECE, cells), components }));
  const found: Float64Array[] = [];
  if (pool && kernel) {
    const { sumOnThreads } = await import("./workers/share-fit.js");
    for await (const { first, sums } of sumOnThreads(pieces, summer, { ...rows, axes, module: kernel.module }, pool, signal)) found[first / PIECE] = sums;
  } else {
    const pacer = new Pacer(signal);
    for (const { first, end } of pieces) {
      found.push(summer.sum(first, end, components));
      if (pacer.isDue(end - first)) await pacer.pause();
    }
  }
  threads.note(ms, performance.now() - start, Boolean(pool));
  // in the order of the cells, whoever came first
  const [all, ...others] = found;
  for (const sums of others) for (let i = 0; i < all.length; i++) all[i] += sums[i];
  return all;
}
