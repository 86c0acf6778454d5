/** Milliseconds that a turn lasts at least: a browser's clock may have steps of one. */
const TURN = 20;
const LEAST_TURNS = 5;
const MOST_TURNS = 30;
/** Milliseconds a function after which enough turns are enough. */
const ENOUGH = 220;

export type Run = () => unknown;

/** What the functions return is kept, so that none is optimised away. */
export const sink: { last: unknown } = { last: undefined };

async function millisecondsOf(run: Run, times: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < times; i++) sink.last = await run();
  return performance.now() - start;
}

/** How often a function runs in a turn; warms it up. */
async function runsPerTurn(run: Run): Promise<number> {
  await millisecondsOf(run, 1);
  for (let runs = 1; ; runs *= 2) {
    // what takes long once may have been another program
    const ms = Math.min(await millisecondsOf(run, runs), await millisecondsOf(run, runs));
    if (ms >= TURN / 2) return Math.max(Math.ceil((runs * TURN) / ms), 1);
  }
}

/** Lets a call to stop come through. */
const breathe = () => new Promise((resolve) => setTimeout(resolve));

interface Watch {
  readonly signal: AbortSignal;
  /** Told before each function's turn: which one, and the share of all that is done. */
  readonly turn: (index: number, share: number) => void;
}

/** Times functions in turns, so that what disturbs one disturbs all; milliseconds a run, one list a function. */
export async function timeInTurns(functions: readonly Run[], { signal, turn }: Watch): Promise<readonly (readonly number[])[]> {
  const begin = async (i: number, share: number) => {
    turn(i, share);
    await breathe();
    signal.throwIfAborted();
  };
  const runs: number[] = [];
  for (const [i, run] of functions.entries()) {
    await begin(i, 0);
    runs.push(await runsPerTurn(run));
  }
  const times: number[][] = functions.map(() => []);
  const start = performance.now();
  const enough = ENOUGH * functions.length;
  for (let k = 0; k < MOST_TURNS && (k < LEAST_TURNS || performance.now() - start < enough); k++) {
    for (const [i, run] of functions.entries()) {
      await begin(i, Math.min((performance.now() - start) / enough, k / LEAST_TURNS, 1));
      times[i].push((await millisecondsOf(run, runs[i])) / runs[i]);
    }
  }
  return times;
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
