import { finishJensenShannon } from "./finish.js";
import { jensenShannonMeasure } from "./jensen-shannon.js";
import { klDiv } from "./log.js";
import type { Measure } from "./measure.js";

/** −π·ln π, from 1 − π where that is the smaller. */
function surprise(share: number, other: number): number {
  return -share * (share > 0.5 ? Math.log1p(-other) : Math.log(share));
}

/** π·D(p̂ ‖ m) + (1 − π)·D(q̂ ‖ m), m = πp̂ + (1 − π)q̂, for π and 1 − π in (0, 1), each as exact as it can be: Lin 1991, doi:10.1109/18.61115, eq. 4.1. */
export function weightedJensenShannon(ofP: number, ofQ: number): Measure {
  const alone = { p: surprise(ofP, ofQ), q: surprise(ofQ, ofP) };
  return {
    ...jensenShannonMeasure,
    id: `js of ${ofP} and ${ofQ}`,
    name: "generalizedJensenShannon",
    hasExact: false,
    // p − m = (1 − π)d and q − m = −πd, so that nothing is lost where the three are close
    wgsl: /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 {
  let mean = ${ofP} * p + ${ofQ} * q;
  return ${ofP} * kl_div(p, mean, ${ofQ} * d) + ${ofQ} * kl_div(q, mean, -${ofP} * d);
}
`,
    cpu(p, q, d) {
      const mean = ofP * p + ofQ * q;
      return ofP * klDiv(p, mean, ofQ * d) + ofQ * klDiv(q, mean, -ofP * d);
    },
    edges: { pZero: alone.q, qZero: alone.p },
    finish(sums, how) {
      const { value, errorBound } = finishJensenShannon(sums, how);
      return { value: Math.min(value, alone.p + alone.q), errorBound: 2 * errorBound };
    },
  };
}
