import { textOf } from "../measures-table";
import { UNITS } from "../settings";
import type { Unit } from "../settings";
import { Word } from "../word";
import type { Answer, Fits, Minimum, Part } from "./answer";
import { AXES } from "./plane";

/** Digits of a parameter. */
const DIGITS = 4;
/** Below this a divergence has an exponent; above, no digit finer than that. */
const [TINY, FINEST] = [1e-6, 1e-10];
export const short = (value: number): string => String(Number(value.toFixed(DIGITS)) + 0);

/** A divergence: as most are read, and where it is next to nothing by its size. */
const digitsOf = (value: number, errorBound: number) => (value !== 0 && Math.abs(value) < TINY ? value.toExponential(3) : textOf(value, Math.max(errorBound, FINEST)));

/** A normal in words. */
export function partText({ mean, covariance }: Part): string {
  const n = mean.length;
  const names = AXES[n];
  const sds = mean.map((_, i) => Math.sqrt(covariance[i * n + i]));
  if (n === 1) return `mean ${short(mean[0])}, sd ${short(sds[0])}`;
  const correlations = mean.flatMap((_, i) => mean.slice(i + 1).map((_, k) => ({ name: names[i] + names[i + 1 + k], value: covariance[i * n + i + 1 + k] / (sds[i] * sds[i + 1 + k]) })));
  return `mean (${names.join(", ")}) = (${mean.map(short).join(", ")}), sd (${sds.map(short).join(", ")}), ${n === 2 ? "correlation" : `correlations of ${correlations.map(({ name }) => name).join(", ")}`} ${correlations.map(({ value }) => short(value)).join(", ")}`;
}

function Parts({ parts }: { readonly parts: readonly Part[] }) {
  return parts.length === 1 ? <>{partText(parts[0])}</> : <ul class="parts">{parts.map((part, k) => <li key={k}>{short(part.weight)} of it: {partText(part)}</li>)}</ul>;
}

interface MinimaTableProps {
  readonly answer: Answer;
  readonly unit: Unit;
  readonly shown: readonly number[];
  /** Shows another minimum of a side. */
  readonly show: (side: number, index: number) => void;
}

/** All minima of both directions: how far each is from the target, what its parameters are, how it was found. */
export function MinimaTable({ answer, unit, shown, show }: MinimaTableProps) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Table of minima">
      <table>
        <thead><tr><th scope="col">direction</th><th scope="col" class="number">divergence, {unit}</th><th scope="col" class="number"><Word of="error-bound">±</Word></th><th scope="col">model</th><th scope="col" class="number">steps</th><th scope="col">converged</th><th scope="col">look</th></tr></thead>
        <tbody>{answer.fits.flatMap((fits, side) => fits.minima.map((minimum, index) => <Row key={`${side} ${index}`} fits={fits} minimum={minimum} index={index} unit={unit} isShown={shown[side] === index} show={() => show(side, index)} />))}</tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly fits: Fits;
  readonly minimum: Minimum;
  readonly index: number;
  readonly unit: Unit;
  readonly isShown: boolean;
  readonly show: () => void;
}

function Row({ fits: { direction, minima }, minimum, index, unit, isShown, show }: RowProps) {
  const { divergence, errorBound, steps, converged, path } = minimum;
  const per = Math.log(UNITS[unit]);
  const name = `${direction}${minima.length > 1 ? ` ${index + 1}` : ""}`;
  return (
    <tr>
      <th scope="row" class={`ink-${direction}`}>{name}</th>
      <td class="number">{digitsOf(divergence / per, errorBound / per)}</td>
      <td class="number">{(errorBound / per).toExponential(0)}</td>
      <td><Parts parts={path[path.length - 1].parts} /></td>
      <td class="number">{steps}</td>
      <td>{converged ? "yes" : "no"}</td>
      <td>{minima.length > 1 && <button type="button" aria-pressed={isShown} aria-label={`show ${name}`} onClick={show}>show</button>}</td>
    </tr>
  );
}
