import type { Backend, ExactJob, ReduceJob } from "../backend.js";
import { DeviceError } from "../errors.js";
import { grid, layout } from "../grid.js";
import type { ExactScale, ExactTerm } from "../terms/exact/measure.js";
import { kl } from "../terms/kl.js";
import type { Arithmetic } from "./trust.js";

/** What is wrong with an arithmetic, or `null`; the backend hears of it. */
export async function attempt(backend: Backend, arithmetic: Arithmetic): Promise<string | null> {
  const wrong = await (arithmetic === "fast" ? fastFault(backend) : exactFault(backend, arithmetic)).catch((error: unknown) => {
    if (error instanceof DeviceError) throw error;
    return (error as Error).message;
  });
  if (wrong === null) return null;
  const fault = `self-test of ${arithmetic === "fast" ? "binary32 terms" : `the ${arithmetic} terms in integers`}: ${wrong}`;
  backend.info.faults.push(fault);
  return fault;
}

/** p/q on both sides of every switch of the term: of the near form, of the power of two, and far away. */
const RATIOS = [
  1, 1 + 2 ** -23, 1 - 2 ** -24, 1 + 2 ** -12, 1.5, 1.5 + 2 ** -20, 0.75, 1.41421, 0.70711, 2, 2 + 2 ** -21, 2 - 2 ** -22,
  0.5, 0.5 + 2 ** -23, 0.5 - 2 ** -24, 2.83, 3, 10, 0.1, 1e10, 1e-10, 1e25, 1e-25,
];
/** Cells a ratio, which differ in their mantissas. */
const COPIES = 4;
/** Relative error of a term and of a sum of a few: 16 units and some. */
const TOLERANCE = 2 ** -19;

async function fastFault(backend: Backend): Promise<string | null> {
  const rows = RATIOS.length + 1;
  const q = Float32Array.from({ length: rows * COPIES }, (_, i) => 1 + (i % COPIES) / 7);
  const p = q.map((y, i) => y * (RATIOS[Math.floor(i / COPIES)] ?? 1));
  // the last row: a zero to count
  q[q.length - 1] = 0;
  const shape = [rows, COPIES];
  const job: ReduceJob = { terms: [kl], layout: layout("self-test", shape, [1], shape), p: grid(p), q: grid(q) };
  const [{ term, infiniteCells }] = await backend.reduce(job);
  for (let row = 0; row < rows - 1; row++) {
    let expected = 0;
    for (let i = row * COPIES; i < (row + 1) * COPIES; i++) expected += kl.cpu(p[i], q[i], p[i] - q[i]);
    if (!(Math.abs(term[row] - expected) <= expected * TOLERANCE)) return `${term[row]} for p/q = ${RATIOS[row]}, expected ${expected}`;
  }
  return infiniteCells[rows - 1] === 1 ? null : `${infiniteCells[rows - 1]} cells with q = 0 < p counted, expected 1`;
}

const CELLS = 1024;

/** Digests of the sums of `exactJob`, which the tests make with the engine in BigInt. */
export const DIGESTS: Readonly<Record<ExactTerm, string>> = {
  kl: "9c910f906ffddb84",
  jeffreys: "4463ebaa7b456077",
  "cross-entropy": "58de888bc7fb5003",
  "jensen-shannon": "4f8624ebde4a5c74",
  "total-variation": "fdcbdecc3429174c",
};

async function exactFault(backend: Backend, term: ExactTerm): Promise<string | null> {
  const [row] = (await backend.reduceExact(exactJob(term))).rows;
  const digest = digestOf([row.p, row.q, ...row.terms, BigInt(row.infiniteCells)]);
  return digest === DIGESTS[term] ? null : `digits ${digest}, expected ${DIGESTS[term]}`;
}

const TIMES: ExactScale = { pShift: -130, qShift: -125, pTimes: 2n ** 128n - 159n, qTimes: 0x9e3779b97f4a7c15f39cc0605cedc835n };

/** Floats of many exponents, a quarter of them far apart, half within a factor of about 1.5, the rest close; a zero on each side, a subnormal. */
export function exactJob(term: ExactTerm): ExactJob {
  const p = new Uint32Array(CELLS);
  const q = new Uint32Array(CELLS);
  let state = 1;
  // Numerical Recipes' generator
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  for (let i = 0; i < CELLS; i++) {
    p[i] = ((90 + (next() >>> 26)) << 23) | (next() >>> 9);
    const far = ((90 + (next() >>> 26)) << 23) | (next() >>> 9);
    const within = next() >>> 10;
    q[i] = [far, p[i] + within, p[i] - within, p[i] + (within & 0xff)][i % 4];
  }
  p[0] = 0;
  q[4] = 0;
  q[8] = 0x00012345;
  const shape = [CELLS];
  const [gridP, gridQ] = [p, q].map((bits) => grid(new Float32Array(bits.buffer)));
  const scaled = term === "jensen-shannon" || term === "total-variation";
  return { term, layout: layout("self-test", shape, [0], shape), totals: true, p: gridP, q: gridQ, ...(scaled && { scales: [TIMES] }) };
}

/** FNV-1a of 64 bits over hexadecimal digits. */
export function digestOf(integers: readonly bigint[]): string {
  let digest = 0xcbf29ce484222325n;
  for (const character of integers.map((integer) => integer.toString(16)).join()) {
    digest = ((digest ^ BigInt(character.charCodeAt(0))) * 0x100000001b3n) & 0xffffffffffffffffn;
  }
  return digest.toString(16).padStart(16, "0");
}
