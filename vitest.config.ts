import { defineConfig } from "vitest/config";
import { assembly } from "./scripts/assembly.js";

export default defineConfig({
  plugins: [assembly()],
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 900_000,
    // engines share two cores, and Dawn must not see two test files at once
    fileParallelism: false,
    reporters: ["dot"],
  },
});
