/** Milliseconds of work between two pauses: a page is drawn thirty times a second. */
const BETWEEN = 30;

/** Lets timers, input, drawing and an abort through in the middle of a search. */
export class Pauses {
  private next = performance.now() + BETWEEN;

  constructor(private readonly signal?: AbortSignal) {}

  /** Pauses where it is time to, and rejects with the signal's reason when aborted. */
  async due(): Promise<void> {
    if (performance.now() >= this.next) {
      await new Promise<void>((resolve) => { setTimeout(resolve, 0); });
      this.next = performance.now() + BETWEEN;
    }
    this.signal?.throwIfAborted();
  }
}
