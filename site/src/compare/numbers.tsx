import { useMemo } from "preact/hooks";
import type { Answer as JobAnswer } from "../jobs";
import { MeasuresTable } from "../measures-table";
import type { Unit } from "../settings";
import { Word } from "../word";
import type { Answer } from "./evaluate";

/** Places where one has something and the other nothing. */
function placesOnly(one: Float64Array, other: Float64Array): number {
  let count = 0;
  for (let i = 0; i < one.length; i++) if (one[i] > 0 && other[i] === 0) count++;
  return count;
}

/** All measures, each with its bound, and what is worth knowing of them. */
export function Numbers({ answer, interval, unit }: { readonly answer: Answer; readonly interval: JobAnswer<"interval"> | null; readonly unit: Unit }) {
  const { measured, p, q, isDensity, closed, beyond, ranOn } = answer;
  const [ruledOut, unseen] = useMemo(() => [placesOnly(p, q), placesOnly(q, p)], [p, q]);
  const many = (count: number) => `${count} ${isDensity ? "place" : "outcome"}${count === 1 ? "" : "s"}`;
  return (
    <section aria-label="Numbers">
      <MeasuresTable measured={measured} />
      {Number.isFinite(measured[0].value) && <p>Where P is the truth, an outcome surprises someone who believes Q by {measured[0].value.toPrecision(4)} {unit} more, on average, than someone who knows P.</p>}
      {closed !== null && <p class="note">Of P and Q themselves, beyond any axis, D(P ‖ Q) in closed form is {Number.isFinite(closed) ? `${closed.toPrecision(12)} ${unit}` : "infinite"}{Math.abs(closed - measured[0].value) > 1e-4 * closed && ": the table is about what this axis shows of them, and ± about its rounding"}.</p>}
      {interval && <p class="note">If these counts are samples, the true D(P ‖ Q) of what they were drawn from is somewhere from {interval.low.toPrecision(3)} to {interval.high.toPrecision(3)} {unit} (with 95 % confidence, by the <Word of="bootstrap">bootstrap</Word>; samples this few exaggerate it by about {interval.bias.toPrecision(2)}, which is taken off).</p>}
      {beyond.map((share, i) => share > 1e-6 && <p class="note" key={i}>{(100 * share).toPrecision(2)} % of {"PQ"[i]} lies beyond this axis and is left out.</p>)}
      {ruledOut > 0 && <p class="note">In {many(ruledOut)} Q is 0 and P is not: what Q says never happens does. No number of {unit} is enough for that, so the forward divergence and the cross entropy are infinite.</p>}
      {unseen > 0 && <p class="note">In {many(unseen)} P is 0 and Q is not: that adds nothing to the forward divergence, and makes the reverse one infinite.</p>}
      <p class="ran">where it was computed, and why: {ranOn}</p>
    </section>
  );
}
