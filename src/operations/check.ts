import type { RowSums } from "../backend.js";
import { DomainError } from "../errors.js";
import type { Measure } from "../terms/measure.js";

/** Throws DomainError for entries that no distribution has. */
export function checkEntries({ name }: Measure, sums: Pick<RowSums, "invalidP" | "invalidQ">): void {
  for (const [argument, { count, first }] of [["p", sums.invalidP], ["q", sums.invalidQ]] as const) {
    if (count === 0) continue;
    const entries = count === 1 ? "1 entry that is" : `${count} entries that are`;
    throw new DomainError(`${name}: ${argument} has ${entries} negative, NaN or infinite, the first at index ${first}.`, argument, count, first);
  }
}

/** Throws DomainError for a row whose largest value, or sum, is 0: it cannot be normalised. Rows are counted from `first`. */
export function checkMasses({ name, arity }: Measure, p: Float64Array, q: Float64Array, first = 0): void {
  const sides = arity === "single" ? [["p", p] as const] : [["p", p] as const, ["q", q] as const];
  for (const [argument, masses] of sides) {
    const row = masses.indexOf(0);
    if (row < 0) continue;
    const where = first + masses.length > 1 ? ` in row ${first + row}` : "";
    throw new DomainError(`${name}: ${argument} sums to 0${where} and cannot be normalised.`, argument, 0, -1);
  }
}
