const WARM_UP_RUNS = 3;
/** Milliseconds: short functions are warmed up for longer, so that the compiler is done with them. */
const WARM_UP = 30;
const LEAST = 10;
const MOST = 200;
/** Milliseconds a function after which a case with enough repetitions ends. */
const ENOUGH = 400;
/** Milliseconds that one repetition lasts at least: a page's clock has steps of up to a tenth of one. */
const TURN = 3;

/** What the functions return is kept, so that none is optimised away. */
let sink;

async function repeated(run, times) {
  const start = performance.now();
  for (let i = 0; i < times; i++) sink = await run();
  return (performance.now() - start) / times;
}

/** How often to run a function in one repetition; warms it up. */
async function runsPerTurn(run) {
  const start = performance.now();
  let shortest = Infinity;
  for (let i = 0; i < WARM_UP_RUNS || performance.now() - start < WARM_UP; i++) shortest = Math.min(shortest, await repeated(run, 1));
  return Math.ceil(TURN / Math.max(shortest, 1e-3));
}

/** Times the functions in turns, so that what disturbs one disturbs all; milliseconds a run, one list a function. */
export async function timeInTurns(functions) {
  const turns = [];
  for (const run of functions) turns.push({ run, runs: await runsPerTurn(run), times: [] });
  const end = performance.now() + ENOUGH * functions.length;
  for (let i = 0; i < MOST && (i < LEAST || performance.now() < end); i++) {
    for (const { run, runs, times } of turns) times.push(await repeated(run, runs));
  }
  return turns.map(({ times }) => times);
}

/** Milliseconds of each of a few runs, after one that does not count. */
export async function repeatedly(run, times = 5) {
  await repeated(run, 1);
  const all = [];
  for (let i = 0; i < times; i++) all.push(await repeated(run, 1));
  return all;
}

/** Least, median, and half of the distance between the quartiles in per cent of the median. */
export function summaryOf(times) {
  const sorted = Float64Array.from(times).sort();
  const at = (share) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    return sorted[below] + (place - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
  };
  return { repetitions: times.length, minMs: sorted[0], medianMs: at(0.5), spreadPercent: (50 * (at(0.75) - at(0.25))) / at(0.5) };
}
