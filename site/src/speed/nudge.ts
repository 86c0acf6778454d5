/*
 * Firefox looks for finished GPU work on a timer of 100 ms (https://bugzilla.mozilla.org/show_bug.cgi?id=1870699), and at every submit. The library submits nothing
 * once a millisecond while it waits; so must a read that is held against it. Delete this file when that bug is fixed in the oldest Firefox that is served.
 */
const polls = navigator.userAgent.includes("Firefox/");

/** Work that waits for the GPU, hurried along where the browser would be slow to notice that it is done. */
export async function nudged<Result>(queue: GPUQueue, work: Promise<Result>): Promise<Result> {
  if (!polls) return work;
  const { port1, port2 } = new MessageChannel();
  let last = performance.now();
  port1.onmessage = () => {
    const now = performance.now();
    if (now - last >= 1) {
      queue.submit([]);
      last = now;
    }
    port2.postMessage(null);
  };
  port2.postMessage(null);
  try {
    return await work;
  } finally {
    port1.close();
  }
}
