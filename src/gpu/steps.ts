import type { Pace } from "./pace.js";

/** One dispatch's share of a job. */
export interface Step<T> {
  readonly cells: number;
  readonly pace: Pace;
  run(): Promise<T>;
  take(result: T): void;
}

/** One works while the next is made ready. */
const UNDER_WAY = 2;

/** Runs steps one after the other and takes their results in that order; between them the signal is honoured. */
export async function runSteps<T>(steps: AsyncIterable<Step<T>>, signal?: AbortSignal): Promise<void> {
  const underWay: { readonly step: Step<T>; readonly started: number; readonly result: Promise<T> }[] = [];
  let lastDone = 0;
  const takeFirst = async () => {
    const [{ step, started, result }] = underWay;
    step.take(await result);
    underWay.shift();
    const now = performance.now();
    step.pace.note(step.cells, now - Math.max(started, lastDone));
    lastDone = now;
  };
  try {
    for await (const step of steps) {
      const result = step.run();
      // awaited in its turn
      result.catch(() => {});
      underWay.push({ step, started: performance.now(), result });
      if (underWay.length === UNDER_WAY) await takeFirst();
      signal?.throwIfAborted();
    }
    while (underWay.length > 0) await takeFirst();
  } finally {
    await Promise.allSettled(underWay.map(({ result }) => result));
  }
}
