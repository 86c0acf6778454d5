import { Word } from "./word";
import type { WordId } from "./words/words";

/** A measure's value, and how far it may be from the truth. */
export interface Measured {
  readonly name: string;
  /** The word that defines it. */
  readonly word: WordId;
  readonly formula: string;
  readonly value: number;
  readonly errorBound: number;
  /** nat, bit, dit or 1. */
  readonly unit: string;
}

/** A number with the digits that its bound leaves. */
export function textOf(value: number, errorBound: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : String(value);
  const digits = Math.min(Math.max(Math.floor(-Math.log10(errorBound || 1e-17)), 0), 12);
  return value.toFixed(digits);
}

const SHORT: Readonly<Record<string, string>> = { nat: "nats", bit: "bits", dit: "dits", "1": "" };

/** Measures, each with its bound. */
export function MeasuresTable({ measured }: { readonly measured: readonly Measured[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Table of measures">
      <table>
        <thead><tr><th scope="col">measure</th><th scope="col" class="number">value</th><th scope="col" class="number"><Word of="error-bound">±</Word></th><th scope="col">unit</th><th scope="col">is</th></tr></thead>
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
    </div>
  );
}
