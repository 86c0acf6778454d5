import type { FitAxis, FitJob } from "../backend.js";
import { isNormal, featuresOf, rowForm } from "../terms/density.js";
import type { Component, RowForm } from "../terms/density.js";
import { sumPlainly } from "./fit-plain.js";
import { HEAD, TILE } from "./simd/fit-kernel.js";
import type { FitKernel } from "./simd/fit-kernel.js";

/** A target as it is read: p, or where the way is `"reverse"` its logarithm; NaN for what is left out. */
export interface FitRows {
  readonly kind: FitJob["kind"];
  readonly way: FitJob["way"];
  /** Where the way is `"other"`, what it is. */
  readonly own?: Pick<FitJob, "term" | "slope">;
  readonly values: Float64Array;
}

/** How many numbers the moments of a component are. */
export function momentsOf(kind: FitJob["kind"], dimensions: number): number {
  return kind === "normal" ? 1 + dimensions + dimensions * dimensions : 3;
}

interface Features {
  readonly f: Float64Array;
  readonly g: Float64Array;
  readonly lengths: Float64Array;
}

/** Part of a row, and the sums over it. */
export interface Segment extends Features {
  readonly values: Float64Array;
  readonly count: number;
  readonly forms: readonly RowForm[];
  /** As `FitKernel` has them, with the number of infinite cells for 0. */
  readonly sums: Float64Array;
}

/** Sums over ranges of a target's cells, a row or part of one at a time. Moments are about 0. */
export class FitSummer {
  private readonly inner: FitAxis;
  private readonly features: Features;
  /** Where the features are that were brought last. */
  private brought = { from: -1, count: 0 };

  constructor(private readonly rows: FitRows, private readonly axes: readonly FitAxis[], private readonly kernel: FitKernel | null) {
    this.inner = axes[axes.length - 1];
    const column = () => new Float64Array(Math.min(TILE, this.inner.at.length));
    this.features = kernel ?? { f: column(), g: column(), lengths: column() };
  }

  /** Of the cells from `first` to before `end`: the term, Σq, the number of infinite cells, and for each component the moments of its mass and of its slope. */
  sum(first: number, end: number, components: readonly Component[]): Float64Array {
    const { axes, rows: { kind } } = this;
    const [outer, length] = [axes.slice(0, -1), axes[axes.length - 1].at.length];
    const size = momentsOf(kind, axes.length);
    const all = new Float64Array(HEAD + 2 * size * components.length);
    const place = new Float64Array(outer.length);
    const forms = components.map((): RowForm => ({ a: 0, b: 0, c: 0 }));
    let loaded = { from: 0, end: 0 };
    // another target may have had the kernel in between
    this.brought = { from: -1, count: 0 };
    for (let at = first; at < end;) {
      const from = at % length;
      const count = Math.min(TILE, length - from, end - at);
      let logLength = 0;
      for (let i = outer.length - 1, row = Math.floor(at / length); i >= 0; i--) {
        const { at: coordinates, logLengths } = outer[i];
        place[i] = coordinates[row % coordinates.length];
        if (logLengths) logLength += logLengths[row % coordinates.length];
        row = Math.floor(row / coordinates.length);
      }
      components.forEach((component, k) => {
        rowForm(component, place, forms[k]);
        forms[k].a += logLength;
      });
      if (at >= loaded.end) loaded = this.load(at, from, count, end);
      addMoments(this.sumSegment(at, at - loaded.from, from, count, forms), place, kind, size, components.length, all);
      at += count;
    }
    return all;
  }

  /** Those of most rows are those of the row before. */
  private bringFeatures(from: number, count: number): void {
    const { features: { f, g, lengths }, inner: { at, logLengths }, rows: { kind }, brought } = this;
    if (from === brought.from && count <= brought.count) return;
    featuresOf(kind, at, from, count, f, g);
    if (logLengths) lengths.set(logLengths.subarray(from, from + count));
    else lengths.fill(0);
    this.brought = { from, count };
  }

  /** Brings the kernel the cells of a segment, and of as many rows after it as there is room for; those of odd length are padded one by one. */
  private load(at: number, from: number, count: number, end: number): { readonly from: number; readonly end: number } {
    const { kernel, rows: { values }, inner: { at: { length } } } = this;
    if (!kernel) return { from: at, end };
    const room = from > 0 || count < length || length % 2 > 0 ? count : Math.min(end - at, TILE - (TILE % length));
    kernel.values.set(values.subarray(at, at + room));
    if (room < TILE) kernel.values[room] = NaN;
    return { from: at, end: at + room };
  }

  private sumSegment(at: number, first: number, from: number, count: number, forms: readonly RowForm[]): Float64Array {
    const { kernel, features, rows: { values, way, own } } = this;
    this.bringFeatures(from, count);
    const plainly = () => {
      const sums = new Float64Array(HEAD + 6 * forms.length);
      sumPlainly({ ...features, values: values.subarray(at, at + count), count, forms, sums }, way, own);
      return sums;
    };
    if (!kernel || own) return plainly();
    const whole = count + (count & 1);
    const isReverse = way === "reverse";
    if (forms.length === 1) kernel.sumOne(isReverse, first, whole, forms[0].a, forms[0].b, forms[0].c);
    else {
      forms.forEach(({ a, b, c }, k) => kernel.evaluate(k, whole, a, b, c));
      if (!kernel.share(isReverse, first, whole)) return plainly();
      forms.forEach((_, k) => kernel.addUp(k, whole));
    }
    return kernel.sums;
  }
}

/** Adds the sums of a segment to those of all: what its row's other coordinates are is known. */
function addMoments(sums: Float64Array, outer: Float64Array, kind: FitJob["kind"], size: number, components: number, all: Float64Array): void {
  all[0] += sums[0];
  all[1] += sums[1];
  all[2] += sums[2];
  const dimensions = outer.length + 1;
  for (let part = 0; part < 2 * components; part++) {
    const from = HEAD + 3 * part;
    const [w, wf, wg] = [sums[from], sums[from + 1], sums[from + 2]];
    const at = HEAD + size * part;
    all[at] += w;
    if (kind === "beta") {
      all[at + 1] += wf;
      all[at + 2] += wg;
      continue;
    }
    const matrix = at + 1 + dimensions;
    const last = dimensions - 1;
    for (let i = 0; i < last; i++) {
      const x = outer[i];
      all[at + 1 + i] += w * x;
      for (let j = 0; j <= i; j++) all[matrix + i * dimensions + j] += w * x * outer[j];
      all[matrix + last * dimensions + i] += wf * x;
    }
    all[at + 1 + last] += wf;
    all[matrix + last * dimensions + last] += wg;
  }
}

/** Moments about 0, of which the lower half is there, as moments about the component's mean. */
export function centred(moments: Float64Array, component: Component): Float64Array {
  if (!isNormal(component)) return moments;
  const { mean } = component;
  const n = mean.length;
  const [w, matrix] = [moments[0], 1 + n];
  const about = moments.slice();
  for (let i = 0; i < n; i++) {
    about[1 + i] = moments[1 + i] - w * mean[i];
    for (let j = 0; j <= i; j++) {
      const value = moments[matrix + i * n + j] - moments[1 + i] * mean[j] - mean[i] * about[1 + j];
      about[matrix + i * n + j] = about[matrix + j * n + i] = value;
    }
  }
  return about;
}
