import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as kullback from "../../src/index";
import { noteDigest } from "../support/known-digests";
import { type BackendName, backends, casesOn } from "./run";

/** Reads a file of examples/data. */
export const file = async (path: string) => new Uint8Array(await readFile(join(import.meta.dirname, "../../examples/data", path)));

/** Runs the cases of each backend here, in Node; those of WebGPU where scripts/test.js found an adapter, else it reports them as not run. */
export function describeInNode(names: readonly BackendName[]): void {
  describe.each(names.filter((name) => name === "cpu" || process.env.KULLBACK_NODE_WEBGPU))("Node, %s", (name) => {
    let backend: kullback.Backend;
    const uncaptured: string[] = [];
    beforeAll(async () => {
      backend = await backends[name]();
      const { device } = backend as unknown as { device?: GPUDevice };
      device?.addEventListener("uncapturederror", (event) => uncaptured.push((event as GPUUncapturedErrorEvent).error.message));
    });
    afterAll(() => backend?.destroy());

    for (const { name: title, run } of casesOn(name)) {
      it(title, async () => {
        await run({ kullback, backend, file });
        noteDigest(`Node, ${name}`, title);
      });
    }

    it("raises no error that nobody caught", () => expect(uncaptured).toEqual([]));
  });
}
