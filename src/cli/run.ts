// bms run: the device on a modelled pack in real time, with a live view in a terminal, or lines for a person or a program
// elsewhere. Ends in order on q, SIGINT, SIGTERM, an output that takes no more or after --duration; a second signal hurries it.

import type { Command } from "commander";
import { messageOf } from "../base/error-text.ts";
import { benchWorld } from "../device/bench.ts";
import { plainScenario } from "../device/device.ts";
import { differences } from "../device/kept-settings.ts";
import { MACHINE_CLOCK } from "../device/loop.ts";
import { type Outcome, Session, type SessionOptions } from "../device/session.ts";
import { StoreError } from "../device/store-error.ts";
import { createSettings, type Settings } from "../model/settings.ts";
import { startLines } from "./lines.ts";
import { UsageError } from "./usage-error.ts";

type Options = {
  readonly scenario?: string;
  readonly data: string;
  readonly speed: string;
  readonly json?: boolean;
  readonly all?: boolean;
  readonly settings?: string;
  readonly seed?: string;
  readonly duration?: string;
  readonly tick: string;
  readonly ports: boolean;
};

const KEYS_HELP = `
In a terminal: b button, c charger, l next load, f faults, + and - speed, a acknowledge, q quit.

Examples:
  bms run                             live view; the state is kept in ./data
  bms run --speed 60                  a minute each second
  bms run --scenario winter-night     the world of a scenario; bms sim --list names them
  bms run --json --duration 10        ten seconds as lines for a program`;

/** Adds the command to the program. What cannot be used throws UsageError before anything has been changed. */
export function registerRun(program: Command): void {
  program
    .command("run")
    .summary("run the device on a modelled pack, live")
    .description("Run the device in real time on a modelled board and pack, with a live view.")
    .option("--scenario <name|file>", "world, settings and events of a scenario")
    .option("--data <dir>", "where settings, counters and charge are kept", "./data")
    .option("--settings <file>", "settings to use and keep from now on, instead of the kept ones")
    .option("--speed <n>", "virtual seconds per second, 0.01 to 100000", "1")
    .option("--tick <ms>", "length of a tick, 1 to 100 ms", "10")
    .option("--seed <n>", "which of all packs alike: cells, sensors and weather differ by chance")
    .option("--duration <s>", "end after so many seconds of device time")
    .option("--json", "a line of JSON each second instead of the live view")
    .option("--no-ports", "open no ports of field buses")
    .option("--all", "with --json: every signal of the device too, by name")
    .addHelpText("after", KEYS_HELP)
    .action(run);
}

async function run(options: Options): Promise<void> {
  if (options.all === true && options.json !== true) throw new UsageError("--all goes with --json");
  if (options.data.trim() === "") throw new UsageError("--data needs a folder");
  const isLive = process.stdout.isTTY === true && options.json !== true;
  const session = await open(await sessionOptions(options));
  for (const remark of session.remarks) process.stderr.write(`bms: ${remark}\n`);
  const end = listen(session);
  if (session.ports !== undefined && !isLive) session.ports.onTold = (text) => process.stderr.write(`bms: ${text}\n`);
  session.start();
  const show = isLive
    ? (await import("./live-view.ts")).startLiveView(session, placeOf(options))
    : startLines(session, options.json === true, options.all === true);
  const outcome = await session.done;
  show.stop();
  end();
  if (process.env["BMS_TIMING"] === "1")
    process.stderr.write(`bms: first tick ${session.start_ms} ms after the start of the process\n`);
  process.exitCode = report(outcome, options);
}

const placeOf = ({ scenario, data }: Options): string => (scenario === undefined ? data : `${scenario}  ${data}`);

async function open(options: SessionOptions): Promise<Session> {
  try {
    return await Session.open(options);
  } catch (error) {
    throw error instanceof StoreError ? new UsageError(error.message) : error;
  }
}

async function sessionOptions(options: Options): Promise<SessionOptions> {
  const scenario =
    options.scenario === undefined ? undefined : (await import("./scenario-file.ts")).loadScenario(options.scenario);
  const base = scenario?.settings ?? createSettings();
  const given = options.settings === undefined ? undefined : await settingsFrom(options.settings, scenario?.settings);
  return {
    folder: options.data,
    setup: scenario === undefined ? "default" : `scenario ${scenario.name}`,
    base,
    changes: given === undefined ? undefined : differences(base, given),
    scenario: (settings) => scenario ?? plainScenario(benchWorld(settings), settings),
    seed: numberOption("--seed", options.seed ?? String(scenario?.seed ?? 1), 0, 0xffffffff, true),
    tick_us: Math.round(1000 * numberOption("--tick", options.tick, 1, 100)),
    speed: numberOption("--speed", options.speed, 0.01, 100_000),
    duration_s: options.duration === undefined ? 1e9 : numberOption("--duration", options.duration, 0.1, 1e9),
    clock: MACHINE_CLOCK,
    wall_ms: () => Date.now(),
    hasPorts: options.ports,
  };
}

async function settingsFrom(path: string, base: Settings | undefined): Promise<Settings> {
  const { readSettingsFile, violationLine } = await import("./settings-file.ts"); // with the YAML reader, for those who need it
  const read = readSettingsFile(path, base);
  if (read.ok) return read.settings;
  const [first, ...rest] = read.violations;
  const more = rest.length === 0 ? "" : ` (and ${rest.length} more; see "bms settings validate ${path}")`;
  throw new UsageError(`${violationLine(path, first!)}${more}`);
}

function numberOption(name: string, text: string, least: number, most: number, whole = false): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  throw new UsageError(`${name} must be a ${whole ? "whole " : ""}number from ${least} to ${most}, not "${text}"`);
}

/** Signals and an output that takes no more ask for an orderly end, a second one for an immediate one. */
function listen(session: Session): () => void {
  const stop = (): void => session.stop();
  const onOutput = (): void => {
    if (!session.isStopping) session.stop();
  };
  const onMistake = (error: unknown): void => void session.fail(error);
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, stop);
  process.stdout.on("error", onOutput);
  process.on("uncaughtException", onMistake);
  return () => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(name, stop);
    process.stdout.off("error", onOutput);
    process.off("uncaughtException", onMistake);
  };
}

function report(outcome: Outcome, { data }: Options): number {
  if (outcome.kind === "failed") {
    const message = messageOf(outcome.error);
    process.stderr.write(
      `bms: internal error: ${message}; contactors ${outcome.open ? "opened" : "could not be opened"}, the last saved state was kept\n`,
    );
    if (process.env["BMS_DEBUG"] === "1" && outcome.error instanceof Error)
      process.stderr.write(`${outcome.error.stack}\n`);
    return 70;
  }
  const contactors = outcome.open ? "all contactors open" : "a contactor did not open";
  const state = outcome.saved ? `state saved in ${data}` : `state NOT saved in ${data}`;
  process.stderr.write(`bms: ended: ${contactors}, ${state}\n`);
  return outcome.saved ? 0 : 1;
}
