import type { Backend } from "../../src/backend";
import { WebGpuBackend } from "../../src/gpu/backend";
import { openDevice } from "../../src/gpu/device";
import * as kullback from "../../src/index";
import { type ConformanceContext, cases } from "../conformance/index";

export const SHARED = "webgpu with workgroups that share their sums";
export const SUBGROUPS = "webgpu with subgroups";
export const WINDOWS = "webgpu through small windows";
/** Smaller than most cases' data, so that these are cut; a table of digits takes 2496 bytes. */
const SMALL = { binding: 2900, upload: 1300, cells: 4000 };

/** What the cases are run on; software adapters have a kernel of their own: two of these run those of real GPUs on them. */
export const backends = {
  cpu: () => kullback.openBackend({ prefer: "cpu" }),
  webgpu: () => kullback.openBackend({ prefer: "webgpu" }),
  [SHARED]: async () => new WebGpuBackend({ ...(await openDevice(true)), software: false, lanes: 1 }),
  [SUBGROUPS]: async () => {
    const opened = await openDevice(true);
    if (opened.lanes === 1) throw new Error(`${opened.adapterName} has no subgroups here`);
    return new WebGpuBackend({ ...opened, software: false });
  },
  [WINDOWS]: async () => {
    const opened = await openDevice(true);
    return new WebGpuBackend({ ...opened, limits: { ...opened.limits, ...SMALL } });
  },
} as const satisfies Record<string, () => Promise<Backend>>;

export type BackendName = keyof typeof backends;

/** The cases that apply to a backend. */
export function casesOn(name: BackendName): typeof cases {
  const isOtherPlan = name === SHARED || name === SUBGROUPS;
  return cases.filter(({ only, sameOnAnyPlan, throughWindows, withoutSubgroups }) => (!only || name.startsWith(only)) && !(sameOnAnyPlan && isOtherPlan)
    && !(withoutSubgroups && name === SHARED) && (throughWindows || name !== WINDOWS));
}

/** What an engine hands to the runner: one entry a case, `null` or its error, and the device's errors that nobody caught. */
export interface Ran {
  readonly results: Readonly<Record<string, string | null>>;
  readonly uncaptured: readonly string[];
}

/** Runs the cases of a backend, one after the other. */
export async function runConformance(name: BackendName, file: ConformanceContext["file"]): Promise<Ran> {
  const backend = await backends[name]();
  const uncaptured: string[] = [];
  const { device } = backend as unknown as { device?: GPUDevice };
  device?.addEventListener("uncapturederror", (event) => uncaptured.push((event as GPUUncapturedErrorEvent).error.message));
  const results: Record<string, string | null> = {};
  for (const { name: title, run } of casesOn(name)) {
    try {
      await run({ kullback, backend, file });
      results[title] = null;
    } catch (error) {
      results[title] = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  }
  backend.destroy();
  return { results, uncaptured };
}
