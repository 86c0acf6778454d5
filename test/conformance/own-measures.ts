import { check, rejects, same, within } from "../support/assert";
import { positive, random } from "../support/random";
import { add, divide, multiply, type Real, real, subtract, ZERO } from "../support/real";
import * as oracle from "../support/oracle";
import { type ConformanceCase, type ConformanceContext, FLOATS } from "./context";

const triangularTerm = { wgsl: "d * (d / (p + q))", cpu: (p: number, q: number, d: number) => d * (d / (p + q)) };

/** Σ(p̂ − q̂)²/(p̂ + q̂). */
function triangular(p: ArrayLike<number>, q: ArrayLike<number>): Real {
  const [sumP, sumQ] = [oracle.sumOf(p), oracle.sumOf(q)];
  let sum = ZERO;
  for (let i = 0; i < p.length; i++) {
    const [a, b] = [multiply(real(p[i]), sumQ), multiply(real(q[i]), sumP)];
    const d = subtract(a, b);
    if (d.m !== 0n) sum = add(sum, divide(multiply(d, d), add(a, b)));
  }
  return divide(sum, multiply(sumP, sumQ));
}

async function runOwn({ kullback, backend }: ConformanceContext): Promise<void> {
  const measure = kullback.fDivergence({ id: "triangular", term: triangularTerm, atZero: 1, atInfinity: 1 });
  for (const Type of FLOATS) {
    for (const [closeness, times] of [[1, 1], [1e-3, 1], [1e-3, 700], [1e-6, 1]]) {
      const rng = random(91);
      const p = Type.from(positive(rng, 300), (x, i) => (i % 7 === 3 ? 0 : x));
      const q = Type.from(p, (x, i) => (closeness === 1 && i % 5 === 1 ? 0 : x * times * (1 + closeness * (rng.unit() - 0.5))));
      const { value, errorBound, unit } = await measure(p, q, { backend, detail: true });
      const truth = triangular(p, q);
      within(value, truth, errorBound, `${Type.name}, a factor of 1 ± ${closeness}, ${times}`);
      check(errorBound <= value * 2 ** -12, () => `the bound ${errorBound} of ${value} is wide.`);
      same(unit, "1", "unit");
    }
  }
  // −ln of p/q over all q: infinite where p is 0, and where q is 0 nothing
  const reverse = kullback.fDivergence({ id: "reverse KL", term: { wgsl: "kl_div(q, p, -d)", cpu: (p, q, d) => Math.max(q * Math.log(q / p) + d, 0) }, atZero: Infinity, atInfinity: 1 });
  same(await reverse(Float32Array.of(0, 1, 1), Float32Array.of(1, 1, 1), { backend }), Infinity, "p = 0 < q");
  within(await reverse(Float32Array.of(1, 1, 1), Float32Array.of(0, 1, 1), { backend }), Math.log(1.5), 1e-5, "q = 0 < p");
  const [one] = await kullback.compare([measure], Float32Array.of(1, 0), Float32Array.of(0, 1), { backend });
  within(one, 2, 1e-6, "nothing in common");
}

async function runVerify({ kullback, backend }: ConformanceContext): Promise<void> {
  const { fDivergence, verifyMeasure } = kullback;
  const on = backend.info.kind === "webgpu" ? { backend } : {};
  const good = fDivergence({ id: "triangular", term: triangularTerm, atZero: 1, atInfinity: 1 });
  if (backend.info.kind === "webgpu") same((await verifyMeasure(good, on)).adapter, backend.info.adapter, "adapter");
  same((await verifyMeasure(good, { backend })).faults.join(), "", "faults of a good one");
  const faultsOf = async (term: { wgsl: string; cpu: (p: number, q: number, d: number) => number }, atZero = 1) => (await verifyMeasure(fDivergence({ id: "own", term, atZero, atInfinity: 1 }), { backend })).faults.join(" ");
  const has = (text: string, part: string) => check(text.includes(part), () => `"${text}" does not say "${part}".`);
  has(await faultsOf(triangularTerm, 2), "atZero is 2");
  has(await faultsOf({ ...triangularTerm, cpu: (p, q) => p * Math.log(p / q) }), "negative");
  has(await faultsOf({ ...triangularTerm, cpu: (_p, _q, d) => d * d }), "twice p");
  if (backend.info.kind === "webgpu") has(await faultsOf({ ...triangularTerm, wgsl: "d * (d / q)" }), "wgsl gives");
  await rejects(async () => fDivergence({ id: "", term: triangularTerm, atZero: 1, atInfinity: 1 }), TypeError, "no name");
  await rejects(async () => fDivergence({ id: "x", term: triangularTerm, atZero: -1, atInfinity: 1 }), RangeError, "atZero -1");
}

export const ownMeasureCases: readonly ConformanceCase[] = [
  { name: "an f-divergence of one's own is right to its bound", run: runOwn },
  { name: "verifyMeasure finds what is wrong with a measure", run: runVerify },
];
