// bms run: the device on a modelled pack in real time, with a live view in a terminal, or lines for a person or a program
// elsewhere. Ends in order on q, SIGINT, SIGTERM, an output that takes no more or after --duration; a second signal hurries it.

import type { Command } from "commander";
import { messageOf } from "../base/error-text.ts";
import { MACHINE_CLOCK } from "../device/machine-clock.ts";
import type { MonitorPlace } from "../device/monitor-frames.ts";
import { type Outcome, Session, type SessionOptions } from "../device/session.ts";
import { StoreError } from "../device/store-error.ts";
import { differences } from "../model/kept-settings.ts";
import { createSettings, type Settings } from "../model/settings.ts";
import { benchWorld } from "../virtual/bench.ts";
import { plainScenario } from "../virtual/device.ts";
import { note } from "../virtual/journal.ts";
import { beat, type LoopLook, loopHealth } from "./heartbeat.ts";
import { startLines } from "./lines.ts";
import { placeText } from "./monitor-place.ts";
import { numberOption } from "./number-option.ts";
import { KEYS_HELP, type RunOptions, withRunOptions } from "./run-options.ts";
import { ENDED_BY, isSupervised, listenToSupervisor, tellSupervisor } from "./supervised.ts";
import { UsageError } from "./usage-error.ts";

const EXAMPLES = `
Examples:
  bms run                             live view; the state is kept in ./data
  bms run --speed 60                  a minute each second
  bms run --scenario winter-night     the world of a scenario; bms sim --list names them
  bms run --json --duration 10        ten seconds as lines for a program`;

/** Adds the command to the program. What cannot be used throws UsageError before anything has been changed. */
export function registerRun(program: Command): void {
  withRunOptions(
    program
      .command("run")
      .summary("run the device on a modelled pack, live")
      .description("Run the device in real time on a modelled board and pack, with a live view."),
  )
    .addHelpText("after", KEYS_HELP + EXAMPLES)
    .action(run);
}

async function run(options: RunOptions): Promise<void> {
  if (options.all === true && options.json !== true) throw new UsageError("--all goes with --json");
  if (options.data.trim() === "") throw new UsageError("--data needs a folder");
  const isLive = process.stdout.isTTY === true && options.json !== true;
  let next: string | undefined;
  const restartIn = (scenario: string): boolean => {
    next = scenario;
    return isSupervised();
  };
  let session: Session | undefined;
  const still = beat(loopHealth(() => lookAt(session), MACHINE_CLOCK.now_us));
  session = await open({ ...(await sessionOptions(options)), restartIn });
  for (const remark of session.remarks) process.stderr.write(`bms: ${remark}\n`);
  const end = listen(session);
  const tell = isLive ? (text: string) => note(session.journal, session.time_s, "info", text) : sayLine;
  if (session.ports !== undefined && !isLive) session.ports.onTold = sayLine;
  const leave = follow(session, tell, isLive);
  session.start();
  const show = isLive
    ? (await import("./live-view.ts")).startLiveView(session, placeOf(options))
    : startLines(session, options.json === true, options.all === true);
  const outcome = await session.done;
  show.stop();
  end();
  leave();
  still();
  if (process.env["BMS_TIMING"] === "1")
    process.stderr.write(`bms: first tick ${session.start_ms} ms after the start of the process\n`);
  process.exitCode = report(outcome, options);
  if (outcome.kind === "stopped")
    await tellSupervisor({ kind: "ended", ...(next === undefined ? {} : { scenario: next }) });
}

/** Undefined while its loop does not run, or is to end. */
function lookAt(session: Session | undefined): LoopLook | undefined {
  if (session?.loop?.running !== true || session.isStopping) return undefined;
  return { time_us: session.device.run.time_us, deadline_us: session.loop.pace.deadline_us };
}

const sayLine = (text: string): void => void process.stderr.write(`bms: ${text}\n`);

/** What the supervisor and the monitor's server have to say. Returns what ends it. */
function follow(session: Session, tell: (text: string) => void, isLive: boolean): () => void {
  const { monitor } = session;
  if (monitor !== undefined) {
    monitor.onTold = tell;
    if (!isLive) monitor.onPlace = tellPlaces(tell);
  }
  session.onFirstTick = () => void tellSupervisor({ kind: "started" });
  const stop = (): void => {
    if (!session.isStopping) session.stop();
  };
  let wasTold = false;
  return listenToSupervisor((message) => {
    if (message.kind === "tell") tell(message.text);
    else if (message.kind === "server") {
      if (!isLive) tell(message.text); // a live view shows the journal
      session.noteServer(message.text);
    } else if (wasTold)
      session.stop(); // at once
    else {
      wasTold = true;
      stop(); // a terminal may have told it already
    }
  }, stop);
}

/** A line for a place of the monitor, and for a code, when they are new. */
function tellPlaces(tell: (text: string) => void): (place: MonitorPlace) => void {
  let told = "";
  return (place) => {
    const text = placeText(place);
    if (text !== told) tell(text);
    told = text;
  };
}

const placeOf = ({ scenario, data }: RunOptions): string => (scenario === undefined ? data : `${scenario}  ${data}`);

async function open(options: SessionOptions): Promise<Session> {
  try {
    return await Session.open(options);
  } catch (error) {
    throw error instanceof StoreError ? new UsageError(error.message) : error;
  }
}

async function sessionOptions(options: RunOptions): Promise<SessionOptions> {
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
    hasMonitor: true,
    endedBy: process.env[ENDED_BY],
  };
}

async function settingsFrom(path: string, base: Settings | undefined): Promise<Settings> {
  const { readSettingsFile } = await import("./settings-file.ts"); // with the YAML reader, for those who need it
  const { violationLine } = await import("../monitor/settings-text.ts");
  const read = readSettingsFile(path, base);
  if (read.ok) return read.settings;
  const [first, ...rest] = read.violations;
  const more = rest.length === 0 ? "" : ` (and ${rest.length} more; see "bms settings validate ${path}")`;
  throw new UsageError(`${violationLine(path, first!)}${more}`);
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

function report(outcome: Outcome, { data }: RunOptions): number {
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
