import type { Simd } from "../simd/engine.js";
import { threadsOf } from "./cores.js";
import type { Pool } from "./pool.js";
import { areShort } from "./turns.js";

/**
 * Milliseconds on one thread from which on a read gains from workers that are there, and of all such reads from which on it is worth to
 * start them; reads with workers before one is done without them, to see what that takes (their code is compiled while they begin),
 * twice as many each time that they gain, up to the most; and reads without them where they do not, in the same way.
 */
export const WHEN = { worth: areShort ? 5 : 20, started: 20, tried: 9, mostTried: 144, skipped: 2, mostSkipped: 16 };

/** What of a read one thread does for all, as long as it has not been measured: it hands out the cells. */
const HANDING_OUT = 0.25;

/** Reads by which it is told how long one takes. */
const RECENT = 7;

/** The last few of some numbers, of which one or two may be far out: a read that another program disturbed says nothing of the next. */
class Recent {
  private last: number[] = [];

  note(x: number): void {
    this.last = [...this.last, x].slice(-RECENT);
  }

  /** The one in the middle; `undefined` where there is none. */
  get middle(): number | undefined {
    return [...this.last].sort((a, b) => a - b)[this.last.length >> 1];
  }

  get least(): number {
    return Math.min(...this.last);
  }
}

/** The workers of a backend: started when there is much to do. */
export class Threads {
  private ms = 0;
  /** Milliseconds for each that was expected, of late, without workers and with them, and how many reads those were. */
  private alone = new Recent();
  private together = new Recent();
  /** Reads with workers since it was last judged whether they gain, and after how many that is to be. */
  private shared = 0;
  private tries = WHEN.tried;
  /** Reads that are to do without workers, and how many will have to if they do not gain then. */
  private skip = 0;
  private next = WHEN.skipped;
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
    const alone = this.alone.middle ?? 1;
    return ms * (gain ? this.together.middle ?? alone * (HANDING_OUT + (1 - HANDING_OUT) / this.most) : alone);
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
        this.forget();
        this.pool = failed ? Promise.resolve(null) : undefined;
        if (failed) this.started(1);
      },
    });
  }

  /** Hears how long a read took. Where other programs have the cores workers do not gain: they are left out for a while. */
  note(expected: number, ms: number, shared: boolean): void {
    if (expected < WHEN.worth) return;
    (shared ? this.together : this.alone).note(ms / expected);
    if (shared) this.shared += 1;
    if (this.shared < this.tries) return;
    if (shared) this.skip = 1;
    else this.judge();
  }

  private judge(): void {
    this.shared = 0;
    if (Number(this.together.middle) < this.alone.least) {
      this.tries = Math.min(2 * this.tries, WHEN.mostTried);
      this.next = WHEN.skipped;
      return;
    }
    this.skip = this.next;
    this.next = Math.min(2 * this.next, WHEN.mostSkipped);
    this.forget();
  }

  private forget(): void {
    this.shared = 0;
    this.tries = WHEN.tried;
    this.together = new Recent();
  }

  /** Ends the workers; calls under way go on without. */
  end(): void {
    this.destroyed = true;
    void this.pool?.then((pool) => pool?.end(false));
  }
}
