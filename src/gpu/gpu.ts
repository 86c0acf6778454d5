import type { Limits } from "./device.js";
import { Pace } from "./pace.js";
import type { Pipelines } from "./pipelines.js";

/** What work on a device needs. */
export interface Gpu {
  readonly device: GPUDevice;
  readonly software: boolean;
  readonly limits: Limits;
  readonly pipelines: Pipelines;
  readonly paces: Map<string, Pace>;
}

/** The pace of a kind of dispatch, whose cells take at most `weight` times what those of the fastest take. */
export function paceOf({ paces, limits }: Gpu, kind: string, weight = 1): Pace {
  let pace = paces.get(kind);
  if (!pace) paces.set(kind, (pace = new Pace(Math.ceil(limits.cells / weight))));
  return pace;
}
