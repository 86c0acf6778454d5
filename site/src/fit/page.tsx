import { useAnswer } from "../ask";
import { Busy } from "../busy";
import { Figure } from "../figure";
import type { Page, PageProps } from "../pages";
import type { Unit } from "../settings";
import { TakeAway, csvOf, jsonOf } from "../take-away";
import type { Answer, Minimum } from "./answer";
import { codeOf } from "./code";
import { Controls } from "./controls";
import { drawLine } from "./line";
import { INK, drawLosses } from "./losses";
import { MinimaTable } from "./minima-table";
import { Notes } from "./notes";
import { drawPlanes } from "./plane";
import { Steps, usePlayback } from "./playback";
import { read, write } from "./state";
import type { State } from "./state";
import { Which } from "./which";
import "./fit.css";

/** A model fitted to a target by forward and by reverse KL divergence, side by side. */
function Fit({ state, change, settings: { unit, where } }: PageProps<State>) {
  const { of, heights, model, starts, from, epsilon } = state;
  const { answer, error, notice, isBusy, step, cancel } = useAnswer("fit-both", { of, heights, model, starts, from, epsilon }, where, JSON.stringify([of, of === "drawn" && heights, model, starts, from, epsilon]));
  return (
    <>
      <Controls state={state} change={change} />
      <Busy isBusy={isBusy} cancel={cancel} error={error} notice={notice} what={step ? `fitting: ${step.direction}, start ${step.start + 1}, step ${step.step}` : "fitting"} />
      {answer && !error && <Views answer={answer} state={state} change={change} unit={unit} />}
      <Which />
    </>
  );
}

const TITLES = { forward: "forward: mode covering", reverse: "reverse: mode seeking" } as const;

function Views({ answer, state, change, unit }: Pick<PageProps<State>, "state" | "change"> & { readonly answer: Answer; readonly unit: Unit }) {
  const { fits, dimensions } = answer;
  const shown = fits.map(({ minima }, side) => Math.min(state.shown[side], minima.length - 1));
  const minima = fits.map((one, side): Minimum => one.minima[shown[side]]);
  const last = Math.max(...minima.map(({ path }) => path.length - 1));
  const playback = usePlayback(answer, last, state.step);
  const { at } = playback;
  const draw = dimensions === 1 ? drawLine : drawPlanes;
  const show = (side: number, index: number) => {
    change({ ...state, shown: side === 0 ? [index, shown[1]] : [shown[0], index], step: null });
    playback.again();
  };
  return (
    <>
      <section aria-label="Figures">
        <div class={dimensions === 3 ? "figures" : "sides"}>
          {fits.map(({ direction }, side) => {
            const { path } = minima[side];
            const { parts } = path[Math.min(at, path.length - 1)];
            return <Figure key={direction} title={TITLES[direction]} from={[answer, parts]} make={(width) => draw({ answer, colour: INK[direction], parts, width })} />;
          })}
        </div>
        <p class="ran">
          Grey: the target. {dimensions === 1 ? "Line: the model; dashed, where there are several, its components." : "Ellipses: one (solid) and two (dashed) standard deviations about the mean of each normal."}
          {dimensions === 3 && " Seen along each of the three axes: what lies behind each other is added up."}
        </p>
        <Steps playback={playback} last={last} go={(step) => change({ ...state, step })} />
        <Figure title={`Loss by step, in ${unit}`} caption="The loss is what is minimised, here on a scale of square roots: circle, where the forward search starts; square, the reverse one. Thin: the other minima. A model that has reached its minimum stays there." from={[answer, shown.join(), at, unit]} make={(width) => drawLosses(answer, shown, at, unit, width)} />
      </section>
      <section aria-label="Numbers">
        <h2>What was found</h2>
        <MinimaTable answer={answer} unit={unit} shown={shown} show={show} />
        <Notes answer={answer} epsilon={state.epsilon} change={(epsilon) => change({ ...state, epsilon, shown: [0, 0], step: null })} />
      </section>
      <TakeAway
        code={codeOf(answer, unit)}
        files={[
          { label: "losses as CSV", name: "kullback.csv", text: () => csvOf(["direction", "minimum", "step", "loss in nats"], fits.flatMap(({ direction, minima: all }) => all.flatMap(({ path }, k) => path.map(({ loss }, step) => [direction, k + 1, step, loss])))) },
          { label: "fits as JSON", name: "kullback.json", text: () => jsonOf({ ...write(state), unit: "nats", fits: fits.map(({ direction, minima: all }) => ({ direction, minima: all.map(({ path, ...one }) => ({ ...one, parts: path[path.length - 1].parts })) })) }) },
        ]}
      />
    </>
  );
}

export const page: Page<State> = { View: Fit, read, write };
