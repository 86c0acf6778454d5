import { timeInTurns } from "../timing.js";

const reasonOf = (error) => String(error?.message ?? error).split("\n", 1)[0].slice(0, 200);

/** Loads a candidate and gives it the data: its ways to compute, each with the values of a first run. */
async function prepare({ peer, on, open }, host) {
  const { prepare: given, on: knownAs = on } = await open();
  const { ways, dispose } = await given(host);
  const ready = [];
  for (const [way, run] of Object.entries(ways)) {
    const first = await run();
    ready.push({ peer, on: knownAs, way, run, values: typeof first === "number" ? [first] : Array.from(first, Number) });
  }
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
  const times = await timeInTurns(all.map(guarded));
  all.forEach(({ peer, on, way, values, notRun }, i) => {
    report(notRun ? { peer, on, way, notRun } : { peer, on, way, values: values.map(String), times: times[i] });
  });
  for (const dispose of disposers) await dispose();
}
