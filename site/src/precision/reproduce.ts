import * as kullback from "kullback";
import type { Backend } from "kullback";
import { ownExactCases } from "../../../test/conformance/exact-cases";
import type { Tools } from "../jobs";

/** How a case went on a backend: its bits are the known ones, are others (or what it computes breaks a promise), or it has not been tried. */
export type Outcome = "waiting" | "right" | "absent" | { readonly wrong: string };

/** A case of the conformance suite with its known digest. */
export interface Row {
  readonly what: string;
  readonly digest: string;
  readonly cpu: Outcome;
  readonly gpu: Outcome;
}

export interface Reproduced {
  readonly rows: readonly Row[];
  /** Cases gone through, on both. */
  readonly done: number;
  readonly total: number;
  /** The GPU's adapter, or why there is none. */
  readonly gpu: { readonly adapter: string; readonly software: boolean } | { readonly missing: string };
  readonly elapsedMs: number;
}

/** What a case is about, and the digest at its end. */
const NAME = /^every measure of (.*) in exact precision .*, ([0-9a-f]{16})$/;

const cases = ownExactCases.flatMap(({ name, run }) => {
  const [, what, digest] = NAME.exec(name) ?? [];
  return digest ? [{ what, digest, run }] : [];
});

/** Lets a call to stop come through. */
const breathe = () => new Promise((resolve) => setTimeout(resolve));

async function openGpu(): Promise<Backend | string> {
  try {
    return await kullback.openBackend({ prefer: "webgpu" });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function outcomeOf(run: (typeof cases)[number]["run"], backend: Backend): Promise<Outcome> {
  try {
    await run({ kullback, backend, file: () => Promise.reject(new Error("this page has no files")) });
    return "right";
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
}

/** Goes through the known digests on the CPU and, where there is WebGPU, software or not, on the GPU. */
export async function reproduce(_: unknown, { signal, step }: Tools<Reproduced>): Promise<Reproduced> {
  const begun = performance.now();
  const [cpu, gpu] = [await kullback.openBackend({ prefer: "cpu" }), await openGpu()];
  const backends = typeof gpu === "string" ? ([["cpu", cpu]] as const) : ([["cpu", cpu], ["gpu", gpu]] as const);
  const rows: Row[] = cases.map(({ what, digest }) => ({ what, digest, cpu: "waiting", gpu: typeof gpu === "string" ? "absent" : "waiting" }));
  let done = 0;
  const sofar = (): Reproduced => ({
    rows: [...rows], done, total: backends.length * cases.length, elapsedMs: performance.now() - begun,
    gpu: typeof gpu === "string" ? { missing: gpu } : { adapter: gpu.info.adapter ?? "", software: gpu.info.software },
  });
  try {
    for (const [place, backend] of backends) {
      for (const [i, { run }] of cases.entries()) {
        step(sofar());
        await breathe();
        signal.throwIfAborted();
        rows[i] = { ...rows[i], [place]: await outcomeOf(run, backend) };
        done += 1;
      }
    }
    return sofar();
  } finally {
    for (const [, backend] of backends) backend.destroy();
  }
}
