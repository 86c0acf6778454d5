import { klDivergence } from "../index.js";
import type { Backend, Detail, Input } from "../index.js";
import type { Distribution } from "../distributions/index.js";
import { stridesOf } from "../grid.js";
import { cpuBackend } from "../open-backend.js";
import { numbersAt } from "../operations/hold-against.js";
import type { Held } from "../operations/hold-against.js";
import type { Asked } from "./search.js";

/** What the measure of a direction says of the target and a distribution on its grid. */
export async function divergenceOf(distribution: Distribution, asked: Asked, held: Held): Promise<Detail> {
  const { space: { axes, lengths }, kind, direction, options: { zeros, signal } } = asked;
  const { backend, target } = held;
  const { shape } = target;
  const measure = typeof direction === "string" ? klDivergence : direction;
  const between = (p: Input, q: Input, on: Backend) => {
    const options = { detail: true, shape, spacing: 1, backend: on, ...(signal && { signal }) } as const;
    return direction === "reverse" ? measure(q, p, options) : measure(p, q, options);
  };
  const isEven = lengths.every((length) => typeof length === "number");
  // a beta's ends are of no model
  const [from, to] = kind === "beta" ? insideOf(axes[0]) : [0, 0];
  const isWhole = kind !== "beta" || to - from === axes[0].length;
  if (isEven && isWhole && !zeros && backend.info.kind === "webgpu") {
    const model = await distribution.onGrid(axes, { backend });
    try {
      const detail = await between(target, model, backend);
      // far out binary32 has nothing where binary64 has something
      if (detail.value < Infinity) return detail;
    } finally {
      model.destroy();
    }
  }
  const cells = await numbersAt(held);
  const ofModel = isWhole ? distribution.onGrid(axes).data : insideOnly(distribution, axes[0], from, to);
  const strides = stridesOf(shape);
  lengths.forEach((length, axis) => {
    if (typeof length === "number") return;
    for (let i = 0; i < ofModel.length; i++) ofModel[i] *= length[Math.floor(i / strides[axis]) % shape[axis]];
  });
  const isOmitted = zeros?.policy === "omit";
  const ofTarget = isOmitted || !isWhole ? Float64Array.from(cells, (p, i) => (isWhole || (i >= from && i < to) ? Math.max(p, 0) : 0)) : (cells as Float64Array);
  // what is left out is so of both
  if (isOmitted) for (let i = 0; i < ofModel.length; i++) if (cells[i] < 0) ofModel[i] = 0;
  return between(ofTarget, ofModel, backend.info.kind === "cpu" ? backend : cpuBackend());
}

/** Which coordinates are above 0 and below 1: from one on to before another. */
function insideOf(at: Float64Array): readonly [number, number] {
  const first = at.findIndex((x) => x > 0);
  return [first, at.findLastIndex((x) => x < 1) + 1];
}

/** The densities there, and 0 at the ends. */
function insideOnly(distribution: Distribution, at: Float64Array, from: number, to: number): Float64Array {
  const cells = new Float64Array(at.length);
  cells.set(distribution.onGrid(at.subarray(from, to)).data, from);
  return cells;
}
