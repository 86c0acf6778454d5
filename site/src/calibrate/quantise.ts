import type { TargetId } from "./choices";

/** Codes of the integers; those below −largest are not used, so that what is kept is symmetric. */
const CODES: Readonly<Partial<Record<TargetId, readonly [least: number, most: number]>>> = { int8: [-127, 127], uint8: [0, 255], int4: [-7, 7], uint4: [0, 15] };

/** The floats of eight bits by the Open Compute Project. */
const FLOATS: Readonly<Partial<Record<TargetId, { readonly mantissaBits: number; readonly leastExponent: number; readonly largest: number }>>> = {
  "fp8-e4m3": { mantissaBits: 3, leastExponent: -6, largest: 448 },
  "fp8-e5m2": { mantissaBits: 2, leastExponent: -14, largest: 57344 },
};

export const isAffine = (target: TargetId): boolean => CODES[target]?.[0] === 0;

/** What is kept, and how codes stand for it: x ≈ scale · (code − zeroPoint). */
export interface Quantiser {
  readonly range: readonly [number, number];
  readonly scale: number;
  readonly zeroPoint: number;
}

/** The quantiser of a threshold, as `calibrate` makes it. */
export function quantiserOf(target: TargetId, threshold: number, [least, greatest]: readonly [number, number]): Quantiser {
  const codes = CODES[target];
  if (!codes || !isAffine(target)) return { range: [-threshold, threshold], scale: threshold / (codes?.[1] ?? FLOATS[target]?.largest ?? 1), zeroPoint: 0 };
  const range = [Math.min(Math.max(least, -threshold), 0), Math.max(Math.min(greatest, threshold), 0)] as const;
  const scale = (range[1] - range[0]) / (codes[1] - codes[0]);
  return { range, scale, zeroPoint: Math.round(codes[0] - range[0] / scale) };
}

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);
/** Powers of two from the least step of these floats on: to raise takes long. */
const LEAST_STEP = -16;
const STEPS = Float64Array.from({ length: 32 }, (_, i) => 2 ** (i + LEAST_STEP));

/** What a number is stored and read again as. */
export function restorerOf(target: TargetId, { scale, zeroPoint }: Quantiser): (x: number) => number {
  const [codes, floats] = [CODES[target], FLOATS[target]];
  if (codes) {
    const least = codes[0] - zeroPoint;
    const most = codes[1] - zeroPoint;
    return (x) => {
      const code = Math.floor(x / scale + 0.5);
      return scale * (code < least ? least : code > most ? most : code);
    };
  }
  if (!floats) return (x) => x;
  const { mantissaBits, leastExponent, largest } = floats;
  return (x) => {
    const y = Math.min(Math.max(x / scale, -largest), largest);
    single[0] = y;
    const exponent = Math.max(((bits[0] >>> 23) & 255) - 127, leastExponent);
    const step = STEPS[exponent - mantissaBits - LEAST_STEP];
    return scale * step * Math.floor(y / step + 0.5);
  };
}

/** All values that codes stand for, rising. */
export function levelsOf(target: TargetId, { scale, zeroPoint }: Quantiser): number[] {
  const [codes, floats] = [CODES[target], FLOATS[target]];
  if (codes) return Array.from({ length: codes[1] - codes[0] + 1 }, (_, i) => scale * (codes[0] + i - zeroPoint));
  if (!floats) return [];
  const { mantissaBits, leastExponent, largest } = floats;
  const levels = [0];
  while (levels[levels.length - 1] < largest) {
    const last = levels[levels.length - 1];
    levels.push(last + 2 ** (Math.max(Math.floor(Math.log2(last)), leastExponent) - mantissaBits));
  }
  return [...levels.slice(1).toReversed().map((level) => -level), ...levels].map((level) => scale * level);
}

/** What storing samples loses. */
export interface Loss {
  /** Share of the samples beyond what is kept. */
  readonly clipped: number;
  /** Squared errors of these, and of all others, as shares of the sum of squares. */
  readonly clipping: number;
  readonly rounding: number;
}

/** Stores every sample (of so many one) and reads it again. */
export function lossOf(values: Float64Array, target: TargetId, quantiser: Quantiser, stride = 1): Loss {
  const { range: [low, high] } = quantiser;
  const restore = restorerOf(target, quantiser);
  // not as a list: engines box what begins as an entry of one
  let count = 0;
  let clipped = 0;
  let squares = 0;
  let clipping = 0;
  let rounding = 0;
  for (let i = 0; i < values.length; i += stride) {
    const x = values[i];
    const error = x - restore(x);
    squares += x * x;
    count += 1;
    if (x < low || x > high) {
      clipped += 1;
      clipping += error * error;
    } else rounding += error * error;
  }
  return { clipped: clipped / count, clipping: clipping / squares, rounding: rounding / squares };
}

/** Signal over noise of quantisation in decibels. */
export const sqnrOf = ({ clipping, rounding }: Loss): number => -10 * Math.log10(clipping + rounding);
