import { check, rejects, same, sameList, within } from "../support/assert";
import * as oracle from "../support/oracle";
import { positive, random } from "../support/random";
import { add, multiply, type Real, real, subtract, toNumber, ZERO } from "../support/real";
import { type ConformanceCase, type ConformanceContext, FLOATS, type FloatsType } from "./context";

/** ln softmax of rows, rounded to a type. */
function logSoftmax(Type: FloatsType, rows: readonly (readonly number[])[]) {
  return Type.from(rows.flatMap((row) => {
    const most = Math.max(...row);
    const total = Math.log(row.reduce((sum, x) => sum + Math.exp(x - most), 0));
    return row.map((x) => x - most - total);
  }));
}

/** Σ t·(ln t − x) of these very numbers. */
const truthOf = (input: ArrayLike<number>, target: ArrayLike<number>): Real =>
  Array.from(target).reduce((sum, t, i) => (t === 0 ? sum : add(sum, multiply(real(t), subtract(oracle.ln(real(t)), real(input[i]))))), ZERO);

async function runSums({ kullback, backend }: ConformanceContext): Promise<void> {
  const { klDivLoss } = kullback;
  for (const Type of FLOATS) {
    // the inputs of pytorch issues 80488 and 32520, and others like them
    const rng = random(101);
    const many = Array.from({ length: 20 }, () => Array.from(positive(rng, 50), (x) => 8 * x));
    for (const [logits, other] of [[[[1, 2, 3], [5, 5, 5]], [[1, 2, 3], [5, 5, 5]]], [[[1, 2, 3], [5, 5, 5]], [[8, 10, 6], [5, 5, 5]]], [many, many], [many, many.map((row) => row.map((x) => x + 1e-4 * rng.unit()))]] as const) {
      const input = logSoftmax(Type, other);
      const target = Type.from(logSoftmax(Float64Array, logits), Math.exp);
      const shape = [logits.length, logits[0].length];
      const truth = truthOf(input, target);
      const sum = await klDivLoss(input, target, { shape, reduction: "sum", backend });
      within(sum, truth, 2 ** -50, `sum, ${Type.name}`);
      check(sum >= 0 || toNumber(truth) < 2 ** -50, () => `${sum} is negative, the sum of these numbers is not.`);
      same(await klDivLoss(input, target, { shape, reduction: "batchmean", backend }), sum / shape[0], "batchmean");
      same(await klDivLoss(input, target, { shape, backend }), sum / (shape[0] * shape[1]), "mean");
      const each = await klDivLoss(kullback.grid(input, { shape }), kullback.grid(target, { shape }), { reduction: "none", backend });
      sameList(each.shape, shape, "shape");
      each.data.forEach((value, i) => within(value, truthOf([input[i]], [target[i]]), 2 ** -50 * (1 + Math.abs(value)), `cell ${i}`));
      // exp(t)·(t − x), each rounded
      const logs = logSoftmax(Type, logits);
      const ofLogs = await klDivLoss(input, logs, { shape, reduction: "sum", logTarget: true, backend });
      within(ofLogs, Array.from(logs).reduce((total, t, i) => total + Math.exp(t) * (t - input[i]), 0), 1e-14, "of a target in logarithms");
    }
  }
}

async function runEdges({ kullback, backend }: ConformanceContext): Promise<void> {
  const { klDivLoss, klDivLossGradient } = kullback;
  const none = async (input: number[], target: number[], logTarget = false) => (await klDivLoss(input, target, { reduction: "none", logTarget, backend })).data;
  sameList(await none([-Infinity, -1, -Infinity, 0], [0, 0, 0.5, 1]), [0, 0, Infinity, 0], "zeros");
  sameList(await none([-Infinity, -1, -Infinity], [-Infinity, -Infinity, 0], true), [0, 0, Infinity], "zeros in logarithms");
  // a target that is not normalised may give less than 0, as PyTorch's does (issue 60928)
  within(await klDivLoss([-0.1, -2.4], [0.2, 0.1], { reduction: "sum", backend }), 0.2 * Math.log(0.2) + 0.02 + 0.1 * Math.log(0.1) + 0.24, 1e-16, "a target of 0.3 in all");
  const gradient = async (options: object) => (await klDivLossGradient([-1, -1, -2, -2], [0.5, 0.5, 0, 1], { shape: [2, 2], backend, ...options })).data;
  sameList(await gradient({ reduction: "sum" }), [-0.5, -0.5, 0, -1], "gradient of the sum");
  sameList(await gradient({ reduction: "batchmean" }), [-0.25, -0.25, 0, -0.5], "gradient by batch");
  sameList(await gradient({}), [-0.125, -0.125, 0, -0.25], "gradient of the mean");
  sameList(await gradient({ logTarget: true, reduction: "none" }), [0.5, 0.5, 0, 1].map((t) => -Math.exp(t)), "gradient in logarithms");
  const halves = kullback.grid(Uint16Array.of(0x3800, 0x3800), { dtype: "float16" });
  within(await klDivLoss(Float32Array.of(-0.5, -1), halves, { reduction: "sum", backend }), -Math.LN2 + 0.75, 1e-15, "half floats");
  const device = await kullback.upload(Float32Array.of(-0.5, -1), { backend });
  within(await klDivLoss(device, halves, { reduction: "sum", backend }), -Math.LN2 + 0.75, 1e-15, "input on the device");
  device.destroy();
  same((await klDivLoss([-Infinity], [-800], { logTarget: true, reduction: "sum", backend })), Infinity, "a target that underflows where the input has nothing");
  same(await klDivLoss([-1, -1, -1, -1], kullback.grid([0.25, 0.25, 0.25, 0.25], { shape: [2, 2] }), { reduction: "batchmean", backend }), (1 - Math.log(4)) / 2, "batches of the target's shape");
  await rejects(() => klDivLoss([], [], { backend }), kullback.ShapeError, "nothing");
  await rejects(() => klDivLoss([0], [1], { log_target: true, backend } as never), TypeError, "PyTorch's spelling");
  await rejects(() => klDivLoss([0], [1], "sum" as never), TypeError, "a reduction by itself");
  await rejects(() => klDivLoss([0, 0], [1], { backend }), kullback.ShapeError, "one target for two inputs");
  same((await rejects(() => klDivLoss([0, 0], [1, -1], { backend }), kullback.DomainError, "a negative target")).message, "klDivLoss: target has 1 entry that is negative, NaN or infinite, the first at index 1.", "its message");
  await rejects(() => klDivLoss([0, NaN], [1, 1], { backend }), kullback.DomainError, "an input that is NaN");
  await rejects(() => klDivLoss([0], [1], { reduction: "average", backend } as never), RangeError, "another reduction");
}

export const lossCases: readonly ConformanceCase[] = [
  { name: "klDivLoss sums are those of these very numbers, and negative only where they are", run: runSums },
  { name: "klDivLoss and its gradient have PyTorch's edges, reductions and errors", run: runEdges },
];
