import type { Simd } from "../simd/engine.js";
import { threadsOf } from "./cores.js";
import type { Pool } from "./pool.js";

/**
 * Milliseconds on one thread from which on a read gains from workers that are there, and of all such reads from which on it is worth to
 * start them; reads with workers before it is judged whether they gain (their code is compiled while they begin), and reads without
 * them after that.
 */
export const WHEN = { worth: 20, started: 20, tried: 6, skipped: 16 };

/** What of a read one thread does for all, as long as it has not been measured: it hands out the cells. */
const HANDING_OUT = 0.25;

/** The workers of a backend: started when there is much to do. */
export class Threads {
  private ms = 0;
  /** Milliseconds for each that was expected, of late, without workers and with them, and how many reads those were. */
  private alone = 1;
  private together = 0;
  private shared = 0;
  /** Reads that are to do without workers. */
  private skip = 0;
  private pool: Promise<Pool | null> | undefined;
  private failed = false;
  private destroyed = false;

  /** `asked`: how many threads work, the caller's among them; left out: those that gain. `started` hears how many do. */
  constructor(private asked: number | undefined, private readonly started: (threads: number) => void) {}

  private get most(): number {
    return (this.asked ??= threadsOf());
  }

  /** About how long a read takes that would take one thread so long. */
  estimate(ms: number): number {
    if (ms < WHEN.worth) return ms;
    const gain = this.most > 1 && this.skip === 0 && !this.failed;
    return ms * (!gain ? this.alone : this.together > 0 ? this.together : HANDING_OUT + (1 - HANDING_OUT) / this.most);
  }

  /** The workers for a read that takes one thread so long; `null` where they would not gain, or the host allows none. */
  async poolFor(simd: Simd, ms: number): Promise<Pool | null> {
    if (this.most === 1 || this.destroyed || ms < WHEN.worth) return null;
    this.ms += ms;
    if (this.ms < WHEN.started) return null;
    if (this.skip > 0) {
      this.skip -= 1;
      return null;
    }
    // a host that allows none is not asked again
    const pool = await (this.pool ??= this.start(simd).catch(() => null));
    return pool && (await pool.isReady()) ? pool : null;
  }

  private async start(simd: Simd): Promise<Pool | null> {
    const { openPool } = await import("./pool.js");
    if (this.destroyed) return null;
    return openPool(simd.module, this.most, {
      started: this.started,
      ended: (failed) => {
        this.failed = failed;
        // others are judged anew
        this.shared = 0;
        this.pool = failed ? Promise.resolve(null) : undefined;
        if (failed) this.started(1);
      },
    });
  }

  /** Hears how long a read took. Where other programs have the cores workers do not gain: they are left out for a while. */
  note(expected: number, ms: number, shared: boolean): void {
    if (expected < WHEN.worth) return;
    const share = ms / expected;
    if (!shared) {
      this.alone = (this.alone + share) / 2;
      return;
    }
    this.shared += 1;
    this.together = this.shared === 1 ? share : (this.together + share) / 2;
    if (this.shared < WHEN.tried || this.together < this.alone) return;
    this.skip = WHEN.skipped;
    this.shared = 0;
  }

  /** Ends the workers; calls under way go on without. */
  end(): void {
    this.destroyed = true;
    void this.pool?.then((pool) => pool?.end(false));
  }
}
