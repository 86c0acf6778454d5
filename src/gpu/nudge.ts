/*
 * Browsers look for finished GPU work at every submit, and else by the clock: while a map waits, nothing is submitted now and then.
 *
 * Firefox's clock ticks every 100 ms (https://bugzilla.mozilla.org/show_bug.cgi?id=1870699): once a millisecond. That may be deleted when the
 * bug is fixed in the oldest Firefox that is served.
 *
 * Chromium's ticks every 2 ms (gpu/ipc/service/command_buffer_stub.cc, `kHandleMoreWorkPeriodMs`): at once and three times more. What takes
 * longer is not held up by much.
 */

const { userAgent = "" } = (globalThis as { readonly navigator?: { readonly userAgent?: string } }).navigator ?? {};
const isFirefox = /\bFirefox\//.test(userAgent);
const isChromium = /Chrome\//.test(userAgent);
/** Timers would wait 4 ms. */
const { scheduler } = globalThis as { readonly scheduler?: { postTask(task: () => void, options: { readonly delay: number; readonly priority: "user-blocking" }): Promise<void> } };
/** Milliseconds before each submit in Chromium. */
const DELAYS = [0, 1, 1, 1];

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

async function nudgeSoon(queue: GPUQueue, waits: () => boolean): Promise<void> {
  for (const delay of DELAYS) {
    await scheduler?.postTask(() => {}, { delay, priority: "user-blocking" });
    if (!waits()) return;
    queue.submit([]);
  }
}

/** A map of a buffer that `queue` writes, hurried along where the browser would be slow to notice that it is done. */
export function nudged(queue: GPUQueue, map: Promise<void>): Promise<void> {
  if (isFirefox) {
    const maps = waiting.get(queue);
    waiting.set(queue, (maps ?? 0) + 1);
    if (maps === undefined) nudge(queue);
    return map.finally(() => waiting.set(queue, (waiting.get(queue) ?? 1) - 1));
  }
  if (!isChromium || !scheduler) return map;
  let waits = true;
  void nudgeSoon(queue, () => waits);
  return map.finally(() => { waits = false; });
}
