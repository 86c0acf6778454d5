import type { FitAxis } from "../backend.js";
import { isNormal, isWithin } from "../terms/density.js";
import type { Component } from "../terms/density.js";

/** Logarithms of what components are times, as far as binary32 holds them with room for what they are multiplied by. */
const FARTHEST = 80;

/** A number in two singles. */
const high = (x: number) => Math.fround(x);
const low = (x: number) => x - Math.fround(x);

/** `axis_table` of density.wgsl: three axes, one cell along those that are not there. */
export function axisTable(kind: "normal" | "beta", axes: readonly FitAxis[]): Float32Array<ArrayBuffer> {
  const three: readonly { readonly at: ArrayLike<number>; readonly logLengths?: Float64Array }[] = [...axes, ...Array.from({ length: 3 - axes.length }, () => ({ at: [0] }))];
  const table = new Float32Array(8 * three.reduce((sum, { at }) => sum + at.length, 0));
  let next = 0;
  three.forEach(({ at, logLengths }, axis) => {
    for (let i = 0; i < at.length; i++, next += 8) {
      const x = at[i];
      const within = axis >= axes.length || isWithin(kind, x);
      if (kind === "normal") table.set([high(x), low(x)], next);
      else if (axis < axes.length && within) table.set([high(Math.log(x)), low(Math.log(x)), high(Math.log1p(-x)), low(Math.log1p(-x))], next);
      table.set([logLengths?.[i] ?? 0, Number(within)], next + 4);
    }
  });
  return table;
}

/** `component_table` of density.wgsl, without components that are next to nothing; `null` where one is too much for binary32. */
export function componentTable(components: readonly Component[]): Float32Array<ArrayBuffer> | null {
  const table = new Float32Array(20 * components.length);
  const logs = components.map((component, k) => {
    const at = 20 * k;
    if (isNormal(component)) {
      const { mean, root } = component;
      const n = mean.length;
      for (let i = 0; i < n; i++) {
        table[at + 4 + i] = high(mean[i]);
        table[at + 8 + i] = low(mean[i]);
      }
      // the lower half, row by row, with the first column's length after two; the third row is an entry of its own
      const of = (i: number, j: number) => (i < n ? root[i * n + j] : 0);
      table.set([of(0, 0), of(1, 0), of(1, 1), Math.hypot(of(0, 0), of(1, 0), of(2, 0)), of(2, 0), of(2, 1), of(2, 2)], at + 12);
      return component.log;
    }
    const { log, powers } = component;
    const c = referenceOf(powers);
    const [ofC, ofRest] = [Math.log(c), Math.log1p(-c)];
    table.set([high(ofC), low(ofC), high(ofRest), low(ofRest), powers[0], powers[1]], at + 4);
    return log + powers[0] * ofC + powers[1] * ofRest;
  });
  if (logs.some((log) => !(log < FARTHEST))) return null;
  logs.forEach((log, k) => table.set(log > -FARTHEST ? [log, Math.exp(log)] : [-FARTHEST, 0], 20 * k));
  return table;
}

/** A place near most of a beta density, from which its logarithm is counted. */
export function referenceOf([a, b]: readonly [number, number]): number {
  return (a + 1) / (a + b + 2);
}
