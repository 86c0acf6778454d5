import { Figure } from "../figure";
import type { Unit } from "../settings";
import { ENTROPY_METHODS } from "./choices";
import type { EntropyMethod } from "./choices";
import { drawCurves } from "./figures";
import type { Answer } from "./run";

interface CurvesProps {
  readonly answer: Answer;
  readonly chosen: readonly EntropyMethod[];
  readonly choose: (methods: readonly EntropyMethod[]) => void;
  readonly unit: Unit;
}

/** The divergence that each method looks for the least of, at every candidate. */
export function Curves({ answer, chosen, choose, unit }: CurvesProps) {
  const { rows } = answer;
  const hasFound = (method: EntropyMethod) => rows.some((row) => row.method === method && row.found);
  const isAlone = (method: EntropyMethod) => rows.some((row) => row.method === method && row.found?.curve.thresholds.length === 1);
  const shown = chosen.filter(hasFound);
  const alone = shown.filter(isAlone);
  return (
    <>
      <fieldset class="curves">
        <legend>curves</legend>
        {ENTROPY_METHODS.map((method) => (
          <label key={method}>
            <input type="checkbox" aria-label={`curve of ${method}`} checked={chosen.includes(method)} disabled={!hasFound(method)} onChange={({ currentTarget: { checked } }) => choose(ENTROPY_METHODS.filter((one) => (one === method ? checked : chosen.includes(one))))} /> {method}
          </label>
        ))}
      </fieldset>
      {shown.length > 0 && (
        <Figure
          title="Divergence of every candidate" from={[answer, shown.join(), unit]} make={(width) => drawCurves(answer, shown, unit, width)}
          caption={`Dots: the least of each. Each method compares distributions of its own making, so heights cannot be held against each other, only where a curve is least.${alone.length > 0 ? ` ${alone.join(", ")} has one candidate, and no curve.` : ""}`}
        />
      )}
    </>
  );
}
