import { lnRatio } from "../terms/log.js";
import type { FitRows, Segment } from "./fit-rows.js";
import { HEAD } from "./simd/fit-kernel.js";

/** As of fit.as.ts. */
const LEAST = -700;

/** Sums over a segment for any measure, and for hosts without WebAssembly. Twin: simd/fit.as.ts, shaders/fit.wgsl. */
export function sumPlainly({ values, f, g, lengths, count, forms, sums }: Segment, way: FitRows["way"], own: FitRows["own"]): void {
  sums.fill(0);
  const masses = new Float64Array(forms.length);
  const slopeOf = slopesOf(way, own);
  const isOne = forms.length === 1;
  for (let i = 0; i < count; i++) {
    const v = values[i];
    if (Number.isNaN(v)) continue;
    let q = 0;
    let log = 0;
    for (let k = 0; k < forms.length; k++) {
      log = forms[k].a + forms[k].b * f[i] + forms[k].c * g[i] + lengths[i];
      q += masses[k] = Math.exp(isOne ? log : Math.max(log, LEAST));
    }
    const { term, slope, isInfinite } = slopeOf(v, q, isOne ? log : Math.log(q));
    sums[0] += term;
    sums[1] += q;
    if (isInfinite) sums[2] += 1;
    for (let k = 0; k < forms.length; k++) {
      const at = HEAD + 6 * k;
      const share = isOne ? slope : slope * (masses[k] / q);
      sums[at] += masses[k];
      sums[at + 1] += masses[k] * f[i];
      sums[at + 2] += masses[k] * g[i];
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
