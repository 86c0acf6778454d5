import { errorOf, type Real, toNumber } from "./oracle";

/** Throws `message()` unless `condition` holds. */
export function check(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new Error(message());
}

/** The same value to the sign of zero. */
export function same(actual: unknown, expected: unknown, what: string): void {
  check(Object.is(actual, expected), () => `${what}: got ${actual}, expected ${expected}.`);
}

/** The same numbers in the same order. */
export function sameList(actual: ArrayLike<number | bigint>, expected: ArrayLike<number | bigint>, what: string): void {
  same(actual.length, expected.length, `${what}: length`);
  for (let i = 0; i < expected.length; i++) same(actual[i], expected[i], `${what}[${i}]`);
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** One unit in the last place of x. */
export function ulp(x: number): number {
  double[0] = x;
  const field = (words[1] >>> 20) & 0x7ff;
  return field === 0x7ff ? 0 : 2 ** Math.max(field - 1075, -1074);
}

/** |value − truth| ≤ tolerance. */
export function within(value: number, truth: Real | number, tolerance: number, what: string): void {
  const error = typeof truth === "number" ? distance(value, truth) : errorOf(value, truth);
  check(error <= tolerance, () =>
    `${what}: got ${value}, expected ${typeof truth === "number" ? truth : toNumber(truth)}; the error ${error.toPrecision(4)} is ${(error / tolerance).toPrecision(4)} times the ${tolerance.toPrecision(4)} allowed.`);
}

function distance(a: number, b: number): number {
  return a === b ? 0 : Number.isNaN(a - b) ? Infinity : Math.abs(a - b);
}

/** A value with its bound, as `detail: true` returns it. */
export interface Bounded {
  readonly value: number;
  readonly errorBound: number;
}

/**
 * Holds a returned value to what was promised and to what it says of itself: an error within the promise (and an ulp), within
 * the returned bound (and half an ulp), and a bound no wider than 64 promises where the truth is neither 0 nor infinite.
 */
export function keepsPromise({ value, errorBound }: Bounded, truth: Real, promise: number, what: string): void {
  const expected = toNumber(truth);
  if (!Number.isFinite(expected)) {
    same(value, expected, what);
    return;
  }
  within(value, truth, promise + ulp(expected), `${what} against the promise`);
  within(value, truth, errorBound + ulp(value) / 2, `${what} against its errorBound`);
  if (expected !== 0) {
    check(errorBound <= 64 * promise, () =>
      `${what}: errorBound ${errorBound} is ${(errorBound / promise).toPrecision(4)} times the promise ${promise.toPrecision(4)}; at most 64 allowed (value ${value}).`);
  }
}

/** Rejects with an error of `kind`, which is returned. */
export async function rejects<Kind extends Error>(
  call: () => Promise<unknown>,
  kind: abstract new (...args: never[]) => Kind,
  what: string,
): Promise<Kind> {
  let outcome: unknown;
  try {
    outcome = await call();
  } catch (error) {
    check(error instanceof kind, () => `${what}: rejected with ${String(error)}, expected ${kind.name}.`);
    return error;
  }
  throw new Error(`${what}: resolved to ${String(outcome)}, expected ${kind.name}.`);
}
