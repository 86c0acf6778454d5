import { lnRatio } from "../terms/log.js";
import type { FitRows, Segment } from "./fit-rows.js";
import { HEAD } from "./simd/fit-kernel.js";

/** Sums over a segment for any measure, and for hosts without WebAssembly. Twin: simd/fit.as.ts, shaders/fit.wgsl. */
export function sumPlainly({ values, f, g, lengths, count, forms, sums }: Segment, way: FitRows["way"], own: FitRows["own"]): void {
  sums.fill(0);
  const [masses, logs] = [new Float64Array(forms.length), new Float64Array(forms.length)];
  const slopeOf = slopesOf(way, own);
  const isOne = forms.length === 1;
  for (let i = 0; i < count; i++) {
    const v = values[i];
    if (Number.isNaN(v)) continue;
    let greatest = -Infinity;
    for (let k = 0; k < forms.length; k++) {
      logs[k] = forms[k].a + forms[k].b * f[i] + forms[k].c * g[i] + lengths[i];
      if (logs[k] > greatest) greatest = logs[k];
    }
    // relative to the largest: far out all of them are 0
    let sum = 0;
    for (let k = 0; k < forms.length; k++) sum += masses[k] = Math.exp(logs[k] - greatest);
    const largest = Math.exp(greatest);
    const q = largest * sum;
    const { term, slope, isInfinite } = slopeOf(v, q, isOne ? greatest : greatest + Math.log(sum));
    sums[0] += term;
    sums[1] += q;
    if (isInfinite) sums[2] += 1;
    for (let k = 0; k < forms.length; k++) {
      const at = HEAD + 6 * k;
      const share = slope * (masses[k] / sum);
      const mass = largest * masses[k];
      sums[at] += mass;
      sums[at + 1] += mass * f[i];
      sums[at + 2] += mass * g[i];
      sums[at + 3] += share;
      sums[at + 4] += share * f[i];
      sums[at + 5] += share * g[i];
    }
  }
}

interface Sloped {
  term: number;
  slope: number;
  isInfinite: boolean;
}

/** What a cell adds, from its value, q and ln q. */
function slopesOf(way: FitRows["way"], own: FitRows["own"]): (value: number, q: number, log: number) => Sloped {
  const of: Sloped = { term: 0, slope: 0, isInfinite: false };
  if (way === "forward") {
    return (p, _q, log) => {
      of.term = p === 0 ? 0 : p * log;
      of.slope = p;
      return of;
    };
  }
  if (way === "reverse" || !own) {
    return (logP, q, log) => {
      of.term = of.slope = q === 0 ? 0 : q * (log - logP);
      return of;
    };
  }
  const { term, slope } = own;
  return (p, q) => {
    of.isInfinite = (p > 0 && q === 0 && term.edges.qZero === Infinity) || (q > 0 && p === 0 && term.edges.pZero === Infinity);
    of.term = of.isInfinite ? 0 : p > 0 && q > 0 ? term.cpu(p, q, p - q) : p > 0 ? p * term.edges.qZero : q * (q > 0 ? term.edges.pZero : 0);
    of.slope = of.isInfinite ? 0 : slope.cpu(p, q, p - q);
    return of;
  };
}

/** ln p to the last bits on every engine; −Infinity of 0. */
export function logOf(p: number): number {
  return p > 0 ? lnRatio(p, 1) : -Infinity;
}
