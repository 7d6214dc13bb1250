// bms start (npm start): the device as `bms run` has it, and its monitor in the browser, each in a process of its own that is started
// again when it dies. The device keeps the terminal; how it ends is how all end.

import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { KEYS_HELP, type RunOptions, withRunOptions } from "./run-options.ts";
import { checkServeOptions, type ServeOptions, serverWords, withServeOptions } from "./serve-options.ts";
import { Supervisor } from "./supervisor.ts";

type Options = RunOptions & ServeOptions & { readonly monitor: boolean };

const EXAMPLES = `
Examples:
  bms start                           live view here, monitor at http://127.0.0.1:8080
  bms start --port 8000 --speed 60    another port; a minute each second
  bms start --no-monitor              the device alone, started again when it dies`;

/** The world without a scenario. */
const BENCH = "bench";

/** Adds the command to the program. */
export function registerStart(program: Command): void {
  const command = program
    .command("start")
    .summary("run the device and its monitor, and keep both running")
    .description("Run the device on a modelled board and pack with its monitor in the browser, and keep both running.");
  withServeOptions(withRunOptions(command))
    .option("--no-monitor", "no monitor")
    .addHelpText("after", KEYS_HELP + EXAMPLES)
    .action(start);
}

async function start(options: Options): Promise<void> {
  checkServeOptions(options);
  const supervisor = new Supervisor({
    main: fileURLToPath(new URL("./main.ts", import.meta.url)),
    nodeOptions: process.execArgv,
    deviceWords: (scenario, isFirst) => ["run", ...runWords(options, scenario, isFirst)],
    serverWords: options.monitor ? ["serve", ...serverWords(options)] : undefined,
  });
  const stop = (): void => supervisor.stop();
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const isTold = process.stdin.isTTY === true; // a terminal tells ctrl-c to the device, too
  const interrupted = (): void => {
    if (!isTold) stop();
  };
  for (const name of names) process.on(name, name === "SIGINT" ? interrupted : stop);
  supervisor.start();
  process.exitCode = await supervisor.done;
  for (const name of names) process.removeAllListeners(name);
}

/** What was typed for the device. Settings of a file are taken once: after a death those in force go on. */
function runWords(options: Options, scenario: string | undefined, isFirst: boolean): string[] {
  const { data, settings, speed, tick, seed, duration, json = false, all = false, ports } = options;
  const world = scenario === undefined ? options.scenario : scenario === BENCH ? undefined : scenario;
  const valued = { data, settings: isFirst ? settings : undefined, speed, tick, seed, duration, scenario: world };
  return [
    ...Object.entries(valued).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
    ...(json ? ["--json"] : []),
    ...(all ? ["--all"] : []),
    ...(ports ? [] : ["--no-ports"]),
  ];
}
