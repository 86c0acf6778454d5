import { type Estimator } from "../../src/operations/estimate";
import golden from "../cases/estimates.json";
import { rejects, same, within } from "../support/assert";
import { type ConformanceCase, type ConformanceContext } from "./context";

async function runEntropies({ kullback: { estimateEntropy }, backend }: ConformanceContext): Promise<void> {
  for (const { counts, estimates } of golden.entropies) {
    for (const [estimator, expected] of Object.entries(estimates)) within(await estimateEntropy(counts, { estimator: estimator as Estimator, backend }), expected, 4e-14, `${estimator} of ${counts.slice(0, 6)}`);
  }
  const published = golden.entropies[0].counts;
  within(await estimateEntropy(published, { backend }), 2.1525929, 5e-8, "Miller and Madow's, published");
  within(await estimateEntropy(Uint32Array.from(published), { base: 2, backend }), 2.152592935044171 / Math.LN2, 1e-14, "in bits");
}

async function runMutualInformation({ kullback: { estimateMutualInformation }, backend }: ConformanceContext): Promise<void> {
  for (const { counts, estimates } of golden.mutualInformation) {
    const shape = [counts.length, counts[0].length];
    for (const [estimator, expected] of Object.entries(estimates)) within(await estimateMutualInformation(counts.flat(), { shape, estimator: estimator as Estimator, backend }), expected, 4e-14, `${estimator} of ${counts.join("; ")}`);
  }
}

/** Counts that never left the device. */
async function runDevice({ kullback: { estimateEntropy, estimateMutualInformation, histogram, jointHistogram }, backend }: ConformanceContext): Promise<void> {
  const [x, y] = [[0, 1, 1, 2, 2, 2, 3], [0, 0, 1, 1, 1, 0, 0]];
  const counts = await histogram(x, { bins: 4, output: "device", backend });
  const joint = await jointHistogram(x, y, { bins: [4, 2], output: "device", backend });
  try {
    same(await estimateEntropy(counts, { backend }), await estimateEntropy([1, 2, 3, 1]), "entropy");
    same(await estimateMutualInformation(joint, { backend }), await estimateMutualInformation([1, 0, 1, 1, 1, 2, 1, 0], { shape: [4, 2] }), "mutual information");
  } finally {
    counts.destroy();
    joint.destroy();
  }
}

async function runRefused({ kullback: { DomainError, ShapeError, estimateEntropy, estimateMutualInformation } }: ConformanceContext): Promise<void> {
  await rejects(() => estimateEntropy([1, 0.5]), DomainError, "half a sample");
  await rejects(() => estimateEntropy([1, -1]), DomainError, "a negative count");
  await rejects(() => estimateEntropy([0, 0]), DomainError, "no samples");
  await rejects(() => estimateEntropy([1, 2], { estimator: "best" as Estimator }), RangeError, "an estimator");
  await rejects(() => estimateEntropy([1, 2], { base: 1 }), RangeError, "a base");
  await rejects(() => estimateEntropy([1, 2], { method: "plug-in" } as object), TypeError, "a misspelt option");
  await rejects(() => estimateMutualInformation([1, 2]), ShapeError, "one axis");
}

export const estimateCases: readonly ConformanceCase[] = [
  { name: "estimateEntropy is what its authors define", run: runEntropies },
  { name: "estimateMutualInformation is that of the entropies", run: runMutualInformation },
  { name: "estimates take counts on the device", run: runDevice },
  { name: "estimates refuse what are no counts", run: runRefused },
];
