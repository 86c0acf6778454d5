/*
 * Firefox looks for finished GPU work on a timer of 100 ms (https://bugzilla.mozilla.org/show_bug.cgi?id=1870699), and at
 * every submit: while a map waits, nothing is submitted once a millisecond. Delete this file when that bug is fixed in the
 * oldest Firefox that is served.
 */

const polls = /\bFirefox\//.test((globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent ?? "");

/** How many maps wait for each queue that is being nudged: one loop serves them all. */
const waiting = new WeakMap<GPUQueue, number>();

/** Timers would take 4 ms, and a second in a hidden tab; messages take microseconds and let other tasks in between. */
function nudge(queue: GPUQueue): void {
  const { port1, port2 } = new MessageChannel();
  let last = performance.now();
  port1.onmessage = () => {
    if (!waiting.get(queue)) {
      waiting.delete(queue);
      port1.close();
      return;
    }
    const now = performance.now();
    if (now - last >= 1) {
      queue.submit([]);
      last = now;
    }
    port2.postMessage(null);
  };
  port2.postMessage(null);
}

/** A map of a buffer that `queue` writes, hurried along where the browser would be slow to notice that it is done. */
export function nudged(queue: GPUQueue, map: Promise<void>): Promise<void> {
  if (!polls) return map;
  const maps = waiting.get(queue);
  waiting.set(queue, (maps ?? 0) + 1);
  if (maps === undefined) nudge(queue);
  return map.finally(() => waiting.set(queue, (waiting.get(queue) ?? 1) - 1));
}
