import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 900_000,
    // engines share two cores, and Dawn must not see two test files at once
    fileParallelism: false,
    reporters: ["dot"],
  },
});
