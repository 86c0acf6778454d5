import { models } from "./models";
import type { Answer, Fits } from "./run";
import { EPSILONS } from "./state";

interface NotesProps {
  readonly answer: Answer;
  readonly epsilon: number;
  /** Another share for the empty cells. */
  readonly change: (epsilon: number) => void;
}

const counted = (count: number, what: string, many: string) => `${count} ${count === 1 ? what : many}`;
const found = ({ direction, minima, starts }: Fits) => `${direction}, ${counted(minima.length, "minimum", "different minima")} from ${counted(starts, "start", "starts")}`;

/** What is worth knowing of the numbers. */
export function Notes({ answer, epsilon, change }: NotesProps) {
  const { fits, cells, empty, question: { model } } = answer;
  const [forward, reverse] = fits;
  return (
    <>
      <p>
        Found: {found(forward)}; {found(reverse)}. {models[model].components === 1 && "Forward KL to one normal has a single minimum with a closed form, the mean and covariance of the target: no search, no steps. "}
        {reverse.minima.length > 1 && "Each minimum of reverse KL is best among its neighbours; which of them a search ends in depends on where it starts, so several starts are tried and the best comes first. A search that starts on an axis of symmetry may also end on a saddle there, where the slope is 0, too; it is listed with the others."}
      </p>
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
