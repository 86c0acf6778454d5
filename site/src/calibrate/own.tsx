import { decibels, percent } from "./methods-table";
import type { Judged } from "./run";
import { POSITIONS } from "./state";

interface OwnProps {
  readonly position: number;
  readonly threshold: number;
  /** What it costs, once that is known. */
  readonly judged: Judged | null;
  readonly change: (position: number) => void;
}

/** A threshold of the visitor's, and what it costs. */
export function Own({ position, threshold, judged, change }: OwnProps) {
  const text = threshold.toPrecision(4);
  return (
    <section aria-label="Your own threshold">
      <h2>Your own threshold</h2>
      <p>A low threshold clips: what lies beyond is stored as the threshold, however far it was. A high one rounds coarsely: the same few codes have to reach farther, so the steps between them grow.</p>
      <label class="slider">
        threshold
        <input type="range" min={0} max={POSITIONS} step={1} value={position} aria-label="your own threshold" aria-valuetext={text} onInput={({ currentTarget: { valueAsNumber } }) => change(valueAsNumber)} />
        <output>{text}</output>
      </label>
      <p class="own">{judged && <Costs judged={judged} />}</p>
    </section>
  );
}

function Costs({ judged: { threshold, clipped, clipping, rounding, sqnr } }: { readonly judged: Judged }) {
  const all = clipping + rounding;
  return (
    <>
      At {threshold.toPrecision(4)}, <strong>{percent(clipped)}</strong> of the samples are clipped, and the signal-to-quantisation-noise ratio is <strong>{decibels(sqnr)} dB</strong>
      {all > 0 && <>: of the squared error {percent(clipping / all)} are clipping's, {percent(rounding / all)} rounding's</>}.
    </>
  );
}
