// The walls of the house: which folder of src may import which, and what each may know of the world.
// The compiler guards the same walls through the "references" of each folder's tsconfig.json; the tidy test compares the two.

export interface Ring {
  readonly imports: readonly string[];
  readonly knows: "language" | "node" | "browser"; // only the language; also Node.js and packages; also the browser
  readonly packages?: readonly string[]; // packages a ring that knows only the language may use all the same
}

const BELOW_CORE = ["model", "base"];
const PROTOCOLS = ["can", "canopen", "modbus", "equipment", "console", "log"];
const BELOW_SIM = ["core", ...PROTOCOLS, ...BELOW_CORE];
const BELOW_REPLAY = ["sim", ...BELOW_SIM];
const BELOW_SCORE = ["sim", "core", ...BELOW_CORE];
const BELOW_VIRTUAL = ["replay", ...BELOW_REPLAY];
const BELOW_MONITOR = ["virtual", ...BELOW_VIRTUAL];
const BELOW_DEVICE = ["monitor", ...BELOW_MONITOR];

export const RINGS: Readonly<Record<string, Ring>> = {
  base: { imports: [], knows: "language" },
  model: { imports: ["base"], knows: "language" },
  core: { imports: BELOW_CORE, knows: "language" },
  can: { imports: BELOW_CORE, knows: "language" },
  canopen: { imports: BELOW_CORE, knows: "language" },
  modbus: { imports: BELOW_CORE, knows: "language" },
  equipment: { imports: BELOW_CORE, knows: "language" },
  console: { imports: BELOW_CORE, knows: "language" },
  log: { imports: BELOW_CORE, knows: "language", packages: ["@mcap/core"] },
  sim: { imports: BELOW_SIM, knows: "language" },
  replay: { imports: BELOW_REPLAY, knows: "language" },
  score: { imports: BELOW_SCORE, knows: "language" },
  fit: { imports: ["sim", "model", "base"], knows: "language" },
  virtual: { imports: BELOW_VIRTUAL, knows: "language" },
  monitor: { imports: BELOW_MONITOR, knows: "language", packages: ["@sinclair/typebox", "yaml"] },
  device: { imports: BELOW_DEVICE, knows: "node" },
  server: { imports: ["device", ...BELOW_DEVICE], knows: "node" },
  web: { imports: BELOW_DEVICE, knows: "browser" },
  cli: { imports: ["server", "fit", "score", "device", ...BELOW_DEVICE], knows: "node" },
};

/** Files nobody imports because people or the runtime start them. */
export const ENTRIES: readonly string[] = [
  "src/web/main.tsx",
  "src/web/worker/pack-worker.ts",
  "src/web/worker/file-worker.ts",
  "src/web/worker/job-worker.ts",
  "src/web/vite-client.d.ts",
  "src/cli/main.ts",
  "src/server/monitor-server.ts",
];

/** Files longer than the rule allows, each with its length: it may shrink, not grow. No new ones. */
export const GIANTS: Readonly<Record<string, number>> = {};
