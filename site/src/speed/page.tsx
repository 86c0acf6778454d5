import { useState } from "preact/hooks";
import { useAnswer } from "../ask";
import { Busy } from "../busy";
import type { Page, PageProps } from "../pages";
import { TakeAway, csvOf, jsonOf } from "../take-away";
import { codeOf } from "./code";
import { SHOWN, SpeedFigure } from "./speed-figure";
import type { Shown } from "./speed-figure";
import { SpeedTable } from "./speed-table";
import { POWERS, bytesOf } from "./ways";
import type { Measured, Power } from "./ways";
import "./speed.css";

interface State {
  /** Of two: cells of the largest pair. */
  readonly largest: Power;
  readonly shown: Shown;
}

const START: State = { largest: 20, shown: "gb-per-s" };
const MIB = 2 ** 20;

/** How fast it is on this device: nothing runs until the visitor says so. */
function Speed({ state, change }: PageProps<State>) {
  const { largest, shown } = state;
  const [run, setRun] = useState<{ readonly turn: number; readonly largest: Power } | null>(null);
  const { answer, step, isBusy, error, notice, cancel } = useAnswer("measure-speed", run, "auto", String(run?.turn));
  const measured = isBusy || error ? step?.measured : answer;
  const bytes = bytesOf(2 ** largest);
  return (
    <>
      <section class="controls" aria-label="What to measure">
        <p>
          How long klDivergence takes of two Float32Arrays of random numbers, on this device and in this browser, each time by every way there is: on the CPU; on the GPU with data that were uploaded once; on the GPU with their upload; and “auto”, which is a call that names no place and chooses one. Beside each stands a plain read of the same arrays on the same device. Press Measure: it takes about ten seconds. Of small arrays a GPU's time is nearly all launch and readback, whatever it reads: look at the milliseconds there, not at GB/s.
        </p>
        <div class="settings">
          <label>largest arrays <select aria-label="largest arrays" value={largest} onChange={({ currentTarget: { value } }) => change({ ...state, largest: Number(value) as Power })}>{POWERS.slice(1).map((power) => <option key={power} value={power}>{(2 ** power).toLocaleString("en")} cells</option>)}</select></label>
          <label>figure in <select aria-label="figure in" value={shown} onChange={({ currentTarget: { value } }) => change({ ...state, shown: value as Shown })}>{Object.entries(SHOWN).map(([key, { name }]) => <option key={key} value={key}>{name}</option>)}</select></label>
          <button type="button" disabled={isBusy} onClick={() => setRun({ turn: (run?.turn ?? 0) + 1, largest })}>Measure</button>
        </div>
        <p class={bytes > 16 * MIB ? "note" : "ran"}>The largest pair takes {bytes < MIB ? `${bytes / 1024} KiB` : `${bytes / MIB} MiB`} of memory in this page, and on a GPU about twice as much again. Where it is computed is measured, not chosen: the setting above does not matter here. Other work on this device disturbs the times.</p>
      </section>
      <Busy isBusy={isBusy} cancel={cancel} share={step?.share} what="measuring" error={error} notice={notice} />
      {isBusy && <p class="ran at">{step?.what ?? "opening the GPU"}</p>}
      {measured && measured.rows.length > 0 && <div class="figures"><SpeedFigure rows={measured.rows} shown={shown} /></div>}
      {measured && <SpeedTable measured={measured} />}
      {measured && !isBusy && <CopyJson text={jsonOf(reportOf(measured))} />}
      <TakeAway
        code={codeOf(largest)}
        hasFigures={measured !== undefined && measured !== null}
        files={measured && !isBusy ? [
          { label: "times as JSON", name: "kullback.json", text: () => jsonOf(reportOf(measured)) },
          { label: "times as CSV", name: "kullback.csv", text: () => csvOf(["cells", "way", "medianMs", "minMs", "nsPerCell", "gbPerS", "readGbPerS", "ranOn"], measured.rows.map((row) => [row.cells, row.way, row.medianMs, row.minMs, row.nsPerCell, row.gbPerS, row.readGbPerS, row.ranOn])) },
        ] : []}
      />
    </>
  );
}

const reportOf = ({ machine, rows, missing }: Measured) => ({ what: "klDivergence of two Float32Arrays of random numbers; bytes of both over the time", ...machine, rows, missing });

/** What was measured, in sight and for the clipboard. */
function CopyJson({ text }: { readonly text: string }) {
  const [said, setSaid] = useState("");
  const copy = () => navigator.clipboard.writeText(text).then(() => setSaid("the numbers are on the clipboard"), () => setSaid("the browser allows no clipboard here: they stand below"));
  return (
    <section aria-label="As JSON" class="json">
      <button type="button" onClick={() => void copy()}>copy as JSON</button> <span role="status" class="ran">{said}</span>
      <details><summary>the numbers as JSON</summary><pre tabIndex={0} role="region" aria-label="JSON">{text}</pre></details>
    </section>
  );
}

export const page: Page<State> = {
  View: Speed,
  read(query) {
    const [largest, shown] = [Number(query.get("largest") ?? NaN), query.get("figure") ?? ""];
    return { largest: POWERS.slice(1).find((power) => power === largest) ?? START.largest, shown: Object.hasOwn(SHOWN, shown) ? (shown as Shown) : START.shown };
  },
  write: ({ largest, shown }) => ({ largest: String(largest), figure: shown }),
};
