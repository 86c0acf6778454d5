import { afterEach, expect, it, vi } from "vitest";

afterEach(() => { vi.unstubAllGlobals(); });

/** The module as an engine with this user agent loads it, and a queue that counts what is submitted to it. */
async function loadedIn(userAgent: string) {
  vi.stubGlobal("navigator", { userAgent });
  vi.resetModules();
  const submit = vi.fn();
  return { ...(await import("../../src/gpu/nudge")), submit, queue: { submit } as unknown as GPUQueue };
}
const after = (ms: number) => new Promise<void>((resolve) => { setTimeout(resolve, ms); });

const CHROMIUM = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36";
const postTask = (task: () => void, { delay }: { readonly delay: number }) => after(delay).then(task);

it.each([
  ["an old Chromium", CHROMIUM, undefined],
  ["Safari", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15", { postTask }],
  ["Deno", "Deno/2.9.5", undefined],
  ["Node", "Node.js/20", undefined],
])("nudged(queue, map) is the map itself in %s", async (_, userAgent, scheduler) => {
  vi.stubGlobal("scheduler", scheduler);
  const { nudged, queue, submit } = await loadedIn(userAgent);
  const map = after(5);
  expect(nudged(queue, map)).toBe(map);
  await map;
  expect(submit).not.toHaveBeenCalled();
});

it("nudged(queue, map) submits nothing four times at most in Chromium, and no more once the map is done", async () => {
  vi.stubGlobal("scheduler", { postTask });
  const { nudged, queue, submit } = await loadedIn(CHROMIUM);
  await nudged(queue, after(50));
  expect(submit.mock.calls).toEqual([[[]], [[]], [[]], [[]]]);
  const lost = nudged(queue, Promise.reject(new Error("lost")));
  await expect(lost).rejects.toThrow("lost");
  await after(20);
  expect(submit).toHaveBeenCalledTimes(4);
});

it("nudged(queue, map) submits nothing at most once a millisecond in Firefox, for all maps together, until none waits", async () => {
  const { nudged, queue, submit } = await loadedIn("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0");
  const start = performance.now();
  const lost = nudged(queue, after(10).then(() => { throw new Error("lost"); }));
  await Promise.all([nudged(queue, after(20)), nudged(queue, after(30)), expect(lost).rejects.toThrow("lost")]);
  await after(5);
  const submitted = submit.mock.calls.length;
  expect(submit).toHaveBeenCalledWith([]);
  expect(submitted).toBeLessThanOrEqual(performance.now() - start);
  await nudged(queue, after(50));
  expect(submit.mock.calls.length).toBeGreaterThan(submitted);
  const all = submit.mock.calls.length;
  await after(20);
  expect(submit.mock.calls.length - all).toBeLessThanOrEqual(1);
});
