// Where the tests are and how they run: unit tests beside their file, whole-system tests in tests/.
// Threads without isolation start fastest; no module here keeps mutable state, so nothing leaks between files.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    setupFiles: ["tests/fixed-chance.ts"],
    include: ["src/**/*.test.ts", "tests/**/*.test.ts", "tools/**/*.test.ts"],
    pool: "threads",
    isolate: false,
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
