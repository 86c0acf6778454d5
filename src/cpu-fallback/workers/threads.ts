import type { Simd } from "../simd/engine.js";
import type { Pool } from "./pool.js";

/** Cells from which on a call gains from workers that are there, and cells of all such calls from which on it is worth to start them. */
export const LEAST = { cells: 2 ** 21, toStart: 2 ** 22 };

/** The workers of a backend: started when there is much to do. */
export class Threads {
  private cells = 0;
  private pool: Promise<Pool | null> | undefined;
  private destroyed = false;

  /** `most`: how many threads work, the caller's among them; left out: those that gain. `started` hears how many do. */
  constructor(private readonly most: number | undefined, private readonly started: (threads: number) => void) {}

  /** The workers for a call of so many cells; `null` where they would not gain, or the host allows none. */
  async poolFor(simd: Simd, cells: number): Promise<Pool | null> {
    if (this.most === 1 || this.destroyed || cells < LEAST.cells) return null;
    this.cells += cells;
    if (this.cells < LEAST.toStart) return null;
    // a host that allows none is not asked again
    return this.pool ??= this.start(simd).catch(() => null);
  }

  private async start(simd: Simd): Promise<Pool | null> {
    const { openPool } = await import("./pool.js");
    if (this.destroyed) return null;
    return openPool(simd.module, this.most, {
      started: this.started,
      ended: (failed) => {
        this.pool = failed ? Promise.resolve(null) : undefined;
        if (failed) this.started(1);
      },
    });
  }

  /** Ends the workers; calls under way go on without. */
  end(): void {
    this.destroyed = true;
    void this.pool?.then((pool) => pool?.end(false));
  }
}
