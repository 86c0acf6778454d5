import type { Limits, OpenDevice } from "./device.js";
import { Pace } from "./pace.js";
import { Groups } from "./groups.js";
import { Pipelines } from "./pipelines.js";
import { Pool } from "./pool.js";
import { Queue } from "./queue.js";
import { Ring } from "./ring.js";
import { Tables } from "./tables.js";

/** What work on a device needs. */
export interface Gpu {
  readonly device: GPUDevice;
  readonly software: boolean;
  /** As `OpenDevice` has it; 1 as well once lanes were found not to be neighbouring threads. */
  lanes: number;
  readonly limits: Limits;
  readonly pipelines: Pipelines;
  readonly pool: Pool;
  readonly tables: Tables;
  readonly queue: Queue;
  readonly ring: Ring;
  readonly paces: Map<string, Pace>;
  /** Frees all buffers that are kept. */
  free(): void;
}

export function gpuOf({ device, software, lanes, limits }: OpenDevice): Gpu {
  const [pool, tables, groups, ring] = [new Pool(device), new Tables(device), new Groups(device), new Ring(device)];
  const free = () => [pool.destroy(), tables.destroy(), ring.destroy(), groups.clear()];
  return { device, software, lanes, limits, pipelines: new Pipelines(device), pool, tables, queue: new Queue(device, pool, groups), ring, paces: new Map(), free };
}

/** The pace of a kind of dispatch, whose cells take at most `weight` times what those of the fastest take. */
export function paceOf({ paces, limits }: Gpu, kind: string, weight = 1): Pace {
  let pace = paces.get(kind);
  if (!pace) paces.set(kind, (pace = new Pace(Math.ceil(limits.cells / weight))));
  return pace;
}
