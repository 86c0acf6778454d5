import type { Backend } from "../backend.js";
import type { ExactTerm } from "../terms/exact/measure.js";

/*
 * Before a GPU's arithmetic is trusted it is tried on cells whose sums are known: once a device, when it is first asked for, a
 * dispatch for each kind. A kind that fails is switched off, and calls take another path.
 */

/** What is tried by itself: floating-point terms, and each kind of term in integers. */
export type Arithmetic = "fast" | ExactTerm;

const tried = new WeakMap<Backend, Map<Arithmetic, Promise<string | null>>>();

/** What is wrong with an arithmetic on this backend, or `null`. */
export function faultOf(backend: Backend, arithmetic: Arithmetic): Promise<string | null> {
  if (backend.info.kind === "cpu") return Promise.resolve(null);
  let results = tried.get(backend);
  if (!results) tried.set(backend, (results = new Map()));
  let result = results.get(arithmetic);
  if (!result) {
    result = import("./self-test.js").then(({ attempt }) => attempt(backend, arithmetic));
    results.set(arithmetic, result);
    // a lost device says nothing of its arithmetic
    result.catch(() => results.delete(arithmetic));
  }
  return result;
}
