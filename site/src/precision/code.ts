import { UNITS } from "../settings";
import type { Unit } from "../settings";
import { CELLS } from "./pairs";

/** The few lines that make the pair of the table, and say what kullback says of it. */
export function codeOf(power: number, seed: number, unit: Unit): string {
  const base = unit === "nats" ? "" : `base: ${UNITS[unit]}, `;
  return `import { klDivergence } from "kullback";

let state = ${seed};
const bits = () => {
  state = (Math.imul(state, 747796405) + 2891336453) >>> 0;
  const word = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
};
const p = Float64Array.from({ length: ${CELLS} }, () => (bits() + 1 - bits() / 2 ** 32) / 2 ** 32);
const q = p.map((x) => x * (1 + ${10 ** power} * (2 * (bits() / 2 ** 32) - 1)));

const exact = await klDivergence(p, q, { ${base}precision: "exact", detail: true });
const fast = await klDivergence(p, q, { ${base}detail: true });
console.log(exact.value, fast.value, fast.errorBound);`;
}
