import type { Answer, Fits, Minimum } from "./answer";
import { models } from "./models";
import { EPSILONS } from "./state";

interface NotesProps {
  readonly answer: Answer;
  readonly epsilon: number;
  /** Another share for the empty cells. */
  readonly change: (epsilon: number) => void;
}

const counted = (count: number, what: string, many: string) => `${count} ${count === 1 ? what : many}`;
const found = ({ direction, minima, starts }: Fits) => `${direction}, ${counted(minima.length, "minimum", "different minima")} from ${counted(starts, "start", "starts")}`;

/** Is a minimum wider than the grid, or about a place beyond it? */
function isBeyond({ path }: Minimum, { x }: Answer): boolean {
  const [first, last] = [x[0], x[x.length - 1]];
  return path[path.length - 1].parts.some(({ mean, covariance }) => mean.some((at, i) => at < first || at > last || Math.sqrt(covariance[i * (mean.length + 1)]) > last - first));
}

/** What is worth knowing of the numbers. */
export function Notes({ answer, epsilon, change }: NotesProps) {
  const { fits, cells, empty, question: { model, from } } = answer;
  const [forward, reverse] = fits;
  return (
    <>
      <p>
        Found: {found(forward)}; {found(reverse)}. {models[model].components === 1 && "Forward KL to one normal has a single minimum with a closed form, the mean and covariance of the target: no search, no steps. "}
        {reverse.minima.length > 1 && "Each minimum of reverse KL is best among its neighbours; which of them a search ends in depends on where it starts, so several starts are tried and the best comes first. A search that starts on an axis of symmetry may also end on a saddle there, where the slope is 0, too; it is listed with the others. "}
        {from === "target" && "Searches start from a mixture fitted to the target, as the library does by itself: they are short."}
      </p>
      {fits.some(({ minima }) => minima.some((minimum) => isBeyond(minimum, answer))) && (
        <p class="note">A normal above is wider than the grid, or has its mean beyond it. Of a model only what lies on the grid is held against the target, so there the parameters say little.</p>
      )}
      {empty > 0 && (
        <p class="note">
          In {empty} of {cells} cells the target is 0 and every normal is not: reverse KL would be infinite. Each of these cells is given{" "}
          <select aria-label="share of an empty cell" value={epsilon} onChange={({ currentTarget: { value } }) => change(Number(value))}>{EPSILONS.map((share) => <option key={share} value={share}>{share.toExponential(0)}</option>)}</select>{" "}
          of the target's total in reverse, and the reverse fit and its divergence depend on it. Forward needs nothing: a cell where the target is 0 adds nothing to it.
        </p>
      )}
      <p class="ran">{cells.toLocaleString("en")} cells; forward in {forward.elapsedMs.toFixed(0)} ms, reverse in {reverse.elapsedMs.toFixed(0)} ms: {reverse.ranOn}</p>
    </>
  );
}
