// Where the tests are and how they run: unit tests beside their file, whole-system tests in tests/.
// Threads without isolation start fastest; no module here keeps mutable state, so nothing leaks between files.
// What opens serial ports runs in a process of its own: their native part knows only a process's first thread.
import { defineConfig } from "vitest/config";

const PORTS = [
  "src/device/ports.test.ts",
  "src/device/rs485.test.ts",
  "src/device/console.test.ts",
  "src/device/can-node.test.ts",
  "src/device/can-port.test.ts",
  "src/device/serial-port.test.ts",
  "tests/modbus/**/*.test.ts",
  "tests/can/**/*.test.ts",
  "tests/canopen/command.test.ts",
  "tests/console.test.ts",
  "tests/monitor/**/*.test.ts",
];

/** What measures or keeps milliseconds, frames or latencies: one file after the other, when all else is done. */
const ALONE = [
  "src/cli/start-time.test.ts",
  "tests/modbus/conformance.test.ts",
  "tests/monitor/quality.test.ts",
  "tests/monitor/static-run.test.ts",
  "tests/monitor/load.test.ts",
  "tests/can/load.test.ts",
];

export default defineConfig({
  test: {
    setupFiles: ["tests/fixed-chance.ts"],
    globalSetup: ["tests/rigs/built-pages.ts"],
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: "units",
          include: ["src/**/*.test.ts", "tests/**/*.test.ts", "tools/**/*.test.ts"],
          exclude: ["node_modules", ...PORTS, ...ALONE],
          pool: "threads",
          isolate: false,
        },
      },
      { extends: true, test: { name: "ports", include: PORTS, exclude: ["node_modules", ...ALONE], pool: "forks" } },
      {
        extends: true,
        test: { name: "alone", include: ALONE, pool: "forks", maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
