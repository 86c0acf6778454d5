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

it("nudged(queue, map) is the map itself in other engines than Firefox", async () => {
  for (const userAgent of ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36", "Deno/2.9.5", "Node.js/20"]) {
    const { nudged, queue, submit } = await loadedIn(userAgent);
    const map = after(5);
    expect(nudged(queue, map)).toBe(map);
    await map;
    expect(submit).not.toHaveBeenCalled();
  }
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
