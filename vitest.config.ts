import { defineConfig } from "vitest/config";
import { assembly } from "./scripts/assembly.js";
import { script } from "./scripts/script.js";

// set by scripts/long.js
const LONG = process.env.KULLBACK_LONG === "1";

export default defineConfig({
  plugins: [assembly(), script()],
  test: {
    include: [LONG ? "test/**/*.long.ts" : "test/**/*.test.ts"],
    testTimeout: LONG ? 3_600_000 : 120_000,
    hookTimeout: 900_000,
    // engines share two cores, and Dawn must not see two test files at once
    fileParallelism: false,
    reporters: ["dot"],
  },
});
