// Where the tests are and how they run: unit tests beside their file, whole-system tests in tests/.
// Threads without isolation start fastest; no module here keeps mutable state, so nothing leaks between files.
// What opens serial ports runs in a process of its own: their native part knows only a process's first thread.
import { defineConfig } from "vitest/config";

const PORTS = [
  "src/device/ports.test.ts",
  "src/device/console.test.ts",
  "src/device/can-node.test.ts",
  "src/device/can-port.test.ts",
  "src/device/serial-port.test.ts",
  "tests/modbus/**/*.test.ts",
  "tests/can/**/*.test.ts",
  "tests/canopen/command.test.ts",
  "tests/console.test.ts",
];

export default defineConfig({
  test: {
    setupFiles: ["tests/fixed-chance.ts"],
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: "units",
          include: ["src/**/*.test.ts", "tests/**/*.test.ts", "tools/**/*.test.ts"],
          exclude: ["node_modules", ...PORTS],
          pool: "threads",
          isolate: false,
        },
      },
      { extends: true, test: { name: "ports", include: PORTS, pool: "forks" } },
    ],
  },
});
