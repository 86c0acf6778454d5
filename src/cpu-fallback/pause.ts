/** Milliseconds of work between two pauses. */
const BETWEEN = 40;
/** Cells between two looks at the clock. */
const CELLS = 2 ** 16;

/** Lets timers, input and an abort through in the middle of long work. */
export class Pacer {
  private cells = 0;
  private next = performance.now() + BETWEEN;

  constructor(private readonly signal?: AbortSignal) {}

  /** Counts cells done; true when it is time to `pause`. */
  isDue(cells: number): boolean {
    this.cells += cells;
    if (this.cells < CELLS) return false;
    this.cells = 0;
    return performance.now() >= this.next;
  }

  /** Rejects with the signal's reason when aborted. */
  async pause(): Promise<void> {
    await new Promise<void>((resolve) => { setTimeout(resolve, 0); });
    this.signal?.throwIfAborted();
    this.next = performance.now() + BETWEEN;
  }
}
