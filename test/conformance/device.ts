import type { CellArray, Dtype } from "../../src/grid";
import { keepsPromise, rejects, same, sameList, within } from "../support/assert";
import { positive, random } from "../support/random";
import { type ConformanceCase, type ConformanceContext, detailOf } from "./context";
import { truthOf } from "./measures";

const LENGTHS = [1, 3, 5, 255, 1021];
const OFFSETS = [0, 4, 12, 260];
/** STORAGE | COPY_DST | COPY_SRC: the names are globals of browsers only. */
export const USAGE = 0x80 | 0x08 | 0x04;

function cellsOf(dtype: "float32" | "uint8" | "uint16" | "uint32", n: number, seed: number): Float32Array | Uint8Array | Uint16Array | Uint32Array {
  const values = positive(random(seed), n);
  switch (dtype) {
    case "float32": return Float32Array.from(values);
    case "uint8": return Uint8Array.from(values, (value) => 1 + value * 254);
    case "uint16": return Uint16Array.from(values, (value) => 1 + value * 65534);
    case "uint32": return Uint32Array.from(values, (value) => 1 + value * 4294967294);
    default: return dtype satisfies never;
  }
}

export function deviceOf({ backend }: ConformanceContext): GPUDevice {
  return (backend as unknown as { readonly device: GPUDevice }).device;
}

/** The bytes of `cells` at `byteOffset` of a buffer, among bytes of −NaN that nobody may read. */
function fill(device: GPUDevice, buffer: GPUBuffer, cells: CellArray, byteOffset: number): void {
  const bytes = new Uint8Array(buffer.size).fill(0xff);
  bytes.set(new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength), byteOffset);
  device.queue.writeBuffer(buffer, 0, bytes);
}

async function runUpload(context: ConformanceContext, dtype: "float32" | "uint8" | "uint16" | "uint32"): Promise<void> {
  const { upload } = context.kullback;
  for (const n of LENGTHS) {
    const [p, q] = [cellsOf(dtype, n, 71), cellsOf(dtype, n, 72)];
    const [up, uq] = [await upload(p, { backend: context.backend }), await upload(q, { backend: context.backend })];
    try {
      for (const [a, b, x, y] of [[up, uq, p, q], [uq, up, q, p], [up, q, p, q], [p, uq, p, q]] as const) {
        for (const measure of ["klDivergence", "jensenShannon", "entropy"] as const) {
          const { truth, promise } = truthOf(measure, x, y, "narrow");
          keepsPromise(await detailOf(context, measure, a, b), truth, promise, `${measure} of ${n} ${dtype} cells`);
        }
      }
      sameList(await context.backend.download(up), p, "download");
    } finally {
      up.destroy();
      uq.destroy();
    }
  }
}

async function runBuffers(context: ConformanceContext, dtype: "float32" | "uint8" | "uint16" | "uint32"): Promise<void> {
  const { fromGPUBuffer } = context.kullback;
  const device = deviceOf(context);
  for (const [i, byteOffset] of OFFSETS.entries()) {
    for (const n of LENGTHS) {
      const [p, q] = [cellsOf(dtype, n, 73), cellsOf(dtype, n, 74)];
      const room = Math.ceil(p.byteLength / 4) * 4 + 512;
      const other = OFFSETS[(i + 1) % OFFSETS.length];
      const [bufferP, bufferQ] = [p, q].map((_, k) => device.createBuffer({ label: `conformance ${"pq"[k]}`, size: room, usage: USAGE }));
      try {
        fill(device, bufferP, p, byteOffset);
        fill(device, bufferQ, q, other);
        const options: { dtype: Dtype; shape: number[] } = { dtype, shape: [n] };
        const gridP = fromGPUBuffer(bufferP, { ...options, byteOffset });
        const gridQ = fromGPUBuffer(bufferQ, { ...options, byteOffset: other });
        const { truth, promise } = truthOf("klDivergence", p, q, "narrow");
        const what = `${n} ${dtype} cells at bytes ${byteOffset} and ${other}`;
        keepsPromise(await detailOf(context, "klDivergence", gridP, gridQ), truth, promise, what);
        keepsPromise(await detailOf(context, "klDivergence", gridP, q), truth, promise, `${what}, q from the host`);
        gridP.destroy();
        // the buffer is still the caller's: write it again, read it again
        fill(device, bufferP, q, byteOffset);
        const again = await detailOf(context, "klDivergence", gridP, gridQ);
        within(again.value, 0, 0, `${what}, p overwritten by q`);
      } finally {
        bufferP.destroy();
        bufferQ.destroy();
      }
    }
  }
}

async function runOneBuffer(context: ConformanceContext): Promise<void> {
  const device = deviceOf(context);
  const cells = cellsOf("float32", 101, 75) as Float32Array;
  const buffer = device.createBuffer({ label: "conformance p and q", size: 404, usage: USAGE });
  try {
    device.queue.writeBuffer(buffer, 0, cells as Float32Array<ArrayBuffer>);
    const { fromGPUBuffer } = context.kullback;
    const [p, q] = [cells.subarray(0, 50), cells.subarray(51, 101)];
    const detail = await detailOf(context, "klDivergence", fromGPUBuffer(buffer, { shape: [50] }), fromGPUBuffer(buffer, { shape: [50], byteOffset: 204 }));
    const { truth, promise } = truthOf("klDivergence", p, q, "narrow");
    keepsPromise(detail, truth, promise, "p and q in one buffer");
  } finally {
    buffer.destroy();
  }
}

const DTYPES = ["float32", "uint8", "uint16", "uint32"] as const;

async function runDoubles(context: ConformanceContext): Promise<void> {
  const device = deviceOf(context);
  const [p, q] = [positive(random(81), 300), positive(random(82), 300)];
  const expected = await context.kullback.klDivergence(p, q, { backend: context.backend, precision: "exact" });
  for (const byteOffset of OFFSETS) {
    const buffer = device.createBuffer({ size: 300 * 8 + 512, usage: USAGE });
    try {
      fill(device, buffer, p, byteOffset);
      const grid = context.kullback.fromGPUBuffer(buffer, { dtype: "float64", shape: [300], byteOffset });
      same(await context.kullback.klDivergence(grid, q, { backend: context.backend }), expected, `at ${byteOffset}`);
    } finally {
      buffer.destroy();
    }
  }
}

async function runDestroyed(context: ConformanceContext): Promise<void> {
  const { backend, kullback } = context;
  for (const precision of ["fast", "exact"] as const) {
    const p = await kullback.upload(Float32Array.of(1, 2, 3, 4), { backend });
    p.destroy();
    await rejects(() => kullback.klDivergence(p, Float32Array.of(4, 3, 2, 1), { backend, precision }), kullback.DeviceError, precision);
  }
}

/** A device whose compiler makes one text of another, and what is then switched off. */
const FAULTS = [
  { what: "a coefficient in integers", from: "0x55555589u", to: "0x55545589u", faulty: ["exact"] },
  { what: "the hand-over of a window", from: "hand_over(window, sum);", to: "", faulty: ["exact"] },
  { what: "the carry of products of 16 bits", from: "(middle >> 16u) + (cross >> 16u)", to: "(middle >> 16u)", faulty: ["exact"] },
  { what: "a coefficient in binary32", from: "0.3333333366", to: "0.3333433366", faulty: ["fast"] },
  { what: "the count of cells with q = 0", from: "0u - cell.p_order)) >> 31u", to: "0u - cell.p_order)) >> 30u", faulty: ["fast"] },
  { what: "what does not compile", from: "fn kl_div", to: "fn kl div", faulty: ["fast", "exact"] },
] as const;

async function switchesOff(context: ConformanceContext, { what, from, to, faulty }: (typeof FAULTS)[number]): Promise<void> {
  const { openBackend, klDivergence, jensenShannon } = context.kullback;
  const backend = await openBackend({ prefer: "webgpu" });
  try {
    const device = deviceOf({ ...context, backend });
    const compile = device.createShaderModule.bind(device);
    device.createShaderModule = (descriptor) => compile({ ...descriptor, code: descriptor.code.replaceAll(from, to) });
    const [p, q] = [cellsOf("float32", 500, 83), cellsOf("float32", 500, 84)];
    for (const precision of ["fast", "exact"] as const) {
      const off = (faulty as readonly string[]).includes(precision);
      const detail = await klDivergence(p, q, { backend, precision, detail: true });
      same(`${detail.backend} ${detail.precision}`, `${off ? "cpu" : "webgpu"} ${precision}`, `${what}: where and how`);
      same(detail.reason.includes("self-test"), off, `${what}: does the reason "${detail.reason}" tell`);
      const { truth } = truthOf("klDivergence", p, q, "narrow");
      within(detail.value, truth, detail.errorBound, `${what}: klDivergence, ${precision}`);
      same(await klDivergence(p, q, { backend, precision }), detail.value, `${what}: the same again`);
    }
    same(backend.info.faults.length, faulty.length, `${what}: faults (${backend.info.faults})`);
    // the sums of other kernels are tried by themselves
    if (faulty[0] === "exact") {
      same((await jensenShannon(p, q, { backend, precision: "exact", detail: true })).backend, "cpu", `${what}: jensenShannon`);
      same(backend.info.faults.length, 2, `${what}: faults with jensenShannon (${backend.info.faults})`);
    }
  } finally {
    backend.destroy();
  }
}

/** Each opens a backend of its own. */
export const faultCases = FAULTS.map((fault): ConformanceCase => ({
  name: `a device that gets wrong ${fault.what} is not asked for it, and backend.info tells`,
  only: "webgpu",
  run: (context) => switchesOff(context, fault),
}));

/** How types are decoded is no plan's affair. */
export const deviceCases: readonly ConformanceCase[] = [
  ...DTYPES.map((dtype): ConformanceCase => ({
    ...(dtype !== "float32" && { sameOnAnyPlan: true }),
    name: `upload(${dtype}) serves many calls and comes back unchanged`,
    only: "webgpu",
    run: (context) => runUpload(context, dtype),
  })),
  ...DTYPES.map((dtype): ConformanceCase => ({
    ...(dtype !== "float32" && { sameOnAnyPlan: true }),
    name: `fromGPUBuffer(${dtype}) reads any 4-byte offset and any length, and leaves the buffer to its owner`,
    only: "webgpu",
    run: (context) => runBuffers(context, dtype),
  })),
  { name: "fromGPUBuffer reads p and q from one buffer", only: "webgpu", run: runOneBuffer },
  { name: "fromGPUBuffer(float64) at any 4-byte offset is computed in exact precision", only: "webgpu", run: runDoubles },
  { name: "a grid that was destroyed rejects with DeviceError in both precisions", only: "webgpu", run: runDestroyed },
];
