import type { Backend, Term, ZeroRule } from "../backend.js";
import type { Scale } from "../terms/measure.js";
import { UNSCALED } from "../terms/measure.js";
import { scaleBy } from "../terms/scaling.js";
import type { Settings } from "../validate.js";
import type { Call } from "./prepare.js";
import type { Rows } from "./rows.js";

/** A rule whose values are in the units of the data, not of a scale. */
export type ZeroPlan = ZeroRule;

/** What is done about zeros; `value`: with which of each row. */
export function planOf({ settings: { zeros }, layout: { rows }, measure, isSwapped = false }: Pick<Call, "settings" | "layout" | "measure" | "isSwapped">, value: (row: number) => number): ZeroPlan | undefined {
  if (!zeros) return undefined;
  const rule = RULES[zeros.policy];
  const side = isSwapped ? "p" : "q";
  // of one grid p is q as well: what is done to one side is done to both, or not at all
  if (measure.arity === "single" && (rule === "omit" || rule === "replace")) return undefined;
  const values = Array.from({ length: rows }, (_, row) => value(row));
  return { rule, side, p: values, q: values };
}

const RULES = { omit: "omit", epsilon: "replace", laplace: "add", clip: "floor" } as const satisfies Record<NonNullable<Settings["zeros"]>["policy"], ZeroRule["rule"]>;

/** Σq of each row in the units of the data, on whichever side it lies. */
export function totalOfQ(rows: Rows, { isSwapped = false }: Pick<Call, "isSwapped">): (row: number) => number {
  return (i) => {
    const { p, q, scale } = rows.at(i);
    return isSwapped ? scaleBy(p, -scale.p) : scaleBy(q / scale.multiplier, -scale.q);
  };
}

/** The rule for a read at these scales; of normalised cells the floor is none that scales change. */
export function ruleAt(plan: ZeroPlan, scales: readonly Scale[] | undefined, isNormalized: boolean): ZeroRule {
  if (!scales || plan.rule === "omit" || (plan.rule === "floor" && isNormalized)) return plan;
  const at = (row: number) => scales[row] ?? UNSCALED;
  return { ...plan, p: plan.p.map((value, row) => scaleBy(value, at(row).p)), q: plan.q.map((value, row) => scaleBy(value * at(row).multiplier, at(row).q)) };
}

/** Σ of p where q is 0. */
const MASS: Term = {
  id: "mass without q",
  wgsl: "fn term(p: f32, q: f32, d: f32) -> f32 { return select(0.0, p, bitcast<u32>(q) == 0u); }",
  cpu: () => 0,
  edges: { pZero: 0, qZero: 1 },
};
/** Nothing, but that its zeros are counted. */
const COUNT: Term = {
  id: "cells without q",
  wgsl: "fn term(p: f32, q: f32, d: f32) -> f32 { return 0.0; }",
  cpu: () => 0,
  edges: { pZero: 0, qZero: Infinity },
};

/** What a policy touched, by row: cells with p > 0 where q = 0, and their share of Σp. */
export interface Audit {
  readonly cells: Float64Array;
  readonly mass: Float64Array;
}

export async function auditOf({ p, q, layout, settings: { signal } }: Call, backend: Backend): Promise<Audit> {
  const [mass, count] = await backend.reduce({ terms: [MASS, COUNT], layout, p, q, ...(signal && { signal }) });
  return { cells: count.infiniteCells, mass: mass.term.map((sum, row) => (sum === 0 ? 0 : sum / mass.p[row])) };
}
