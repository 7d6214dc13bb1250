// The program behind the command line: the commands, each in a file of its own that is loaded only when it is asked for,
// and what is said and returned when something cannot be done.

import { Command, CommanderError } from "commander";
import { messageOf } from "../base/error-text.ts";
import { versionOf } from "../device/version.ts";
import { UsageError } from "./usage-error.ts";

type Row = { readonly summary: string; readonly load: () => Promise<(program: Command) => void> };

const COMMANDS: Readonly<Record<string, Row>> = {
  start: {
    summary: "run the device and its monitor, and keep both running",
    load: async () => (await import("./start.ts")).registerStart,
  },
  run: { summary: "run the device on a modelled pack, live", load: async () => (await import("./run.ts")).registerRun },
  serve: {
    summary: "serve the monitor of a device that runs otherwise",
    load: async () => (await import("./serve.ts")).registerServe,
  },
  sim: {
    summary: "play a scenario in virtual time and judge it",
    load: async () => (await import("./sim.ts")).registerSim,
  },
  drive: {
    summary: "play a recording of a cell through the device",
    load: async () => (await import("./drive.ts")).registerDrive,
  },
  fit: {
    summary: "identify a cell from recordings",
    load: async () => (await import("./fit.ts")).registerFit,
  },
  score: {
    summary: "judge the state of charge on recordings, under the errors of sensors",
    load: async () => (await import("./score.ts")).registerScore,
  },
  log: {
    summary: "read, check, repair and export logs",
    load: async () => (await import("./log.ts")).registerLog,
  },
  journal: {
    summary: "show what happened, and who did what",
    load: async () => (await import("./journal.ts")).registerJournal,
  },
  bundle: {
    summary: "collect what a support person needs in one file",
    load: async () => (await import("./bundle.ts")).registerBundle,
  },
  explain: {
    summary: "tell why a contactor opened or did not close",
    load: async () => (await import("./explain.ts")).registerExplain,
  },
  settings: {
    summary: "print settings, or check a file of them",
    load: async () => (await import("./settings.ts")).registerSettings,
  },
  presets: {
    summary: "list the cell chemistries and their limits",
    load: async () => (await import("./presets.ts")).registerPresets,
  },
  record: {
    summary: "print the battery record: identity, health and life",
    load: async () => (await import("./record.ts")).registerRecord,
  },
  replay: {
    summary: "run a recorded device again, as it was or under other settings",
    load: async () => (await import("./replay.ts")).registerReplay,
  },
  modbus: {
    summary: "read, write, scan and test devices over Modbus",
    load: async () => (await import("./modbus.ts")).registerModbus,
  },
  console: {
    summary: "type to a device over USB or TCP",
    load: async () => (await import("./console.ts")).registerConsole,
  },
  can: {
    summary: "look at a CAN bus, send to it, replay logs",
    load: async () => (await import("./can.ts")).registerCan,
  },
  canopen: {
    summary: "read, write, scan and test CANopen nodes",
    load: async () => (await import("./canopen.ts")).registerCanopen,
  },
  grade: {
    summary: "test whether an inverter or charger obeys a battery",
    load: async () => (await import("./grade.ts")).registerGrade,
  },
  password: {
    summary: "set the service password of a device",
    load: async () => (await import("./password-command.ts")).registerPassword,
  },
  wiring: { summary: "print the wiring of a battery", load: async () => (await import("./wiring.ts")).registerWiring },
};

const EXAMPLES = `
Examples:
  bms start                                  watch a pack live, here and in a browser
  bms run                                    the same without the browser
  bms run --json | head                      the same as lines for a program
  bms settings print --preset NMC --cells 14 --capacity 50 --yaml > pack.yaml
  bms settings validate pack.yaml            every violation, with its line
  bms wiring --cells 12                      which wire goes where

"bms <command> --help" tells all about a command.`;

async function createProgram(words: readonly string[]): Promise<Command> {
  const program = new Command("bms")
    .description("An open battery management system for 6 to 18 lithium cells in series.")
    .version(versionOf(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .addHelpText("after", EXAMPLES)
    .exitOverride()
    .configureOutput({ outputError: () => {}, writeErr: () => {} });
  const chosen = words.filter((word) => !word.startsWith("-"));
  for (const [name, row] of Object.entries(COMMANDS)) {
    const wanted = chosen[0] === name || (chosen[0] === "help" && chosen[1] === name);
    if (wanted) (await row.load())(program);
    else program.command(name).summary(row.summary).description(row.summary);
  }
  return program;
}

/**
 * Runs one command line and returns the exit code: 0 when all went well, 1 when what was run found something wrong, 2 when
 * what was typed cannot be done (a line says why, nothing was changed), 70 when we made a mistake (BMS_DEBUG=1 shows where).
 */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  let program: Command | undefined;
  try {
    program = await createProgram(words);
    return await run(program, words);
  } catch (error) {
    return report(error, words, commandPath(program, words));
  }
}

async function run(program: Command, words: readonly string[]): Promise<number> {
  if (words.length === 0) {
    program.outputHelp();
    return 0;
  }
  await program.parseAsync(words, { from: "user" });
  return Number(process.exitCode ?? 0);
}

/** Says what went wrong, in one line, and returns the exit code. */
function report(error: unknown, words: readonly string[], path: string): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    if (error.code === "commander.help") return complain(`"${words.join(" ")}" needs a command${hint(path)}`, 2);
    return complain(`${oneLine(error.message)}${hint(path)}`, 2);
  }
  if (error instanceof UsageError) return complain(error.message.trim().replaceAll("\n", "\nbms: "), 2);
  if ((error as NodeJS.ErrnoException | null)?.code === "EPIPE") return 0;
  const code = complain(`internal error: ${oneLine(messageOf(error))} (BMS_DEBUG=1 shows where)`, 70);
  if (process.env["BMS_DEBUG"] === "1" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return code;
}

function complain(line: string, code: number): number {
  process.stderr.write(`bms: ${line}\n`);
  return code;
}

const oneLine = (text: string): string =>
  text
    .replace(/^error: /, "")
    .replaceAll(/\s*\n\s*/g, " ")
    .trim();

const hint = (path: string): string => `; see "bms ${path}--help"`;

/** The command that was meant, with its subcommand: "log export ". */
function commandPath(program: Command | undefined, words: readonly string[]): string {
  let path = "";
  let command = program;
  for (const word of words) {
    const next = command?.commands.find((each) => each.name() === word);
    if (next === undefined) continue;
    command = next;
    path += `${word} `;
  }
  return path;
}
