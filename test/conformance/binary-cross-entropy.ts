import { keepsPromise, rejects, same, sameList, within } from "../support/assert";
import * as oracle from "../support/oracle";
import { positive, random } from "../support/random";
import { add, lnRatio, multiply, type Real, real, subtract, ZERO } from "../support/real";
import { type ConformanceCase, type ConformanceContext, FLOATS } from "./context";

const ONE = real(1);

function termOf(p: number, q: number): Real {
  const [x, y] = [real(p), real(q)];
  const part = (share: Real, of: Real) => (share.m === 0n ? ZERO : multiply(share, lnRatio(ONE, of)));
  return add(part(x, y), part(subtract(ONE, x), subtract(ONE, y)));
}

const truthOf = (p: ArrayLike<number>, q: ArrayLike<number>): Real => Array.from(p, (x, i) => termOf(x, q[i])).reduce(add, ZERO);

async function runTruth({ kullback, backend }: ConformanceContext): Promise<void> {
  for (const Type of FLOATS) {
    const isWide = Type === Float64Array;
    const rng = random(97);
    const q = Type.from(positive(rng, 2500));
    const labels = Type.from(q, (_, i) => Number(i % 3 === 0));
    // as close to 0 and to 1 as the type goes
    const sure = Type.from(labels, (x, i) => (x === 1 ? 1 - 2 ** -(isWide ? 1 + (i % 53) : 1 + (i % 24)) : 2 ** -(1 + (i % 120))));
    const pairs = { probabilities: [Type.from(positive(rng, 2500)), q], labels: [labels, q], "sure labels": [labels, sure], "labels that are surely wrong": [labels.map((x) => 1 - x), sure], "p = q": [q, q], "one cell": [Type.of(0), Type.of(2 ** -100)] } as const;
    for (const [what, [x, y]] of Object.entries(pairs)) {
      const truth = truthOf(x, y);
      const found = await kullback.binaryCrossEntropy(x, y, { backend, detail: true });
      keepsPromise(found, truth, oracle.toNumber(truth) * (isWide ? 2 ** -48 : 2 ** -19.5), `${what}, ${Type.name}`);
      same(found.unit, "nat", what);
    }
    same(await kullback.binaryCrossEntropy(labels, labels, { backend }), 0, "labels against themselves");
  }
  const counts = Uint8Array.of(0, 1, 1);
  within(await kullback.binaryCrossEntropy(counts, Float32Array.of(0.5, 0.5, 0.25), { backend, base: 2 }), 4, 1e-5, "labels as bytes, in bits");
  const halves = kullback.grid(Uint16Array.of(0x3800, 0x3400), { dtype: "float16" });
  within(await kullback.binaryCrossEntropy(Uint8Array.of(1, 0), halves, { backend, base: 2 }), 1 - Math.log2(0.75), 1e-5, "half floats");
}

async function runEdges({ kullback, backend }: ConformanceContext): Promise<void> {
  for (const Type of FLOATS) {
    const [p, q] = [Type.of(0, 1, 0.5, 0.5, 0, 1, 0.5), Type.of(0, 1, 0, 1, 1, 0, 0.5)];
    const { value, errorBound, infiniteCells } = await kullback.binaryCrossEntropy(p, q, { backend, detail: true });
    sameList([value, errorBound, infiniteCells], [Infinity, 0, 4], "four infinite cells");
    const rows = await kullback.binaryCrossEntropy(p, q, { backend, shape: [7, 1], axis: 1 });
    const cells = await kullback.pointwise(kullback.binaryCrossEntropy, p, q, { backend });
    const slices = await kullback.sliceContributions(kullback.binaryCrossEntropy, p, q, { backend, shape: [7, 1], axis: 0 });
    for (const [i, expected] of [0, 0, Infinity, Infinity, Infinity, Infinity, Math.LN2].entries()) {
      within(rows[i], expected, 1e-6, `row ${i}`);
      within(cells.data[i], expected, 1e-6, `cell ${i}`);
      within(slices.data[i], expected, 1e-6, `slice ${i}`);
    }
    const [kl, bce] = await kullback.compare([kullback.klDivergence, kullback.binaryCrossEntropy], Type.of(0.5, 0.25), Type.of(0.25, 0.5), { backend });
    within(kl, Math.LN2 / 3, 1e-6, "klDivergence beside it");
    within(bce, oracle.toNumber(truthOf([0.5, 0.25], [0.25, 0.5])), 1e-6, "beside klDivergence");
    const error = await rejects(() => kullback.binaryCrossEntropy(Type.of(0, 0.5, 1), Type.of(0.5, 1.5, 2), { backend }), kullback.DomainError, "above 1");
    sameList([error.count, error.index], [2, 1], "how many, and the first");
    same(error.argument, "q", "argument");
    await rejects(() => kullback.binaryCrossEntropy(Type.of(-0.5), Type.of(0.5), { backend }), kullback.DomainError, "negative");
  }
  const halves = kullback.grid(Uint16Array.of(0x3c00, 0x3c01), { dtype: "float16" });
  const { index } = await rejects(() => kullback.binaryCrossEntropy(halves, Float32Array.of(0.5, 0.5), { backend }), kullback.DomainError, "a half float above 1");
  same(index, 1, "index");
  const signed = kullback.grid(Uint16Array.of(0x8000, 0x4000), { dtype: "float16" });
  const above = await rejects(() => kullback.binaryCrossEntropy(signed, Float32Array.of(0.5, 0.5), { backend }), kullback.DomainError, "2 beside -0");
  sameList([above.count, above.index], [1, 1], "2 alone");
  const uploaded = await kullback.upload(Float32Array.of(2, 0.5), { backend });
  same((await rejects(() => kullback.binaryCrossEntropy(uploaded, Float32Array.of(0.5, 0.5), { backend }), kullback.DomainError, "on the device")).index, 0, "index on the device");
  uploaded.destroy();
  const p = Float32Array.of(0, 1);
  await rejects(() => kullback.binaryCrossEntropy(p, p, { backend, precision: "exact" }), RangeError, "exact");
  await rejects(() => kullback.binaryCrossEntropy(p, p, { backend, zeros: { policy: "clip", value: 1e-7 } }), RangeError, "zeros");
  // a q that binary32 holds as a subnormal alone, and nothing at all
  within(await kullback.binaryCrossEntropy(Float32Array.of(1), Float32Array.of(2 ** -140), { backend }), 140 * Math.LN2, 1e-4, "subnormal");
  same(await kullback.binaryCrossEntropy(new Float32Array(3), new Float32Array(3), { backend }), 0, "zeros alone");
}

export const binaryCrossEntropyCases: readonly ConformanceCase[] = [
  { name: "binaryCrossEntropy keeps the promise, as near to 0 and 1 as the type goes", run: runTruth },
  { name: "binaryCrossEntropy is infinite where q is sure and wrong, cell by cell too, and refuses what is no probability", run: runEdges },
];
