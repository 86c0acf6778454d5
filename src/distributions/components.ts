import type { Component } from "../backend.js";
import { choleskyOf, solveLower } from "./cholesky.js";
import type { Distribution } from "./distribution.js";
import { HALF_LN_2PI } from "./special.js";
import { lnBeta } from "./stirling.js";

/** A density as backends evaluate it. */
export interface ComponentModel {
  readonly kind: "normal" | "beta";
  readonly components: readonly Component[];
}

type Parametrised = Pick<Distribution, "family" | "parameters"> & Partial<Distribution>;

/** Normals, betas and mixtures of either; `null` for others. */
export function componentsOf(of: Parametrised, logWeight = 0): ComponentModel | null {
  const one = (kind: "normal" | "beta", component: Component): ComponentModel => ({ kind, components: [component] });
  switch (of.family) {
    case "normal": {
      const { mean, sd } = of.parameters;
      return one("normal", { log: logWeight - Math.log(sd) - HALF_LN_2PI, mean: [mean], root: [1 / sd] });
    }
    case "beta": {
      const { a, b } = of.parameters;
      return one("beta", { log: logWeight - lnBeta(a, b), powers: [a - 1, b - 1] });
    }
    case "multivariateNormal": {
      const { mean, covariance } = of.parameters;
      const d = mean.length;
      const lower = choleskyOf(covariance, d);
      const identity = Float64Array.from({ length: d * d }, (_, at) => Number(at % (d + 1) === 0));
      const logs = mean.reduce((sum, _, i) => sum + Math.log(lower[i * d + i]), 0);
      return one("normal", { log: logWeight - logs - d * HALF_LN_2PI, mean, root: solveLower(lower, d, identity, d) });
    }
    case "mixture": {
      const { components, weights } = of.parameters;
      const parts = components.flatMap((part, k) => (weights[k] > 0 ? [componentsOf(part, logWeight + Math.log(weights[k]))] : []));
      const kind = parts[0]?.kind;
      if (!kind || parts.some((part) => part?.kind !== kind)) return null;
      return { kind, components: parts.flatMap((part) => part?.components ?? []) };
    }
    default: return null;
  }
}
