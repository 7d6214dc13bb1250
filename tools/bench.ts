// `npm run bench`: what the device costs, each figure against its bar. Usage: npm run -s bench -- [--json] [name prefix]
// A figure that misses its bar ends the run with exit code 1.

import "../src/cli/engine.ts";
import { benchCan } from "./bench/can-bench.ts";
import { benchCanopenJitter } from "./bench/canopen-jitter-bench.ts";
import { benchCanopenNode } from "./bench/canopen-node-bench.ts";
import { benchCore, benchSimulation } from "./bench/core-bench.ts";
import { benchLog } from "./bench/log-bench.ts";
import { type Figure, holds, print } from "./bench/measurement.ts";
import { benchModbus } from "./bench/modbus-bench.ts";
import { benchPage } from "./bench/page-bench.ts";
import { benchRecorder, benchReplay } from "./bench/recorder-bench.ts";
import { benchRun } from "./bench/run-bench.ts";
import { benchSdo } from "./bench/sdo-bench.ts";
import { benchStall } from "./bench/stall-bench.ts";
import { benchWhatIf } from "./bench/what-if-bench.ts";

const GROUPS: readonly { readonly prefix: string; readonly run: () => Figure[] | Promise<Figure[]> }[] = [
  { prefix: "core", run: benchCore },
  { prefix: "sim", run: benchSimulation },
  { prefix: "log", run: benchLog },
  { prefix: "log.stall", run: benchStall },
  { prefix: "recorder", run: benchRecorder },
  { prefix: "replay.factor", run: benchReplay },
  { prefix: "replay.whatIf", run: () => benchWhatIf(new URL("..", import.meta.url).pathname) },
  { prefix: "modbus", run: () => benchModbus(new URL("..", import.meta.url).pathname) },
  { prefix: "can.", run: benchCan },
  { prefix: "canopen.node", run: benchCanopenNode },
  { prefix: "canopen.jitter", run: benchCanopenJitter },
  { prefix: "canopen.sdo", run: benchSdo },
  { prefix: "page", run: benchPage },
  { prefix: "run", run: () => benchRun(new URL("..", import.meta.url).pathname) },
];

const json = process.argv.includes("--json");
const wanted = process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "";
let missed = 0;
for (const group of GROUPS.filter(({ prefix }) => prefix.startsWith(wanted) || wanted.startsWith(prefix))) {
  for (const figure of await group.run()) {
    print(figure, json);
    if (!holds(figure)) missed++;
  }
}
process.exitCode = missed > 0 ? 1 : 0;
