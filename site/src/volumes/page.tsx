import { useState } from "preact/hooks";
import { useAnswer } from "../ask";
import { Busy } from "../busy";
import { FileField } from "../file-field";
import { MeasuresTable } from "../measures-table";
import type { Page, PageProps } from "../pages";
import { UNITS } from "../settings";
import { TakeAway, csvOf, jsonOf } from "../take-away";
import { codeOf } from "./code";
import type { Answer, Numbers, Shown } from "./measure";
import { NORMALS, startValues } from "./normals";
import { Blocks, Profiles } from "./profiles";
import type { Cell } from "./slice";
import { AXES, Slices } from "./slices";
import type { Source } from "./sources";
import { VolumeView } from "./volume-view";
import "./volumes.css";

export interface State {
  readonly of: Source["of"];
  /** What the sliders of two normals say. */
  readonly values: readonly number[];
  readonly shown: Shown;
  /** Where the slices meet; `null`: in the middle. */
  readonly at: Cell | null;
  readonly map: boolean;
  /** Share of the largest value at which contours are drawn. */
  readonly level: number;
}

const SOURCES: Readonly<Record<Source["of"], string>> = { colin27: "a head without and with its skull (Colin27)", normals: "two normals", files: "files of yours" };
const SHOWN: Readonly<Record<Shown, string>> = { "jensen-shannon": "Jensen-Shannon", forward: "D(P ‖ Q), forward", reverse: "D(Q ‖ P), reverse" };
const START: State = { of: "colin27", values: startValues, shown: "jensen-shannon", at: null, map: true, level: 0.1 };
const FILES = ".nii,.gz,.npy";

function Volumes({ state, change, settings: { unit, where } }: PageProps<State>) {
  const { of, values, shown } = state;
  const [files, setFiles] = useState<{ readonly p?: File; readonly q?: File }>({});
  const source = sourceOf(state, files);
  const names = [files.p, files.q].map((file) => file && `${file.name} ${file.lastModified}`);
  const { answer, error, notice, isBusy, step, cancel } = useAnswer("measure-volumes", source && { source, shown, base: UNITS[unit] }, where, JSON.stringify([of, of === "normals" && values, of === "files" && names, shown, unit]));
  const numbers = isBusy ? step?.numbers ?? answer?.numbers : answer?.numbers;
  return (
    <>
      <section class="controls" aria-label="Volumes">
        <label>volumes <select aria-label="volumes" value={of} onChange={({ currentTarget: { value } }) => change({ ...state, of: value as Source["of"], at: null })}>{Object.entries(SOURCES).map(([key, text]) => <option key={key} value={key}>{text}</option>)}</select></label>{" "}
        <label>map of <select aria-label="map of" value={shown} onChange={({ currentTarget: { value } }) => change({ ...state, shown: value as Shown })}>{Object.entries(SHOWN).map(([key, text]) => <option key={key} value={key}>{text}</option>)}</select></label>
        {of === "colin27" && <p>One person's head by magnetic resonance, 181 × 217 × 181 cells: P is the brain alone (ch2bet), Q the whole head (ch2). Each cell's brightness is taken for a count.</p>}
        {of === "normals" && <Sliders values={values} change={(next) => change({ ...state, values: next })} />}
        {of === "files" && (
          <div class="sides">
            {(["p", "q"] as const).map((name) => <FileField key={name} label={`a volume for ${name.toUpperCase()}: .nii, .nii.gz, .npy`} accept={FILES} take={(file) => setFiles({ ...files, [name]: file })} />)}
            <p>{(["p", "q"] as const).map((name) => `${name.toUpperCase()}: ${files[name]?.name ?? "not chosen yet"}`).join("; ")}. Both must lie on the same grid; cells must not be negative.</p>
          </div>
        )}
      </section>
      <Busy isBusy={isBusy} cancel={cancel} share={step?.share} what={step?.numbers ? "drawing the map" : "reading and measuring"} error={error} notice={notice} />
      {numbers && !error && <VolumeNumbers numbers={numbers} unit={unit} />}
      {answer && !error && <div class={isBusy ? "stale" : ""}><Views answer={answer} state={state} change={change} unit={unit} /></div>}
      {answer && !error && source && (
        <TakeAway
          code={codeOf(source, unit)}
          files={[
            { label: "slices as CSV", name: "kullback.csv", text: () => csvOf(["axis", "slice", "adds"], answer.slices.flatMap((data, axis) => Array.from(data, (value, i) => [AXES[axis], i, value]))) },
            { label: "measures as JSON", name: "kullback.json", text: () => jsonOf({ ...page.write(state), measured: answer.numbers.measured, blocks: answer.blocks }) },
          ]}
        />
      )}
    </>
  );
}

function sourceOf({ of, values }: State, { p, q }: { readonly p?: File; readonly q?: File }): Source | null {
  if (of === "colin27") return { of };
  if (of === "normals") return { of, values };
  return p && q ? { of, p, q } : null;
}

function Sliders({ values, change }: { readonly values: readonly number[]; readonly change: (next: readonly number[]) => void }) {
  return (
    <fieldset class="side side-q">
      <legend>Q</legend>
      <small>P is the standard normal: mean 0, standard deviation 1 along x, y and z. Both are put on 64 × 64 × 64 cells from −6 to 6.</small>
      {NORMALS.map(({ name, least, most, step }, i) => (
        <label class="slider" key={name}>
          {name}
          <input type="range" min={least} max={most} step={step} value={values[i]} aria-label={`${name} of Q`} onInput={({ currentTarget: { valueAsNumber } }) => change(values.with(i, valueAsNumber))} />
          <output>{values[i]}</output>
        </label>
      ))}
    </fieldset>
  );
}

function VolumeNumbers({ numbers: { measured, closed, cells, ranOn, elapsedMs }, unit }: { readonly numbers: Numbers; readonly unit: string }) {
  const reverse = measured[1].value;
  return (
    <section aria-label="Numbers">
      <MeasuresTable measured={measured} />
      {closed !== null && <p class="note">In closed form, of the normals themselves, D(P ‖ Q) is {closed.toPrecision(10)} {unit}: what the grid says differs by what lies beyond it and by its steps.</p>}
      {measured[0].value === Infinity && <p class="note">Q is 0 in cells where P is not, so the forward divergence is infinite; Jensen-Shannon never is.</p>}
      {reverse === Infinity && <p class="note">P is 0 in cells where Q is not: what is there costs the reverse divergence infinitely much; Jensen-Shannon never is infinite.</p>}
      <p class="ran">{cells.toLocaleString("en")} cells, measured in {elapsedMs.toFixed(0)} ms: {ranOn}</p>
    </section>
  );
}

/** The map and what adds to it. */
function Views({ answer, state, change, unit }: Pick<PageProps<State>, "state" | "change"> & { readonly answer: Answer; readonly unit: keyof typeof UNITS }) {
  const { shape, p, q, terms, shown } = answer;
  const inside = (cell: Cell) => cell.map((i, axis) => Math.min(i, shape[axis] - 1)) as unknown as Cell;
  const at = inside(state.at ?? (shape.map((length) => Math.floor(length / 2)) as unknown as Cell));
  const go = (to: Cell) => change({ ...state, at: to });
  const cell = (at[0] * shape[1] + at[1]) * shape[2] + at[2];
  const whole = answer.numbers.measured[{ forward: 0, reverse: 1, "jensen-shannon": 2 }[shown]].value;
  return (
    <>
      <section aria-label="Slices">
        <h2>What each cell adds to {SHOWN[shown]}</h2>
        <p class="caption">Grey: both volumes. Green adds{shown === "jensen-shannon" ? "" : ", red takes off"}. Lines: <span class="ink-p">P</span> and <span class="ink-q">Q</span> at a share of their largest value. Click into a slice, or move a slider: the others follow.</p>
        <div class="settings">
          <label><input type="checkbox" checked={state.map} aria-label="show the map" onChange={({ currentTarget: { checked } }) => change({ ...state, map: checked })} /> map</label>
          <label>contours at <input type="range" min={0} max={0.95} step={0.05} value={state.level} aria-label="contours at" onInput={({ currentTarget: { valueAsNumber } }) => change({ ...state, level: valueAsNumber })} /> <output>{state.level === 0 ? "none" : `${Math.round(100 * state.level)} %`}</output></label>
        </div>
        <Slices answer={answer} at={at} look={state} go={go} />
        <p class="ran">At z, y, x = {at.join(", ")}: P holds {Number(p[cell].toPrecision(6))}, Q {Number(q[cell].toPrecision(6))}; the cell adds {Number.isFinite(terms[cell]) ? terms[cell].toExponential(3) : "∞"} {unit}.</p>
        {answer.infiniteCells > 0 && <p class="note">{answer.infiniteCells.toLocaleString("en")} cells add infinitely much; they have the map's full colour, and no slice or block that holds one has a finite sum.</p>}
      </section>
      <VolumeView answer={answer} />
      <Profiles answer={answer} at={at} unit={unit} />
      <Blocks answer={answer} whole={whole} unit={unit} go={go} />
    </>
  );
}

const numbersIn = (text: string | null) => (text ? text.split(",").map(Number) : []);

export const page: Page<State> = {
  View: Volumes,
  read(query) {
    const [of, shown] = [query.get("of") ?? "", query.get("map") ?? ""];
    const [given, at] = [numbersIn(query.get("q")), numbersIn(query.get("at"))];
    const level = Number(query.get("contours") ?? NaN);
    return {
      of: Object.hasOwn(SOURCES, of) ? (of as Source["of"]) : START.of,
      shown: Object.hasOwn(SHOWN, shown) ? (shown as Shown) : START.shown,
      values: NORMALS.map(({ least, most, start }, i) => (given[i] >= least && given[i] <= most ? given[i] : start)),
      at: at.length === 3 && at.every((i) => Number.isInteger(i) && i >= 0) ? [at[0], at[1], at[2]] : null,
      map: query.get("colour") !== "off",
      level: level >= 0 && level < 1 ? level : START.level,
    };
  },
  write: ({ of, values, shown, at, map, level }) => ({
    of, map: shown, ...(of === "normals" && { q: values.join() }), ...(at && { at: at.join() }), ...(!map && { colour: "off" }), ...(level !== START.level && { contours: String(level) }),
  }),
};
