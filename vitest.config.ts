import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { assembly } from "./scripts/assembly.js";
import { script } from "./scripts/script.js";

// set by scripts/long.js
const LONG = process.env.KULLBACK_LONG === "1";

/** Minutes each, the longest first; they wait for software adapters most of the time. */
const SLOW = ["conformance.webgpu", "conformance.plans", "conformance.engines", "conformance.windows", "gpu/plans", "conformance.plain", "conformance.cpu", "gpu/windows"]
  .map((name) => `test/${name}.test.ts`);

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => SLOW.findIndex((name) => moduleId.endsWith(name));
    return files.sort((a, b) => place(a) - place(b));
  }
}

const test = {
  testTimeout: LONG ? 3_600_000 : 120_000,
  hookTimeout: 1_800_000,
  setupFiles: ["test/support/dawn-polls.ts"],
};

export default defineConfig({
  plugins: [assembly(), script()],
  test: {
    reporters: ["dot"],
    sequence: { sequencer: SlowestFirst },
    projects: LONG ? [{ extends: true, test: { ...test, include: ["test/**/*.long.ts"], fileParallelism: false } }] : [
      { extends: true, test: { ...test, name: "side by side", include: SLOW, maxWorkers: 3, sequence: { groupOrder: 0 } } },
      // the others measure time, or take both cores
      { extends: true, test: { ...test, name: "one at a time", include: ["test/**/*.test.ts"], exclude: SLOW, fileParallelism: false, sequence: { groupOrder: 1 } } },
    ],
  },
});
