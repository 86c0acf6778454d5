import type { Side } from "./compare/evaluate";
import { isFamily, startOf } from "./families";

/** Units by the base of their logarithm. */
export const UNITS = { nats: Math.E, bits: 2, dits: 10 } as const;
export type Unit = keyof typeof UNITS;

/** All that a page shows: it stands in the address, behind #. */
export interface State {
  readonly p: Side;
  readonly q: Side;
  readonly unit: Unit;
}

export const START: State = { p: { family: "normal", values: [0, 1] }, q: { family: "normal", values: [1, 1.5] }, unit: "nats" };

const numbers = (text: string): number[] => text.split(",").map(Number);

/** A side as text: `normal:0,1`, or `counts:1,2,3`. */
const textOf = (side: Side): string => ("weights" in side ? `counts:${side.weights.join()}` : `${side.family}:${side.values.join()}`);

function sideOf(text: string | null): Side | null {
  const [id, list = ""] = (text ?? "").split(":");
  const values = numbers(list);
  if (id === "counts") return values.length > 1 && values.every((value) => value >= 0 && value < Infinity) && values.some((value) => value > 0) ? { weights: values } : null;
  if (!isFamily(id)) return null;
  const start = startOf(id);
  return { family: id, values: start.map((value, i) => (Number.isFinite(values[i]) ? values[i] : value)) };
}

export function addressOf({ p, q, unit }: State): string {
  return `#compare?${new URLSearchParams({ p: textOf(p), q: textOf(q), unit }).toString().replaceAll("%3A", ":").replaceAll("%2C", ",")}`;
}

/** What an address says; where it says nothing that can be, what the page starts with. */
export function stateOf(address: string): State {
  const query = new URLSearchParams(address.slice(address.indexOf("?") + 1));
  const [p, q, unit] = [sideOf(query.get("p")), sideOf(query.get("q")), query.get("unit") ?? ""];
  const fit = p && q && "weights" in p === "weights" in q;
  return { ...(fit ? { p, q } : { p: START.p, q: START.q }), unit: Object.hasOwn(UNITS, unit) ? (unit as Unit) : START.unit };
}
