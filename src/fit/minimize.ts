/*
 * The limited-memory BFGS method with a line search for the strong Wolfe conditions (Nocedal & Wright, Numerical Optimization, 2nd ed., algorithms 7.4, 3.5
 * and 3.6), for functions that are awaited: those of packages are called synchronously.
 */

export interface Evaluation {
  /** Infinity where the function is not defined. */
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface MinimizeOptions {
  /** The largest entry of the gradient at which it is at its minimum. */
  readonly tolerance: number;
  readonly maxSteps: number;
  /** By so much a value may be off: what is gained below it is nothing. */
  readonly noise: (value: number) => number;
  /** The start's own, where it is known. */
  readonly at?: Evaluation;
  readonly onStep?: (step: number, x: Float64Array, at: Evaluation) => void;
  readonly signal?: AbortSignal;
}

export interface Minimum extends Evaluation {
  readonly x: Float64Array;
  readonly steps: number;
  /** Did the gradient come below the tolerance, or would another step gain no more than noise? */
  readonly converged: boolean;
}

/** Steps that the estimate of the curvature remembers. */
const MEMORY = 16;
const [DECREASE, CURVATURE] = [1e-4, 0.9];
const MOST_TRIALS = 30;
const FEW_TRIALS = 3;
/** Steps in a row that gain no more than noise, after which there is nothing to gain. */
const MOST_IDLE = 5;

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const largest = (a: Float64Array) => a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

/** A local minimum reached from `start`, where the function is finite; its value is never above the one before. */
export async function minimize(evaluate: (x: Float64Array) => Promise<Evaluation>, start: Float64Array, options: MinimizeOptions): Promise<Minimum> {
  const { tolerance, maxSteps, noise, onStep, signal } = options;
  let [x, at] = [start, options.at ?? (await evaluate(start))];
  const pairs: Pair[] = [];
  let [steps, idle] = [0, 0];
  while (steps < maxSteps && idle < MOST_IDLE && largest(at.gradient) > tolerance) {
    signal?.throwIfAborted();
    let direction = directionOf(at.gradient, pairs);
    if (!(dot(direction, at.gradient) < 0)) {
      pairs.length = 0;
      direction = directionOf(at.gradient, pairs);
    }
    // the first step goes a tenth of what is likely far
    const first = pairs.length > 0 ? 1 : Math.min(1, 0.1 / largest(at.gradient));
    const next = await search(evaluate, x, at, direction, first, noise(at.value));
    if (!next) {
      // nothing to gain along the best direction there is, or none along the steepest
      if (pairs.length === 0 || gainOf(direction, at) <= noise(at.value)) break;
      pairs.length = 0;
      continue;
    }
    const s = next.x.map((value, i) => value - x[i]);
    const y = next.at.gradient.map((value, i) => value - at.gradient[i]);
    const curvature = dot(s, y);
    if (curvature > 1e-14 * Math.sqrt(dot(s, s) * dot(y, y))) {
      pairs.push({ s, y, rho: 1 / curvature });
      if (pairs.length > MEMORY) pairs.shift();
    }
    const gained = at.value - next.at.value;
    [x, at] = [next.x, next.at];
    steps += 1;
    onStep?.(steps, x, at);
    idle = gained <= noise(at.value) ? idle + 1 : 0;
  }
  const gain = gainOf(directionOf(at.gradient, pairs), at);
  const converged = at.value < Infinity && (largest(at.gradient) <= tolerance || gain <= noise(at.value));
  return { ...at, x, steps, converged };
}

/** What a whole step would gain, as the curvature was met. */
function gainOf(direction: Float64Array, { gradient }: Evaluation): number {
  return -0.5 * dot(gradient, direction);
}

/** Minus the gradient times the inverse of the curvature as it was met. */
function directionOf(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const alphas: number[] = [];
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i];
    alphas[i] = rho * dot(s, direction);
    add(direction, y, -alphas[i]);
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = 1 / (last.rho * dot(last.y, last.y));
    direction.forEach((value, i) => { direction[i] = value * scale; });
  }
  pairs.forEach(({ s, y, rho }, i) => add(direction, s, alphas[i] - rho * dot(y, direction)));
  return direction;
}

function add(to: Float64Array, what: Float64Array, times: number): void {
  for (let i = 0; i < to.length; i++) to[i] += what[i] * times;
}

/** A place along the direction. */
interface Trial {
  readonly step: number;
  readonly x: Float64Array;
  readonly at: Evaluation;
  readonly slope: number;
}

/** A step that goes down enough and far enough; `null` where there is none above the noise. */
async function search(evaluate: (x: Float64Array) => Promise<Evaluation>, x: Float64Array, from: Evaluation, direction: Float64Array, first: number, noise: number): Promise<Trial | null> {
  const slope = dot(from.gradient, direction);
  const start: Trial = { step: 0, x, at: from, slope };
  const tryAt = async (step: number): Promise<Trial> => {
    const there = x.map((value, i) => value + step * direction[i]);
    const at = await evaluate(there);
    return { step, x: there, at, slope: at.value < Infinity ? dot(at.gradient, direction) : Infinity };
  };
  const isTooHigh = (trial: Trial) => !(trial.at.value <= from.value + DECREASE * trial.step * slope);
  let [low, high]: [Trial, Trial | null] = [start, null];
  let step = first;
  // once a step so short gains less than noise there is nothing to look for
  for (let trial = 0; trial < MOST_TRIALS && (trial < FEW_TRIALS || -step * slope > noise); trial++) {
    const there = await tryAt(step);
    // where values are all noise slopes tell what a step gains
    const isFlat = there.at.value <= from.value && Math.abs(there.slope) <= -CURVATURE * slope;
    if (isFlat && (!isTooHigh(there) || there.slope <= (2 * DECREASE - 1) * slope)) return there;
    if (isTooHigh(there) || there.at.value >= low.at.value) high = there;
    else {
      if (high ? there.slope * (high.step - low.step) >= 0 : there.slope >= 0) high = low;
      low = there;
    }
    if (high && Math.abs(high.step - low.step) < 1e-12 * Math.max(1, low.step)) break;
    step = high ? between(low, high) : Math.min(4 * step, step + 10 * first);
  }
  return low.step > 0 && low.at.value <= from.value ? low : null;
}

/** Where a cubic through both has its minimum, away from either end. */
function between(low: Trial, high: Trial): number {
  const width = high.step - low.step;
  const middle = low.step + 0.5 * width;
  if (!(high.at.value < Infinity)) return low.step + 0.2 * width;
  const d1 = low.slope + high.slope - (3 * (low.at.value - high.at.value)) / -width;
  const inside = d1 * d1 - low.slope * high.slope;
  if (!(inside >= 0)) return middle;
  const d2 = Math.sign(width) * Math.sqrt(inside);
  const step = high.step - (width * (high.slope + d2 - d1)) / (high.slope - low.slope + 2 * d2);
  const [least, most] = [low.step + 0.1 * width, high.step - 0.1 * width].sort((a, b) => a - b);
  return step >= least && step <= most ? step : middle;
}
