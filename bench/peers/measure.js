import { timeInTurns } from "../timing.js";

/** Milliseconds: a call that takes longer is not repeated, but named. */
const LONGEST = 5_000;

const reasonOf = (error) => String(error?.message ?? error).split("\n", 1)[0].slice(0, 200);

/** A call's values and milliseconds. */
async function called(run) {
  const start = performance.now();
  const values = await run();
  return { values: typeof values === "number" ? [values] : Array.from(values, Number), ms: performance.now() - start };
}

/** What a way gives, or why it is not timed; where the first call takes long, it may have compiled, and the second counts. */
async function tried(run) {
  try {
    const first = await called(run);
    const { values, ms } = first.ms > LONGEST ? await called(run) : first;
    return ms > LONGEST ? { notRun: `one call takes ${(ms / 1000).toFixed(0)} s` } : { values };
  } catch (error) {
    return { notRun: reasonOf(error) };
  }
}

/** Loads a candidate and gives it the data: its ways to compute, each tried. */
async function prepare({ peer, on, open }, host) {
  const { prepare: given, on: knownAs = on } = await open();
  const { ways, dispose } = await given(host);
  const ready = [];
  for (const [way, run] of Object.entries(ways)) ready.push({ peer, on: knownAs, way, run, ...await tried(run) });
  return { ready, dispose };
}

/** One that fails later than in its first run ends alone. */
function guarded(one) {
  return async () => {
    if (one.notRun) return undefined;
    try {
      return await one.run();
    } catch (error) {
      one.notRun = reasonOf(error);
      return undefined;
    }
  };
}

/**
 * Times candidates in turns on the same data.
 *
 * @param host - `p`, `q`, `shape` and `dtype`.
 * @param report - Takes rows: `peer`, `on`, `way` with the first `values` (as text: they may be NaN) and `times` in
 *   milliseconds, or `notRun` with the reason.
 */
export async function measure(candidates, host, report) {
  const all = [];
  const disposers = [];
  for (const candidate of candidates) {
    try {
      const { ready, dispose } = await prepare(candidate, host);
      all.push(...ready);
      if (dispose) disposers.push(dispose);
    } catch (error) {
      report({ peer: candidate.peer, on: candidate.on, notRun: reasonOf(error) });
    }
  }
  const timed = all.filter(({ notRun }) => !notRun);
  const times = await timeInTurns(timed.map(guarded));
  for (const one of all) {
    const { peer, on, way, values, notRun } = one;
    report(notRun ? { peer, on, way, notRun } : { peer, on, way, values: values.map(String), times: times[timed.indexOf(one)] });
  }
  for (const dispose of disposers) await dispose();
}
