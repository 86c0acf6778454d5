import { grid, klDivergence, openBackend, upload } from "kullback";
import type { Backend } from "kullback";
import { pairOf } from "../../../bench/data.js";
import type { Tools } from "../jobs";
import { openGpu } from "./gpu";
import type { Gpu } from "./gpu";
import { medianOf, timeInTurns } from "./timing";
import type { Run } from "./timing";
import { POWERS, WAYS, bytesOf } from "./ways";
import type { Machine, Measured, Missing, Power, Row, WayId } from "./ways";

export interface Step {
  readonly share: number;
  readonly what: string;
  readonly measured: Measured;
}

/** A way, ready to be timed. */
interface Timed {
  readonly way: WayId;
  readonly run: Run;
  readonly ranOn: Row["ranOn"];
  /** Asked for when it was timed. */
  readonly reason: () => string;
}

type Pair = ReturnType<typeof pairOf>;

/** Adds both arrays up; four sums, as one alone waits for each addition. */
function plainRead({ p, q }: Pair): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < p.length; i += 4) {
    a += p[i] + q[i];
    b += p[i + 1] + q[i + 1];
    c += p[i + 2] + q[i + 2];
    d += p[i + 3] + q[i + 3];
  }
  return a + b + c + d;
}

async function onHost(pair: Pair, cpu: Backend, signal: AbortSignal): Promise<Timed[]> {
  const { p, q } = pair;
  const { backend, reason } = await klDivergence(p, q, { detail: true, signal });
  return [
    { way: "cpu-read", run: () => plainRead(pair), ranOn: "cpu", reason: () => "four sums in JavaScript" },
    { way: "cpu", run: () => klDivergence(p, q, { backend: cpu, signal }), ranOn: "cpu", reason: () => cpu.info.reason },
    { way: "auto", run: () => klDivergence(p, q, { signal }), ranOn: backend, reason: () => reason },
  ];
}

/** The ways of a GPU; `end` frees what they hold. */
async function onDevice(pair: Pair, { backend, readerFor }: Gpu, signal: AbortSignal): Promise<{ readonly timed: readonly Timed[]; readonly end: () => void }> {
  const [p, q] = [await upload(grid(pair.p), { backend }), await upload(grid(pair.q), { backend })];
  const free = () => [p, q].forEach((one) => one.destroy());
  try {
    if (!p.buffer || !q.buffer) throw new Error("the data are not on the GPU");
    const reader = await readerFor({ p: p.buffer, q: q.buffer }, pair, true);
    const timed: Timed[] = [
      { way: "gpu-read", run: reader.run, ranOn: "webgpu", reason: () => reader.name },
      { way: "resident", run: () => klDivergence(p, q, { backend, signal }), ranOn: "webgpu", reason: () => "data uploaded once" },
      { way: "uploaded", run: () => klDivergence(pair.p, pair.q, { backend, signal }), ranOn: "webgpu", reason: () => "data uploaded by every call" },
    ];
    return { timed, end: () => { reader.destroy(); free(); } };
  } catch (error) {
    free();
    throw error;
  }
}

function rowsOf(cells: number, timed: readonly Timed[], times: readonly (readonly number[])[]): Row[] {
  const medians = times.map(medianOf);
  const pace = (ms: number) => bytesOf(cells) / (ms * 1e6);
  const readOf = (where: Row["ranOn"]) => pace(medians[timed.findIndex(({ way }) => way === (where === "cpu" ? "cpu-read" : "gpu-read"))] ?? NaN);
  return timed.map(({ way, ranOn, reason }, i) => ({
    cells, way, medianMs: medians[i], minMs: Math.min(...times[i]), turns: times[i].length, nsPerCell: (medians[i] * 1e6) / cells, gbPerS: pace(medians[i]), readGbPerS: readOf(ranOn), ranOn, reason: reason(),
  }));
}

interface Watch {
  readonly signal: AbortSignal;
  /** Told what it is at, and the share of this size that is done. */
  readonly tell: (what: string, share: number) => void;
}

/** All ways of one size: the CPU's in turns, and then the GPU's, whose device, when it is a software one, would disturb the CPU. */
async function rowsAt(cells: number, cpu: Backend, gpu: Gpu | null, { signal, tell }: Watch): Promise<Row[]> {
  const pair = pairOf({ data: "random", dtype: "float32", cells });
  const timesOf = (timed: readonly Timed[], from: number, to: number) =>
    timeInTurns(timed.map(({ run }) => run), { signal, turn: (i, share) => tell(WAYS[timed[i].way].name, from + (to - from) * share) });
  const host = await onHost(pair, cpu, signal);
  const hostTimes = await timesOf(host, 0, gpu ? 0.4 : 1);
  if (!gpu) return rowsOf(cells, host, hostTimes);
  tell("preparing the GPU", 0.4);
  const before = gpu.errors.length;
  const { timed, end } = await onDevice(pair, gpu, signal);
  try {
    const times = await timesOf(timed, 0.6, 1);
    if (gpu.errors.length > before) throw new Error(`GPU error: ${gpu.errors[before]}`);
    return rowsOf(cells, [...host, ...timed], [...hostTimes, ...times]);
  } finally {
    end();
  }
}

const machineOf = (cpu: Backend, gpu: Gpu | string): Machine => ({
  adapter: typeof gpu === "string" ? null : gpu.backend.info.adapter, software: typeof gpu !== "string" && gpu.backend.info.software, noGpu: typeof gpu === "string" ? gpu : "", cpu: cpu.info.reason,
  userAgent: navigator.userAgent, hardwareConcurrency: navigator.hardwareConcurrency, date: new Date().toISOString(),
});

/** klDivergence of more and more cells, by all ways there are here. */
export async function measure({ largest }: { readonly largest: Power }, { signal, step }: Tools<Step>): Promise<Measured> {
  const powers = POWERS.filter((power) => power <= largest);
  const [cpu, gpu] = [await openBackend({ prefer: "cpu" }), await openGpu()];
  const [rows, missing]: [Row[], Missing[]] = [[], []];
  const sofar = (): Measured => ({ machine: machineOf(cpu, gpu), rows: [...rows], missing: [...missing] });
  try {
    for (const [i, power] of powers.entries()) {
      const tell = (what: string, share: number) => step({ share: (i + share) / powers.length, what: `${(2 ** power).toLocaleString("en")} cells: ${what}`, measured: sofar() });
      try {
        rows.push(...(await rowsAt(2 ** power, cpu, typeof gpu === "string" ? null : gpu, { signal, tell })));
      } catch (error) {
        signal.throwIfAborted();
        // what has no room has none for larger sizes
        missing.push({ cells: 2 ** power, reason: error instanceof Error ? error.message : String(error) });
        break;
      }
    }
    return sofar();
  } finally {
    cpu.destroy();
    if (typeof gpu !== "string") gpu.close();
  }
}
