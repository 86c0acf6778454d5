import type { Term } from "../backend.js";

/** What a read adds up that is only for p, q and p − q. */
export const TOTALS: Term = {
  id: "totals",
  wgsl: "fn term(p: f32, q: f32, d: f32) -> f32 { return 0.0; }",
  cpu: () => 0,
  edges: { pZero: 0, qZero: 0 },
};
