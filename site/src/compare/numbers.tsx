import type { Unit } from "../settings";
import { Word } from "../word";
import type { Answer } from "./evaluate";

/** A number with the digits that its bound leaves, and the bound. */
export function textOf(value: number, errorBound: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : String(value);
  const digits = Math.min(Math.max(Math.floor(-Math.log10(errorBound || 1e-17)), 0), 12);
  return value.toFixed(digits);
}

const SHORT: Readonly<Record<string, string>> = { nat: "nats", bit: "bits", dit: "dits", "1": "" };

/** All measures, each with its bound. */
export function Numbers({ answer, unit: shownIn }: { readonly answer: Answer; readonly unit: Unit }) {
  const { measured, p, q, isDensity, closed, beyond, interval, ranOn } = answer;
  const ruledOut = p.reduce((count, share, i) => count + Number(share > 0 && q[i] === 0), 0);
  const unseen = p.reduce((count, share, i) => count + Number(share === 0 && q[i] > 0), 0);
  const many = (count: number) => `${count} ${isDensity ? "place" : "outcome"}${count === 1 ? "" : "s"}`;
  return (
    <section aria-label="Numbers">
      <table>
        <thead><tr><th scope="col">measure</th><th scope="col" class="number">value</th><th scope="col" class="number">±</th><th scope="col">unit</th><th scope="col">is</th></tr></thead>
        <tbody>
          {measured.map(({ name, word, formula, value, errorBound, unit }) => (
            <tr key={name}>
              <th scope="row"><Word of={word}>{name}</Word></th>
              <td class="number">{textOf(value, errorBound)}</td>
              <td class="number">{Number.isFinite(value) ? errorBound.toExponential(0) : ""}</td>
              <td>{SHORT[unit] ?? unit}</td>
              <td>{formula}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {closed !== null && <p class="note">Of P and Q themselves, beyond any axis, D(P ‖ Q) in closed form is {Number.isFinite(closed) ? closed.toPrecision(12) : "infinite"} {Number.isFinite(closed) ? shownIn : ""}.</p>}
      {interval && <p class="note">If these counts are samples, the distributions they come from lie {interval.low.toPrecision(3)} to {interval.high.toPrecision(3)} {shownIn} apart (95 % <Word of="bootstrap">bootstrap</Word> interval, less the {interval.bias.toPrecision(2)} by which samples exaggerate).</p>}
      {beyond.map((share, i) => share > 1e-6 && <p class="note" key={i}>{(100 * share).toPrecision(2)} % of {"PQ"[i]} lies beyond this axis and is left out.</p>)}
      {ruledOut > 0 && <p class="note note-zero">In {many(ruledOut)} Q is 0 and P is not: what Q says never happens does. No number of nats is enough for that, so the forward divergence and the cross entropy are infinite.</p>}
      {unseen > 0 && <p class="note note-zero">In {many(unseen)} P is 0 and Q is not: that adds nothing to the forward divergence, and makes the reverse one infinite.</p>}
      <p class="ran">computed here: {ranOn}</p>
    </section>
  );
}
