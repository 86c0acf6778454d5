import type { Invalid, RowSums } from "../backend.js";
import { DomainError, ShapeError } from "../errors.js";
import type { Measure } from "../terms/measure.js";
import type { Backend } from "../backend.js";
import { onHost } from "./prepare.js";
import type { Call } from "./prepare.js";

/** 1 as a half float. */
const HALF_ONE = 0x3c00;

/** As much of a call as its messages name. */
export interface Checked {
  readonly measure: Pick<Measure, "name" | "arity">;
  /** Is what the caller calls p in q's place? */
  readonly isSwapped?: boolean;
}

/** An error about p or q as one about what the caller calls them. */
export function renamed(error: unknown, names: Readonly<Partial<Record<"p" | "q", string>>>): unknown {
  const inWords = (message: string) => message.replace(/: ([pq]) (?=has|is|sums|must)/, (whole, side: "p" | "q") => (names[side] ? `: ${names[side]} ` : whole));
  if (error instanceof ShapeError) return new ShapeError(inWords(error.message), error.expected, error.actual);
  if (!(error instanceof DomainError)) return error;
  const { message, argument, count, index } = error;
  return new DomainError(inWords(message), names[argument as "p" | "q"] ?? argument, count, index);
}

/** So many entries of an argument are what they must not be. */
export function badEntries(name: string, argument: string, { count, first }: Invalid, fault: string): DomainError {
  const entries = count === 1 ? "1 entry that is" : `${count} entries that are`;
  return new DomainError(`${name}: ${argument} has ${entries} ${fault}, the first at index ${first}.`, argument, count, first);
}

/** Throws DomainError for entries that no distribution has. */
export function checkEntries({ measure: { name }, isSwapped = false }: Checked, sums: Pick<RowSums, "invalidP" | "invalidQ">): void {
  const [p, q] = isSwapped ? [sums.invalidQ, sums.invalidP] : [sums.invalidP, sums.invalidQ];
  for (const [argument, { count, first }] of [["p", p], ["q", q]] as const) {
    if (count > 0) throw badEntries(name, argument, { count, first }, "negative, NaN or infinite");
  }
}

/** Throws DomainError for entries above the largest that a measure takes; which they are is looked for where there are some. */
export async function checkLargest({ measure: { name, largest = Infinity }, p, q }: Call, backend: Backend, sums: Pick<RowSums, "largestP" | "largestQ">): Promise<void> {
  for (const [argument, operand, rows] of [["p", p, sums.largestP], ["q", q, sums.largestQ]] as const) {
    if (!rows.some((value) => value > largest)) continue;
    const grid = await onHost(backend, operand);
    const data = "data" in grid ? grid.data : (grid.host ?? new Float64Array());
    // bits of half floats rise with them; of those with a sign -0 alone is left
    const areBits = grid.dtype === "float16" && data instanceof Uint16Array;
    const most = areBits ? HALF_ONE * largest : largest;
    let [above, first] = [0, -1];
    for (let i = data.length - 1; i >= 0; i--) if ((areBits ? (data[i] as number) & 0x7fff : data[i]) > most) [above, first] = [above + 1, i];
    throw new DomainError(`${name}: ${argument} has ${above === 1 ? "1 entry" : `${above} entries`} above ${largest}, the first at index ${first}.`, argument, above, first);
  }
}

/** Throws DomainError for a row whose largest value, or sum, is 0: it cannot be normalised. Rows are counted from `first`. */
export function checkMasses({ measure: { name, arity }, isSwapped = false }: Checked, p: Float64Array, q: Float64Array, first = 0): void {
  const [ofP, ofQ] = isSwapped ? [q, p] : [p, q];
  const sides = arity === "single" ? [["p", ofP] as const] : [["p", ofP] as const, ["q", ofQ] as const];
  for (const [argument, masses] of sides) {
    const row = masses.indexOf(0);
    if (row < 0) continue;
    const where = first + masses.length > 1 ? ` in row ${first + row}` : "";
    throw new DomainError(`${name}: ${argument} sums to 0${where} and cannot be normalised.`, argument, 0, -1);
  }
}
